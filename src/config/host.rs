//! Host names, in links and in lists.

use super::text::{FromText, Refusal};
use crate::domain::host::is_host_name;

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

impl FromText for HostName {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected("a host name", text)
                .hint("only the name, for example `secrets.example.org`, without `https://`, port or path")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
