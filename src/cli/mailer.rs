//! The mailer that the settings describe.

use std::sync::Arc;

use anyhow::Context as _;

use crate::config::Settings;
use crate::domain::SystemClock;
use crate::domain::address::BaseUrl;
use crate::mail::smtp::Deadlines;
use crate::mail::{SmtpMailer, SmtpSettings};

/// What is wrong with links in emails, when it is: they lead to this machine, wherever they are read.
pub(super) fn wrong_links(settings: &Settings, base_url: &BaseUrl) -> Option<String> {
    let mails = settings.smtp.url.is_some();
    let nowhere = settings.base_url.is_none() || base_url.is_loopback();
    (mails && nowhere).then(|| format!("links in emails will begin with {}", base_url.as_str()))
}

/// What to do about it.
pub(super) const WRONG_LINKS_HINT: &str =
    "set `base_url` to the address people use; the sender's name and the links come from it";

/// A mailer, where `smtp.url` is set. Connects to nothing yet.
pub(super) fn mailer(settings: &Settings, base_url: &BaseUrl) -> anyhow::Result<Option<Arc<SmtpMailer>>> {
    let smtp = &settings.smtp;
    let (Some(url), Some(from)) = (&smtp.url, &smtp.from) else { return Ok(None) };
    let ca = match &smtp.ca_file {
        None => None,
        Some(path) => Some(std::fs::read(path).with_context(|| {
            format!("cannot read `{}`\nhint: it is named by `smtp.ca_file`", path.display())
        })?),
    };
    let settings = SmtpSettings {
        url: url.clone(),
        ca,
        from: from.clone(),
        reply_to: smtp.reply_to,
        public_host: base_url.host().to_owned(),
        deadlines: Deadlines::default(),
    };
    let mailer = SmtpMailer::new(settings, Arc::new(SystemClock)).context("mail cannot be set up")?;
    Ok(Some(Arc::new(mailer)))
}
