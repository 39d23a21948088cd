//! Checks the mail server by sending a test email.

use super::report::Report;
use crate::cli::mailer::{WRONG_LINKS_HINT, mailer, wrong_links};
use crate::config::Settings;
use crate::domain::{EmailAddress, Failure};
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
    let (mailer, to) = match (mailer, to) {
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
            let hint = hint(error.failure);
            // The server's own words are shown here, to the one who asked; they never get into a log.
            report.error(&anyhow::Error::new(error).context("mail"), hint);
        }
    }
}

fn hint(failure: Failure) -> &'static str {
    match failure {
        Failure::Unreachable => {
            "is it running, are host and port in `smtp.url` right, and does a firewall let it through?"
        }
        Failure::Silent => {
            "is that port the one for this scheme? `smtps://` is 465, `smtp+starttls://` 587, `smtp://` 25"
        }
        Failure::Tls => {
            "the name in `smtp.url` has to be the certificate's; `smtp.ca_file` takes the authority of your own; a server \
             without STARTTLS wants `smtps://` or, in your own network, `smtp://`"
        }
        Failure::Login => {
            "are user and password in `smtp.url` right? a `@`, `:` or `/` in them is written %40, %3A, %2F"
        }
        Failure::NoLogin => {
            "it offers neither PLAIN nor LOGIN here: many do so over TLS only (`smtp+starttls://`, `smtps://`); XOAUTH2 and NTLM are \
             not spoken; a server that lets this machine send without a log-in wants no user in `smtp.url`"
        }
        Failure::Disabled => "`readonce account enable` accepts it again",
        Failure::Busy(_) => "the mail server puts everybody off, or this machine: its own log says why",
        Failure::SiteRefused(_) => {
            "does it let `smtp.from` send, and this machine? what it said names the rule: the sender, the name of this machine, or \
             its address"
        }
        Failure::Deferred(_) => {
            "many servers put the first email off (greylisting): try again in some minutes"
        }
        Failure::Refused(_) => {
            "does it let `smtp.from` send, and does it take email for that address from here?"
        }
        Failure::Unsendable => {
            "the mail server takes ASCII addresses only, and this one has other characters before the `@`"
        }
    }
}
