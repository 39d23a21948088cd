//! The mailer that the settings describe.

use std::sync::Arc;

use anyhow::Context as _;

use crate::config::Settings;
use crate::domain::SystemClock;
use crate::domain::address::BaseUrl;
use crate::mail::smtp::Deadlines;
use crate::mail::{SmtpMailer, SmtpSettings};

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
        public_host: base_url.host().to_owned(),
        deadlines: Deadlines::default(),
    };
    let mailer = SmtpMailer::new(settings, Arc::new(SystemClock)).context("mail cannot be set up")?;
    Ok(Some(Arc::new(mailer)))
}
