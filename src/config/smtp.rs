//! `[smtp]`: mail.

use std::fmt;

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::secret_url::{Parts, redacted};
use super::text::{self, FromText, Refusal};
use crate::domain::EmailAddress;

/// How letters are sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// The mail server; `None` means no mail.
    #[serde(deserialize_with = "text::optional")]
    pub url: Option<SmtpUrl>,
    /// The address letters come from; there whenever `url` is.
    #[serde(deserialize_with = "text::optional")]
    pub from: Option<EmailAddress>,
    /// Letters that one account may send per hour.
    pub per_hour: u32,
}

impl Smtp {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        // 0 is "no limit" elsewhere and "no letters" to others; so it is neither.
        check.at_least("smtp.per_hour", self.per_hour, 1)?;
        if self.url.is_some() && self.from.is_none() {
            let problem = "empty, but `smtp.url` is set\nhint: set the address that letters come from";
            return Err(Error::about("smtp.from", problem, &check.origin("smtp.url")));
        }
        Ok(())
    }
}

/// The address of a mail server; it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl SmtpUrl {
    /// `smtp`, `smtp+starttls` or `smtps`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split("://").next().unwrap_or_default()
    }

    /// The whole address with its password.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The address as it may be shown.
    #[must_use]
    pub fn redacted(&self) -> String {
        redacted(&self.0)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({})", self.redacted())
    }
}

impl FromText for SmtpUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let wanted = || {
            Refusal::new("expected the address of a mail server")
                .hint("`smtp://`, `smtp+starttls://` or `smtps://`, then `USER:PASSWORD@HOST:PORT`")
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(wanted)?;
        if !matches!(scheme, "smtp" | "smtp+starttls" | "smtps") {
            return Err(wanted());
        }
        let parts = Parts::of(rest)?;
        if parts.count_hosts() != Some(1) || !parts.path.is_empty() {
            return Err(wanted());
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_forms_are_read() {
        for text in ["smtp://localhost:25", "smtp+starttls://u:p@mail.example:587", "smtps://u:p%2F@h:465/"] {
            let url = SmtpUrl::from_text(text).unwrap();
            assert_eq!(url.expose(), text);
            assert!(text.starts_with(&format!("{}://", url.scheme())));
        }
    }

    #[test]
    fn other_forms_are_refused_without_a_word_of_them() {
        for text in
            ["hunter2", "http://u:hunter2@h", "smtp://", "smtps://u:hunter2@a,b", "smtps://u:hunter2@h/x"]
        {
            let refusal = SmtpUrl::from_text(text).unwrap_err().to_string();
            assert!(!refusal.contains("hunter2"), "{text}: {refusal}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let url = SmtpUrl::from_text("smtps://user:hunter2@host").unwrap();
        assert_eq!(format!("{url:?}"), "SmtpUrl(smtps://user:[redacted]@host)");
    }
}
