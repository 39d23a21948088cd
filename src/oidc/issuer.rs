//! Issuer: the provider's name, which is an address too.

use crate::domain::address::{AddressError, HttpUrl};

/// Where the discovery document lies below the issuer (OpenID Connect Discovery, section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// An issuer identifier. Compared as text, a slash at its end included: to some providers that slash is part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    is_https: bool,
}

/// Why a text is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not an address at all.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Whoever sits on the way could sign anybody in.
    #[error(
        "the provider's answers would cross the network in the clear\nhint: use `https://`; `http://` is for a provider on this very machine"
    )]
    InTheClear,
}

impl Issuer {
    /// Reads one: https, or http to this very machine.
    pub fn parse(text: &str) -> Result<Self, IssuerError> {
        let url = HttpUrl::parse(text)?;
        if !url.is_https() && !url.is_loopback() {
            return Err(IssuerError::InTheClear);
        }
        Ok(Self { text: text.to_owned(), is_https: url.is_https() })
    }

    /// The issuer, as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name of its host, to show to people.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.split('/').nth(2).unwrap_or_default()
    }

    /// Where its discovery document is. One slash at the end is left out (Discovery, section 4.1).
    #[must_use]
    pub fn configuration(&self) -> String {
        format!("{}{WELL_KNOWN}", self.text.strip_suffix('/').unwrap_or(&self.text))
    }

    /// Whether an address of its discovery document can be used: as safe as its own. A query is allowed, which some have.
    #[must_use]
    pub(super) fn may_have(&self, endpoint: &str) -> bool {
        let address = endpoint.split_once('?').map_or(endpoint, |(address, _)| address);
        !endpoint.contains(|c: char| c == '#' || c.is_control() || c == ' ')
            && endpoint.is_ascii()
            && HttpUrl::parse(address)
                .is_ok_and(|url| url.is_https() || (!self.is_https && url.is_loopback()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_https_or_this_machine() {
        for good in [
            "https://login.example.org",
            "https://login.example.org/realms/staff/",
            "http://127.0.0.1:18131/",
            "http://localhost:8080/o",
            "http://[::1]:8080",
        ] {
            assert_eq!(Issuer::parse(good).unwrap().as_str(), good);
        }
        assert_eq!(Issuer::parse("http://login.example.org"), Err(IssuerError::InTheClear));
        for bad in
            ["", "login.example.org", "ftp://a.example", "https://a.example?x", "https://u:p@a.example"]
        {
            assert!(matches!(Issuer::parse(bad), Err(IssuerError::Address(_))), "{bad}");
        }
    }

    #[test]
    fn one_slash_is_left_out_of_the_way_to_the_discovery_document() {
        for (issuer, address) in [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/o", "https://a.example/o/.well-known/openid-configuration"),
            ("https://a.example/o/", "https://a.example/o/.well-known/openid-configuration"),
        ] {
            assert_eq!(Issuer::parse(issuer).unwrap().configuration(), address);
        }
    }

    #[test]
    fn endpoints_are_as_safe_as_their_issuer() {
        let safe = Issuer::parse("https://a.example").unwrap();
        let local = Issuer::parse("http://127.0.0.1:1").unwrap();
        for (endpoint, of_safe, of_local) in [
            ("https://a.example/token", true, true),
            ("https://b.example/token?p=policy", true, true),
            ("http://127.0.0.1:1/token", false, true),
            ("http://a.example/token", false, false),
            ("https://a.example/token#x", false, false),
            ("https://a.example/to ken", false, false),
            ("https://a.example/token?a\r\nb", false, false),
            ("https://a.example/tokén", false, false),
            ("javascript:alert(1)", false, false),
            ("/token", false, false),
            ("", false, false),
        ] {
            assert_eq!(
                (safe.may_have(endpoint), local.may_have(endpoint)),
                (of_safe, of_local),
                "{endpoint}"
            );
        }
    }
}
