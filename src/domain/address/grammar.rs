//! Address grammar: splitting into parts, percent-decoding, redaction.
//!
//! The trap: everything before the *last* `@` counts as user and password. So an address with an unescaped `@` or `/`
//! in its password is refused, and that text is never taken for a host or a path, which errors and logs show.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::AddressError;
use super::host::Host;

/// What follows `scheme://`; nothing of it is decoded yet.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// User and password; `None` when there are none.
    pub(super) userinfo: Option<&'a str>,
    /// The hosts, comma-separated.
    pub(super) hosts: &'a str,
    /// Empty, or a slash and what follows it.
    pub(super) path: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(rest: &'a str) -> Result<Self, AddressError> {
        if rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(AddressError::Blank);
        }
        let (userinfo, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        if userinfo.contains(['@', '/', '?', '#']) {
            return Err(AddressError::Unescaped);
        }
        if rest.contains(['?', '#']) {
            return Err(AddressError::Query);
        }
        let (hosts, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Ok(Self { userinfo: Some(userinfo).filter(|text| !text.is_empty()), hosts, path })
    }

    /// The address as it may be shown: as it was written, the password as `[redacted]`. A name without a password is
    /// taken for one: some write it so.
    pub(super) fn redacted(&self, scheme: &str) -> String {
        let Self { userinfo, hosts, path } = self;
        match userinfo.map(|userinfo| userinfo.split_once(':')) {
            None => format!("{scheme}://{hosts}{path}"),
            Some(None) => format!("{scheme}://[redacted]@{hosts}{path}"),
            Some(Some((user, _))) => format!("{scheme}://{user}:[redacted]@{hosts}{path}"),
        }
    }
}

/// `HOST` or `HOST:PORT`.
pub(super) fn host_and_port(text: &str) -> Result<(Host, Option<u16>), AddressError> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let host = Host::parse(host).ok_or(AddressError::Host)?;
    let port = match port {
        None => None,
        Some(port) => Some(number(port).filter(|port| *port != 0).ok_or(AddressError::Port)?),
    };
    Ok((host, port))
}

/// A number of nothing but digits: `parse` alone would take a plus sign.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Percent-decoded text; `None` when an escape is cut short or the bytes are no UTF-8.
pub(super) fn percent_decode(text: &str) -> Option<Zeroizing<String>> {
    // The crate leaves a `%` that begins no escape as it is, and so would take a password for another one.
    let is_escape = |rest: &str| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    if !text.split('%').skip(1).all(is_escape) {
        return None;
    }
    // Whole from the start: a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(text));
    std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_redacted() {
        for (url, shown) in [
            ("redis://host:6379/0", "redis://host:6379/0"),
            ("redis://user:p4ss@host", "redis://user:[redacted]@host"),
            ("redis://:p4ss@host", "redis://:[redacted]@host"),
            ("redis://p4ss@host", "redis://[redacted]@host"),
            ("redis://us%40er:p4:ss@host/0", "redis://us%40er:[redacted]@host/0"),
            ("redis-cluster://u:p4ss@a:1,b:2", "redis-cluster://u:[redacted]@a:1,b:2"),
        ] {
            let (scheme, rest) = url.split_once("://").unwrap();
            assert_eq!(Parts::of(rest).unwrap().redacted(scheme), shown);
        }
    }

    #[test]
    fn what_ends_a_part_too_early_is_refused() {
        for (rest, error) in [
            ("user:p@4ss@host", AddressError::Unescaped),
            ("user:p/4ss@host", AddressError::Unescaped),
            ("user:p?4ss@host", AddressError::Unescaped),
            ("user:p#4ss@host", AddressError::Unescaped),
            ("host?a", AddressError::Query),
            ("host/a#b", AddressError::Query),
            ("ho st", AddressError::Blank),
            ("host\r\n", AddressError::Blank),
            ("host\u{a0}", AddressError::Blank),
        ] {
            assert_eq!(Parts::of(rest).err(), Some(error), "{rest}");
        }
    }

    #[test]
    fn hosts_and_ports() {
        for (text, host, port) in [
            ("host", "host", None),
            ("HOST:6379", "host", Some(6379)),
            ("under_score:1", "under_score", Some(1)),
            ("bücher.example", "xn--bcher-kva.example", None),
            ("127.0.0.1:0080", "127.0.0.1", Some(80)),
            ("１２７.0.0.1", "127.0.0.1", None),
            ("[0:0::1]", "[::1]", None),
            ("[::1]:65535", "[::1]", Some(65535)),
        ] {
            let (found, found_port) = host_and_port(text).unwrap();
            assert_eq!((found.to_string().as_str(), found_port), (host, port), "{text}");
        }
        for (text, error) in [
            ("", AddressError::Host),
            (":6379", AddressError::Host),
            ("::1", AddressError::Host),
            ("fe80::1:25", AddressError::Host),
            ("[::1", AddressError::Host),
            ("[::1]x", AddressError::Host),
            ("[host]", AddressError::Host),
            ("[fe80::1%25lo]", AddressError::Host),
            ("a%20b:1", AddressError::Host),
            ("a,b", AddressError::Host),
            ("a:", AddressError::Port),
            ("a:0", AddressError::Port),
            ("a:+1", AddressError::Port),
            ("a:x", AddressError::Port),
            ("a:65536", AddressError::Port),
        ] {
            assert_eq!(host_and_port(text).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn percent_decoding() {
        for (text, plain) in
            [("", ""), ("a+b", "a+b"), ("p%40s%3As%2f", "p@s:s/"), ("%C3%BC%25", "ü%"), ("ü", "ü")]
        {
            assert_eq!(percent_decode(text).as_deref().map(String::as_str), Some(plain));
        }
        for text in ["%", "a%", "%4", "%zz", "%ff", "%4é", "%é"] {
            assert_eq!(percent_decode(text), None, "{text}");
        }
    }
}
