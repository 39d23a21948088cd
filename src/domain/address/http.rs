//! HTTP URLs: the public base URL, and the servers that the client talks to.

use std::fmt;
use std::net::SocketAddr;
use std::ops::Deref;

use super::grammar::{Parts, host_and_port};
use super::host::Host;
use super::{AddressError, HostName};

/// An `http` or `https` address with a host and perhaps a port and a path. In one form only, so that two can be
/// compared: lower-case host, no default port, no slash at the end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl {
    text: String,
    https: bool,
    loopback: bool,
    /// Where the host ends, a port and the path begin; all three in `text`.
    host_end: usize,
    authority_end: usize,
}

impl HttpUrl {
    /// Reads one. User and password are refused first, wherever they stand, so that a caller may show every other text.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.contains('@') {
            return Err(AddressError::UserInfo);
        }
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Http)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(AddressError::Http),
        };
        let Parts { hosts, path, .. } = Parts::of(rest)?;
        let (host, port) = host_and_port(hosts)?;
        // What no URI may hold; the library that sends requests would refuse it then.
        if path.contains(['<', '>', '`']) {
            return Err(AddressError::Http);
        }
        Ok(Self::assemble(https, &host, port, path.trim_end_matches('/')))
    }

    /// The whole address, without a slash at the end: links are this, a slash and what follows.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    /// Whether browsers come over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Host and port, as in a `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.text[self.host_start()..self.authority_end]
    }

    /// The host without the port; an IPv6 address is in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.text[self.host_start()..self.host_end]
    }

    /// Empty, or a slash and the path, without a slash at the end.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.text[self.authority_end..]
    }

    /// Scheme, host and port: what browsers send as `Origin`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.text[..self.authority_end]
    }

    fn host_start(&self) -> usize {
        self.scheme().len() + "://".len()
    }

    /// Whether it is this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    fn assemble(https: bool, host: &Host, port: Option<u16>, path: &str) -> Self {
        let (scheme, default_port) = if https { ("https", 443) } else { ("http", 80) };
        let mut text = format!("{scheme}://{host}");
        let host_end = text.len();
        if let Some(port) = port.filter(|port| *port != default_port) {
            text = format!("{text}:{port}");
        }
        let authority_end = text.len();
        text.push_str(path);
        Self { text, https, loopback: host.is_loopback(), host_end, authority_end }
    }
}

impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpUrl({})", self.text)
    }
}

/// An address as links begin with it: an [`HttpUrl`] whose host is an IP address or a [`HostName`], and whose path has
/// plain segments only.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BaseUrl(HttpUrl);

impl BaseUrl {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = HttpUrl::parse(text)?;
        let host = url.host();
        let is_ip = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        if !is_ip && HostName::parse(host).is_none() {
            return Err(AddressError::Host);
        }
        if is_plain(url.path()) { Ok(Self(url)) } else { Err(AddressError::Http) }
    }

    /// The address of a listener, for when nothing else is set.
    #[must_use]
    pub fn listening_at(address: SocketAddr) -> Self {
        Self(HttpUrl::assemble(false, &Host::Ip(address.ip()), Some(address.port()), ""))
    }
}

/// What every HTTP address can be asked, this one can.
impl Deref for BaseUrl {
    type Target = HttpUrl;

    fn deref(&self) -> &HttpUrl {
        &self.0
    }
}

/// Plain segments only: what else a URL may hold would have to be escaped once more in every place it is compared.
fn is_plain(path: &str) -> bool {
    let is_segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> BaseUrl {
        BaseUrl::parse(text).unwrap()
    }

    #[test]
    fn parts_of_an_address() {
        let url = parsed("https://X.example:8443/ots/v/");
        assert_eq!(url.as_str(), "https://x.example:8443/ots/v");
        assert_eq!((url.scheme(), url.is_https()), ("https", true));
        assert_eq!((url.host(), url.authority(), url.path()), ("x.example", "x.example:8443", "/ots/v"));
        assert_eq!(url.origin(), "https://x.example:8443");
    }

    #[test]
    fn one_form_for_the_same_address() {
        for (text, form) in [
            ("http://localhost", "http://localhost"),
            ("HTTP://LOCALHOST:80/", "http://localhost"),
            ("https://x.example:443", "https://x.example"),
            ("https://x.example:80///", "https://x.example:80"),
            ("http://[0:0::1]:7143", "http://[::1]:7143"),
            ("http://[::1]/a", "http://[::1]/a"),
            ("http://10.0.0.1:8080/a.b~c", "http://10.0.0.1:8080/a.b~c"),
        ] {
            assert_eq!(parsed(text).as_str(), form);
        }
        assert_eq!(parsed("http://[::1]:7143").host(), "[::1]");
    }

    #[test]
    fn a_listener_has_an_address() {
        for (address, url) in [
            ("127.0.0.1:7143", "http://127.0.0.1:7143"),
            ("[::1]:7143", "http://[::1]:7143"),
            ("10.0.0.1:80", "http://10.0.0.1"),
        ] {
            assert_eq!(BaseUrl::listening_at(address.parse().unwrap()), parsed(url));
        }
    }

    #[test]
    fn other_things_are_refused() {
        for text in [
            "",
            "x.example",
            "//x.example",
            "ftp://x.example",
            "https://",
            "https:///ots",
            "https://x.example?a",
            "https://x.example/?a",
            "https://x.example/a#b",
            "https://x.example/a b",
            "https://x.example/a//b",
            "https://x.example/a/../b",
            "https://x.example/%2e",
            "https://x.example:",
            "https://x.example:+80",
            "https://x.example:0",
            "https://x.example:65536",
            "https://[::1",
            "https://[::1]x",
            "https://::1",
            "https://under_score",
            "https://1.2.3",
            "https://u:p@x.example",
            " https://x.example",
            "https://x.example\r\n",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_client_may_be_told_more_than_links_may_begin_with() {
        for (text, form) in [
            ("http://under_score:7143/", "http://under_score:7143"),
            ("https://x.example/a%20b//", "https://x.example/a%20b"),
            ("https://BÜCHER.example/ü", "https://xn--bcher-kva.example/ü"),
            ("HTTPS://[0:0::1]:443", "https://[::1]"),
        ] {
            assert_eq!(HttpUrl::parse(text).unwrap().as_str(), form);
        }
        for (text, error) in [
            ("x.example", AddressError::Http),
            ("ftp://x.example", AddressError::Http),
            ("https://x.example/<a>", AddressError::Http),
            ("https:///ots", AddressError::Host),
            ("https://a,b", AddressError::Host),
            ("https://x.example:0", AddressError::Port),
            ("https://x.example/?a", AddressError::Query),
            ("https://x.example/a b", AddressError::Blank),
            ("u:hunter2@x.example", AddressError::UserInfo),
            ("https://u:hun/ter2@x.example", AddressError::UserInfo),
        ] {
            assert_eq!(HttpUrl::parse(text).unwrap_err(), error, "{text}");
        }
    }
}
