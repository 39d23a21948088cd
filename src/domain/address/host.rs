//! Host names (RFC 1123), hosts to connect to, and whether one is the loopback.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;

/// Whether `text` is a host name in ASCII: at most 253 characters, in labels of 1 to 63 letters, digits and hyphens that
/// neither begin nor end with a hyphen. Says nothing of its last label, which callers judge each in their own way.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// A host name in lower case and in ASCII (`bücher.example` is kept as `xn--bcher-kva.example`). No port, no IP address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostName(String);

impl HostName {
    /// `None` when `text` is no host name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let ascii = idna::domain_to_ascii_strict(text).ok()?;
        // A last label of digits would be read as an IPv4 address, or a broken one.
        let last = ascii.rsplit('.').next().unwrap_or_default();
        (is_host_name(&ascii) && !last.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(ascii))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What can be connected to: an IP address, or a name that a resolver may know. That is more than a [`HostName`]: in
/// private networks, names have underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Host {
    /// In lower case and in ASCII.
    Name(String),
    Ip(IpAddr),
}

impl Host {
    /// Reads a name, an IPv4 address, or an IPv6 address in brackets.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(inner) = text.strip_prefix('[') {
            return inner.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(|ip| Self::Ip(ip.into()));
        }
        let name = idna::domain_to_ascii_cow(text.as_bytes(), AsciiDenyList::URL).ok()?;
        if let Ok(ip) = name.parse::<Ipv4Addr>() {
            return Some(Self::Ip(ip.into()));
        }
        (!name.is_empty() && !name.contains(',')).then(|| Self::Name(name.into_owned()))
    }

    /// Whether it is this very machine (RFC 6761 §6.3 for the names).
    pub(super) fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Self::Ip(ip) => ip.to_canonical().is_loopback(),
        }
    }

    /// As a resolver takes it: an IPv6 address without its brackets.
    pub(super) fn bare(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Ip(ip) => ip.to_string(),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(ip)) => write!(f, "{ip}"),
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

/// A host and a port to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPort {
    /// Name or address, an IPv6 address without its brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_lengths() {
        let label = "a".repeat(63);
        let longest = format!("{}.a", ["a"; 126].join("."));
        for good in ["localhost", "a.b", "a-b.example.org", "1.2", &label, &longest] {
            assert!(is_host_name(good), "{good}");
        }
        for bad in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a",
            "a-",
            "a b",
            "a_b",
            "ü",
            &format!("{label}a"),
            &format!("{longest}a"),
        ] {
            assert!(!is_host_name(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_kept_in_ascii_and_lower_case() {
        for (text, name) in [
            ("Secrets.Example.ORG", "secrets.example.org"),
            ("localhost", "localhost"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("a-b.1.example", "a-b.1.example"),
        ] {
            assert_eq!(HostName::parse(text).unwrap().as_str(), name);
        }
    }

    #[test]
    fn other_things_are_not_names() {
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a.example",
            "a-.example",
            "a b",
            "a_b.example",
            "a:80",
            "a/b",
            "https://a.example",
            "127.0.0.1",
            "[::1]",
            "user@a.example",
        ] {
            assert_eq!(HostName::parse(text), None, "{text}");
        }
        assert_eq!(HostName::parse(&format!("{}.example", "a".repeat(64))), None);
    }

    #[test]
    fn this_machine_is_known_by_its_names_and_addresses() {
        for (text, expected) in [
            ("localhost", true),
            ("LocalHost", true),
            ("a.localhost", true),
            ("127.1.2.3", true),
            ("[::1]", true),
            ("[::ffff:127.0.0.1]", true),
            ("10.0.0.1", false),
            ("[fe80::1]", false),
            ("localhost.example", false),
            ("notlocalhost", false),
        ] {
            assert_eq!(Host::parse(text).unwrap().is_loopback(), expected, "{text}");
        }
    }

    #[test]
    fn a_host_with_its_port_is_shown_with_brackets_and_used_without() {
        for (text, bare, shown) in [("[::1]", "::1", "[::1]:7"), ("10.0.0.1", "10.0.0.1", "10.0.0.1:7")] {
            let host = Host::parse(text).unwrap().bare();
            assert_eq!(host, bare);
            assert_eq!(HostPort { host, port: 7 }.to_string(), shown);
        }
    }
}
