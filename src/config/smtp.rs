//! `[smtp]`: mail.

use std::path::PathBuf;

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::text;
use crate::domain::address::SmtpUrl;
use crate::domain::{Mailbox, ReplyTo};

/// How emails are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSection {
    /// The mail server; `None` means no mail.
    #[serde(deserialize_with = "text::optional")]
    pub url: Option<SmtpUrl>,
    /// Whom emails come from; there whenever `url` is.
    #[serde(deserialize_with = "text::optional")]
    pub from: Option<Mailbox>,
    /// Which emails say that replies go to whoever shared.
    #[serde(deserialize_with = "text::required")]
    pub reply_to: ReplyTo,
    /// Certificates to check the server's against; `None` means the system's.
    #[serde(deserialize_with = "text::optional")]
    pub ca_file: Option<PathBuf>,
    /// Emails that one account may send per hour.
    pub per_hour: u32,
}

impl SmtpSection {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        // 0 is "no limit" elsewhere and "no emails" to others; so it is neither.
        check.at_least("smtp.per_hour", self.per_hour, 1)?;
        if self.url.is_some() && self.from.is_none() {
            let problem = "empty, but `smtp.url` is set\nhint: set the address that emails come from";
            return Err(Error::about("smtp.from", problem, &check.origin("smtp.url")));
        }
        let name = self.from.as_ref().and_then(|from| from.address.as_str().split('@').next());
        if !name.unwrap_or_default().is_ascii() {
            let problem = "most mail servers take no sender with such letters before the `@`\n\
                           hint: use ASCII there; the domain may be an international one";
            return Err(Error::about("smtp.from", problem, &check.origin("smtp.from")));
        }
        Ok(())
    }
}
