//! Addresses that may hold a password: how they are taken apart, and how they are shown.
//!
//! The trap: everything before the *last* `@` counts as user and password, so that a password with an unescaped `@` or
//! `/` is redacted as a whole. No message here shows any part of the address.

use super::text::Refusal;

/// What follows `scheme://`.
pub(super) struct Parts<'a> {
    /// User and password, still percent-encoded; empty when there are none.
    pub(super) userinfo: &'a str,
    /// The hosts, comma-separated.
    pub(super) hosts: &'a str,
    /// What follows the first slash after the hosts, up to a `?`.
    pub(super) path: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(rest: &'a str) -> Result<Self, Refusal> {
        if rest.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Refusal::new("blanks do not belong into this address"));
        }
        let (userinfo, rest) = rest.rsplit_once('@').unwrap_or(("", rest));
        if userinfo.contains(['@', '/', '?', '#']) {
            return Err(Refusal::new("user or password holds a character that has to be escaped")
                .hint("write `@` as `%40`, `/` as `%2F`, `?` as `%3F`, `#` as `%23`"));
        }
        let (hosts, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let path = path.strip_prefix('/').unwrap_or_default();
        Ok(Self { userinfo, hosts, path: path.split(['?', '#']).next().unwrap_or_default() })
    }

    /// The number of hosts, when each is a name or address, perhaps with a port.
    pub(super) fn count_hosts(&self) -> Option<usize> {
        let host = |host: &str| {
            let (name, port) = match host.rsplit_once(':') {
                Some((name, port)) if !port.contains(']') => (name, port),
                _ => (host, "1"),
            };
            !name.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
        };
        self.hosts.split(',').all(host).then(|| self.hosts.split(',').count())
    }
}

/// The address with its password as `[redacted]`. A name without a password is taken for one: some write it so.
pub(super) fn redacted(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = url.split_at(start);
    match rest.rsplit_once('@') {
        None => url.to_owned(),
        Some((userinfo, rest)) => match userinfo.split_once(':') {
            Some((user, _)) => format!("{scheme}{user}:[redacted]@{rest}"),
            None => format!("{scheme}[redacted]@{rest}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_redacted_whatever_they_hold() {
        for (url, shown) in [
            ("redis://host:6379/0", "redis://host:6379/0"),
            ("redis://user:p4ss@host", "redis://user:[redacted]@host"),
            ("redis://:p4ss@host", "redis://:[redacted]@host"),
            ("redis://p4ss@host", "redis://[redacted]@host"),
            ("redis://user:p@4/s:s@host/0", "redis://user:[redacted]@host/0"),
            ("redis-cluster://u:p4ss@a:1,b:2", "redis-cluster://u:[redacted]@a:1,b:2"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }

    #[test]
    fn hosts_are_counted() {
        for (rest, count) in [
            ("host", Some(1)),
            ("host:6379/0", Some(1)),
            ("u:p@[::1]:6379", Some(1)),
            ("a:1,b,c:3/name", Some(3)),
            ("", None),
            ("/0", None),
            (":6379", None),
            ("a,", None),
            ("a:", None),
            ("a:x", None),
            ("a:65536", None),
        ] {
            assert_eq!(Parts::of(rest).unwrap().count_hosts(), count, "{rest}");
        }
    }
}
