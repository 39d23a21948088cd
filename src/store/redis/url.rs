//! Store URLs: one server, a Sentinel group, a Cluster.
//!
//! ```text
//! redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]           rediss:// the same over TLS
//! redis-sentinel://[…@]HOST:PORT,HOST:PORT/MASTER[/DATABASE]   rediss-sentinel:// (ports default to 26379)
//! redis-cluster://[…@]HOST:PORT,HOST:PORT                  rediss-cluster://
//! ```
//!
//! User and password are percent-encoded; an empty user is the default one. The trap: the password is in the URL, so
//! neither `Display`, `Debug` nor any error here repeats a part of the text that could be it.

use std::fmt;

use zeroize::Zeroizing;

/// A parsed store URL.
#[derive(Clone)]
pub struct RedisUrl {
    /// What is behind it.
    pub topology: Topology,
    /// Whether to speak TLS.
    pub tls: bool,
    /// The ACL user; the default one when `None`.
    pub user: Option<String>,
    /// Its password.
    pub password: Option<Zeroizing<String>>,
    /// The database number.
    pub database: u32,
}

/// Host and port.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Name or address, an IPv6 address without its brackets.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// What a URL points to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Topology {
    /// One server.
    Single(Address),
    /// Sentinels, which know where the master of this name is.
    Sentinel {
        /// Where sentinels are.
        sentinels: Vec<Address>,
        /// The name of the master.
        master: String,
    },
    /// A cluster, known by some of its nodes.
    Cluster(Vec<Address>),
}

/// Why a URL was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not one of the schemes.
    #[error(
        "unknown scheme\nhint: `redis://`, `rediss://`, `redis-sentinel://` or `redis-cluster://`, with `rediss` for TLS"
    )]
    Scheme,
    /// No host, or an unreadable one.
    #[error("no host, or one that cannot be read\nhint: `HOST:PORT`, an IPv6 address in brackets")]
    Host,
    /// Several hosts where there is one server.
    #[error("several hosts for one server\nhint: `redis-sentinel://` or `redis-cluster://`")]
    ManyHosts,
    /// Not a port.
    #[error("a port is not a number from 1 to 65535")]
    Port,
    /// Not a database number, or one where there is none.
    #[error("the part behind the host is not a database number (a cluster has none)")]
    Database,
    /// A Sentinel URL without the master's name.
    #[error("the master's name is missing\nhint: `redis-sentinel://HOST:PORT,HOST:PORT/MASTER`")]
    Master,
    /// A user without password, or a bad percent-encoding.
    #[error(
        "the credentials cannot be read\nhint: `USER:PASSWORD@` or `:PASSWORD@`, other characters percent-encoded"
    )]
    Credentials,
    /// A query or fragment.
    #[error("a store URL takes no `?` and no `#`\nhint: percent-encode them within a password")]
    Query,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Single,
    Sentinel,
    Cluster,
}

const SCHEMES: [(&str, Kind, bool); 6] = [
    ("redis", Kind::Single, false),
    ("rediss", Kind::Single, true),
    ("redis-sentinel", Kind::Sentinel, false),
    ("rediss-sentinel", Kind::Sentinel, true),
    ("redis-cluster", Kind::Cluster, false),
    ("rediss-cluster", Kind::Cluster, true),
];

impl RedisUrl {
    /// Reads a URL.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme)?;
        let (_, kind, tls) =
            SCHEMES.into_iter().find(|(name, ..)| *name == scheme).ok_or(UrlError::Scheme)?;
        if rest.contains(['?', '#']) {
            return Err(UrlError::Query);
        }
        let (credentials, rest) = match rest.rsplit_once('@') {
            Some((credentials, rest)) => (Some(credentials), rest),
            None => (None, rest),
        };
        let (user, password) = credentials.map_or(Ok((None, None)), read_credentials)?;
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        let default_port = if kind == Kind::Sentinel { 26_379 } else { 6379 };
        let mut addresses =
            hosts.split(',').map(|host| read_address(host, default_port)).collect::<Result<Vec<_>, _>>()?;
        let (topology, database) = match kind {
            Kind::Single if addresses.len() > 1 => return Err(UrlError::ManyHosts),
            Kind::Single => (Topology::Single(addresses.remove(0)), read_database(path)?),
            Kind::Cluster if path.is_empty() => (Topology::Cluster(addresses), 0),
            Kind::Cluster => return Err(UrlError::Database),
            Kind::Sentinel => {
                let (master, database) = path.split_once('/').unwrap_or((path, ""));
                let master = decode(master).filter(|name| !name.is_empty()).ok_or(UrlError::Master)?;
                (
                    Topology::Sentinel { sentinels: addresses, master: master.to_string() },
                    read_database(database)?,
                )
            }
        };
        Ok(Self { topology, tls, user, password, database })
    }
}

type Credentials = (Option<String>, Option<Zeroizing<String>>);

fn read_credentials(text: &str) -> Result<Credentials, UrlError> {
    let (user, password) = text.split_once(':').ok_or(UrlError::Credentials)?;
    let user = decode(user).ok_or(UrlError::Credentials)?;
    let password = decode(password).filter(|password| !password.is_empty()).ok_or(UrlError::Credentials)?;
    Ok(((!user.is_empty()).then(|| user.to_string()), Some(password)))
}

fn read_address(text: &str, default_port: u16) -> Result<Address, UrlError> {
    let (host, port) = match text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or(UrlError::Host)?)),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    if host.is_empty() || host.contains(['[', ']', ' ', '%']) {
        return Err(UrlError::Host);
    }
    let port = match port {
        None => default_port,
        Some(port) => port.parse().ok().filter(|port| *port != 0).ok_or(UrlError::Port)?,
    };
    Ok(Address { host: host.to_owned(), port })
}

fn read_database(text: &str) -> Result<u32, UrlError> {
    if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| UrlError::Database) }
}

/// Percent-decoded text; `None` when an escape is cut short or the bytes are no UTF-8.
fn decode(text: &str) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            let digit = |at: usize| char::from(digits[at]).to_digit(16);
            bytes.push(u8::try_from(16 * digit(0)? + digit(1)?).ok()?);
            rest = after;
        } else {
            bytes.push(first);
        }
    }
    std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

impl fmt::Display for RedisUrl {
    /// The URL with its password replaced.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, hosts) = match &self.topology {
            Topology::Single(address) => (Kind::Single, std::slice::from_ref(address)),
            Topology::Sentinel { sentinels, .. } => (Kind::Sentinel, sentinels.as_slice()),
            Topology::Cluster(nodes) => (Kind::Cluster, nodes.as_slice()),
        };
        let scheme = SCHEMES.iter().find(|(_, of, tls)| *of == kind && *tls == self.tls);
        write!(f, "{}://", scheme.map_or("redis", |(name, ..)| name))?;
        if self.password.is_some() {
            write!(f, "{}:[redacted]@", self.user.as_deref().unwrap_or(""))?;
        }
        for (index, host) in hosts.iter().enumerate() {
            write!(f, "{}{host}", if index == 0 { "" } else { "," })?;
        }
        if let Topology::Sentinel { master, .. } = &self.topology {
            write!(f, "/{master}")?;
        }
        if self.database == 0 { Ok(()) } else { write!(f, "/{}", self.database) }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_shown_without_its_password() {
        for (text, shown) in [
            ("redis://localhost", "redis://localhost:6379"),
            ("redis://[::1]:7000/3", "redis://[::1]:7000/3"),
            ("rediss://app:p%40ss@store.example:6380", "rediss://app:[redacted]@store.example:6380"),
            ("redis://:pw@h", "redis://:[redacted]@h:6379"),
            ("redis-sentinel://a:1,b/main", "redis-sentinel://a:1,b:26379/main"),
            ("redis-sentinel://u:p@a:1/main/2", "redis-sentinel://u:[redacted]@a:1/main/2"),
            ("redis-cluster://a:1,b:2", "redis-cluster://a:1,b:2"),
            ("rediss-cluster://u:p@a:1", "rediss-cluster://u:[redacted]@a:1"),
        ] {
            let url = RedisUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), shown);
        }
        let url = RedisUrl::parse("rediss://app:p%40s%3As@h").unwrap();
        assert_eq!(url.password.unwrap().as_str(), "p@s:s");
        assert_eq!(url.user.as_deref(), Some("app"));
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_secret_repeated() {
        for (text, error) in [
            ("localhost:6379", UrlError::Scheme),
            ("http://hunter2@h", UrlError::Scheme),
            ("redis://", UrlError::Host),
            ("redis://:hunter2@", UrlError::Host),
            ("redis://a,b", UrlError::ManyHosts),
            ("redis://h:0", UrlError::Port),
            ("redis://h:hunter2", UrlError::Port),
            ("redis://h/x", UrlError::Database),
            ("redis-cluster://h/1", UrlError::Database),
            ("redis-sentinel://h", UrlError::Master),
            ("redis://hunter2@h", UrlError::Credentials),
            ("redis://u:hunter%zz@h", UrlError::Credentials),
            ("redis://u:hunter2?@h", UrlError::Query),
        ] {
            let found = RedisUrl::parse(text).unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!format!("{found} {found:?}").contains("hunter"), "{text}");
        }
    }
}
