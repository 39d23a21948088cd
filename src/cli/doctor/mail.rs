//! Checks the mail server by sending a test email.

use super::mail_hint::hint;
use super::report::Report;
use crate::cli::mailer::{WRONG_LINKS_HINT, mailer, wrong_links};
use crate::config::Settings;
use crate::domain::EmailAddress;
use crate::mail::Mailer as _;

pub(super) async fn check(settings: &Settings, to: Option<&str>, report: &mut Report) {
    let base_url = settings.base_url_or(&settings.listen);
    let mailer = match mailer(settings, &base_url) {
        Ok(mailer) => mailer,
        Err(error) => return report.error(&error, "docs/mail.md says what to set"),
    };
    if let Some(wrong) = wrong_links(settings, &base_url) {
        report.warn(&wrong, WRONG_LINKS_HINT);
    }
    let ((mailer, url), to) = match (mailer.zip(settings.smtp.url.as_ref()), to) {
        (None, None) => return report.ok("mail: none is sent, `smtp.url` is not set"),
        (None, Some(_)) => {
            return report.fail("mail: `smtp.url` is not set", "docs/mail.md says what to set");
        }
        (Some(_), None) => {
            return report
                .note("mail: set up, and not tried", "`readonce doctor --mail-to ADDRESS` sends a test");
        }
        (Some(mailer), Some(to)) => (mailer, to),
    };
    let Some(to) = EmailAddress::parse(to) else {
        return report.fail(&format!("`{to}` is not an e-mail address"), "ADDRESS is as in anna@example.org");
    };
    match mailer.send_test(&to, base_url.as_str(), settings.locale).await {
        Ok(()) => {
            report.ok("mail: the mail server took a test email; see whether it arrives, and not as spam");
        }
        Err(error) => {
            let hint = hint(&error, url);
            // The server's own words are shown here, to the one who asked; they never get into a log.
            report.error(&anyhow::Error::new(error).context("mail"), hint);
        }
    }
}
