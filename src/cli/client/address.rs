//! A server's base address, from `--url`, a variable or a link.

use super::error::ClientError;
use crate::domain::address::{AddressError, HttpUrl};
use crate::domain::text::printable;

/// Where the API is, below the address.
const API: &str = "/api/v1";

/// The address of a server, as links begin with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address(HttpUrl);

impl Address {
    /// Reads one. The scheme is not guessed: what is sent there is secret, and http would send it in the clear.
    pub(super) fn parse(text: &str) -> Result<Self, ClientError> {
        let refused = |error| match error {
            AddressError::UserInfo => ClientError::call(
                "user and password do not belong into the address\nhint: --user with READONCE_TOKEN or --token-file",
            ),
            _ => ClientError::call(format!(
                "`{}` is no address of a server\nhint: it begins with http:// or https://, and has no `?` and no `#`",
                printable(text)
            )),
        };
        let url = HttpUrl::parse(text).map_err(refused)?;
        match url.path().strip_suffix(API) {
            // Whoever gives the address of the API means the server.
            Some(path) => HttpUrl::parse(&format!("{}{path}", url.origin())).map(Self).map_err(refused),
            None => Ok(Self(url)),
        }
    }

    /// Scheme, host and port: all that errors show.
    pub(super) fn origin(&self) -> &str {
        self.0.origin()
    }

    /// Whether what is sent is encrypted on its way.
    pub(super) fn is_https(&self) -> bool {
        self.0.is_https()
    }

    /// The host, an IPv6 address without its brackets.
    pub(super) fn host(&self) -> &str {
        self.0.host().trim_matches(['[', ']'])
    }

    /// Whether it is this very machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    /// Where a request goes.
    pub(super) fn endpoint(&self, path: &str) -> String {
        format!("{}{API}{path}", self.0.as_str())
    }

    /// Where a request goes that is none of v1's.
    pub(super) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str())
    }

    /// A link for people, such as `…/secret/KEY`.
    pub(super) fn link(&self, word: &str, key: &str) -> String {
        format!("{}/{word}/{key}", self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_for_the_same_server() {
        for (text, link) in [
            ("https://X.example", "https://x.example/secret/k"),
            ("https://x.example:443/", "https://x.example/secret/k"),
            ("http://x.example:80/ots//", "http://x.example/ots/secret/k"),
            ("https://x.example:80/Ots/api/v1/", "https://x.example:80/Ots/secret/k"),
            ("http://[::1]:7143", "http://[::1]:7143/secret/k"),
            ("http://under_score:7143", "http://under_score:7143/secret/k"),
            ("http://api/v1", "http://api/v1/secret/k"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.link("secret", "k"), link);
            assert_eq!(address, Address::parse(link.strip_suffix("/secret/k").unwrap()).unwrap());
        }
        let address = Address::parse("https://x.example:8443/ots").unwrap();
        assert_eq!(address.endpoint("/share"), "https://x.example:8443/ots/api/v1/share");
        assert_eq!((address.origin(), address.host()), ("https://x.example:8443", "x.example"));
    }

    #[test]
    fn other_things_are_refused() {
        for text in [
            "",
            "x.example",
            "127.0.0.1:7143",
            "ftp://x.example",
            "https://",
            "https:///ots",
            "https://x.example:0",
            "https://x.example:65536",
            "https://x.example:x",
            "https://x.example/?a",
            "https://x.example/#b",
            "https://x.example/a b",
            "https://x.example\r\n",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
        for text in [
            "https://u:hunter2@x.example",
            "https://hunter2@x.example/ots",
            "hunter2://a@b",
            "u:hunter2@x.example",
            "https:/u:hunter2@x.example",
            "https://u:hun/ter2@x.example",
        ] {
            let message = Address::parse(text).unwrap_err().to_string();
            assert!(message.starts_with("user and password") && !message.contains("hunter2"), "{message}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for (text, expected) in [
            ("http://localhost", true),
            ("http://a.localhost", true),
            ("http://127.1.2.3:1", true),
            ("http://[::1]", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://10.0.0.1", false),
            ("http://localhost.example", false),
        ] {
            assert_eq!(Address::parse(text).unwrap().is_loopback(), expected, "{text}");
        }
    }
}
