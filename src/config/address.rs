//! How settings read addresses.

use super::text::{FromText, Refusal};
use crate::domain::address::{AddressError, BaseUrl, HostName, SmtpUrl, StoreUrl};

impl From<AddressError> for Refusal {
    /// No word of the text: it may hold a password.
    fn from(error: AddressError) -> Self {
        Self::new(&error.to_string())
    }
}

impl FromText for StoreUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Ok(Self::parse(text)?)
    }
}

impl FromText for SmtpUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Ok(Self::parse(text)?)
    }
}

impl FromText for BaseUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|error| match error {
            AddressError::UserInfo => error.into(),
            _ => Refusal::expected("an address such as `https://secrets.example.org`", text)
                .hint("`http://` or `https://`, a host, perhaps a port and a path; no `?`, no `#`"),
        })
    }
}

impl FromText for HostName {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected("a host name", text)
                .hint("only the name, for example `secrets.example.org`, without `https://`, port or path")
        })
    }
}
