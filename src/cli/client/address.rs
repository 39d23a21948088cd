//! Where a server is: scheme, host, perhaps a port and a path, in one form, so that two of them can be compared.

use std::net::{IpAddr, Ipv6Addr};

use ureq::http::Uri;

use super::failure::Failure;

/// Where the API is, below the address.
const API: &str = "/api/v1";

/// The address of a server, as links begin with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    origin: String,
    path: String,
    host: String,
    https: bool,
}

impl Address {
    /// Reads one. The scheme is not guessed: what is sent there is secret, and http would send it in the clear.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        // First, and wherever it stands, so that no message shows a password.
        if text.contains('@') {
            return Err(Failure::call(
                "user and password do not belong into the address\nhint: --user with READONCE_TOKEN or --token-file",
            ));
        }
        let wrong = || {
            Failure::call(format!(
                "`{}` is no address of a server\nhint: it begins with http:// or https://, and has no `?` and no `#`",
                super::failure::excerpt(text)
            ))
        };
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong());
        };
        let https = scheme == "https";
        let host = authority.host().to_ascii_lowercase();
        if (!https && scheme != "http") || host.is_empty() || text.contains(['?', '#']) {
            return Err(wrong());
        }
        let port = match authority.as_str().strip_prefix(authority.host()).unwrap_or_default() {
            "" => String::new(),
            port => match port.strip_prefix(':').and_then(|digits| digits.parse::<u16>().ok()) {
                Some(0) | None => return Err(wrong()),
                Some(443) if https => String::new(),
                Some(80) if !https => String::new(),
                Some(port) => format!(":{port}"),
            },
        };
        let path = uri.path().trim_end_matches('/');
        let path = path.strip_suffix(API).unwrap_or(path).trim_end_matches('/');
        Ok(Self { origin: format!("{scheme}://{host}{port}"), path: path.to_owned(), host, https })
    }

    /// Scheme, host and port: all that errors show.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether what is sent is encrypted on its way.
    pub(super) fn is_https(&self) -> bool {
        self.https
    }

    /// The host, an IPv6 address without its brackets.
    pub(super) fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Whether it is this very machine.
    pub(super) fn is_loopback(&self) -> bool {
        let host = self.host();
        let v6 = |ip: Ipv6Addr| ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback());
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|ip| match ip {
                IpAddr::V4(ip) => ip.is_loopback(),
                IpAddr::V6(ip) => v6(ip),
            })
    }

    /// Where a request goes.
    pub(super) fn endpoint(&self, path: &str) -> String {
        format!("{}{}{API}{path}", self.origin, self.path)
    }

    /// A link for people, such as `…/secret/KEY`.
    pub(super) fn link(&self, word: &str, key: &str) -> String {
        format!("{}{}/{word}/{key}", self.origin, self.path)
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
            let told = Address::parse(text).unwrap_err().to_string();
            assert!(told.starts_with("user and password") && !told.contains("hunter2"), "{told}");
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
