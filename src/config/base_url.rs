//! The address people see.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::HostName;
use super::text::{FromText, Refusal};

/// An `http` or `https` address with a host and perhaps a port and a path, as links begin with it. In one form only:
/// lower-case host, no default port, no slash at the end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: String,
    https: bool,
    /// Where the host ends, a port and the path begin; all three in `text`.
    host_end: usize,
    authority_end: usize,
}

impl BaseUrl {
    /// The address of a listener, for when nothing else is set.
    #[must_use]
    pub fn listening_at(address: SocketAddr) -> Self {
        let host = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self::assemble(false, &host, Some(address.port()), "")
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

    fn assemble(https: bool, host: &str, port: Option<u16>, path: &str) -> Self {
        let (scheme, default_port) = if https { ("https", 443) } else { ("http", 80) };
        let mut text = format!("{scheme}://{host}");
        let host_end = text.len();
        if let Some(port) = port.filter(|port| *port != default_port) {
            text = format!("{text}:{port}");
        }
        let authority_end = text.len();
        text.push_str(path);
        Self { text, https, host_end, authority_end }
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromText for BaseUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        // First, so that no other message shows a password.
        if text.contains('@') {
            return Err(Refusal::new("user and password do not belong into this address"));
        }
        let wanted = || {
            Refusal::expected("an address such as `https://secrets.example.org`", text)
                .hint("`http://` or `https://`, a host, perhaps a port and a path; no `?`, no `#`")
        };
        let (scheme, rest) = text.split_once("://").ok_or_else(wanted)?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err(wanted()),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = host_and_port(authority).ok_or_else(wanted)?;
        let path = path.trim_end_matches('/');
        if !valid_path(path) {
            return Err(wanted());
        }
        Ok(Self::assemble(https, &host, port, path))
    }
}

fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port = match port {
        // `parse` would take a plus sign.
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(port.parse().ok().filter(|port| *port != 0)?)
        }
        Some(_) => return None,
        None => None,
    };
    let host = if let Some(inner) = host.strip_prefix('[') {
        let ip: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        format!("[{ip}]")
    } else if let Ok(ip) = host.parse::<Ipv4Addr>() {
        ip.to_string()
    } else {
        HostName::parse(host)?.as_str().to_owned()
    };
    Some((host, port))
}

/// Plain segments only: what else a URL may hold would have to be escaped once more in every place it is compared.
fn valid_path(path: &str) -> bool {
    let segment = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> BaseUrl {
        BaseUrl::from_text(text).unwrap()
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
            "https://u:p@x.example",
            " https://x.example",
            "https://x.example\r\n",
        ] {
            assert!(BaseUrl::from_text(text).is_err(), "{text}");
        }
    }
}
