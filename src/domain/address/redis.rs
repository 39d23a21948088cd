//! Addresses of Redis and Valkey: one server, a Sentinel group, a Cluster.
//!
//! ```text
//! redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]               rediss:// the same over TLS; valkey://, valkeys:// as well
//! redis-sentinel://[…@]HOST:PORT,HOST:PORT/MASTER[/DATABASE]   rediss-sentinel:// (ports default to 26379)
//! redis-cluster://[…@]HOST:PORT,HOST:PORT                      rediss-cluster://
//! ```
//!
//! User, password and master are percent-encoded; an empty user is the default one.

use std::fmt;

use super::grammar::{Parts, host_and_port, number, percent_decode};
use super::{AddressError, Credentials, HostPort};

/// The address of a Redis; it may hold a password.
#[derive(Clone)]
pub struct RedisUrl {
    topology: Topology,
    tls: bool,
    credentials: Option<Credentials>,
    database: u32,
    redacted: String,
}

/// What is behind an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Topology {
    /// One server.
    Single(HostPort),
    /// Sentinels, which know where the master of this name is.
    Sentinel {
        /// Where sentinels are.
        sentinels: Vec<HostPort>,
        /// The name of the master.
        master: String,
    },
    /// A cluster, known by some of its nodes.
    Cluster(Vec<HostPort>),
}

#[derive(Clone, Copy)]
enum Form {
    Single,
    Sentinel,
    Cluster,
}

/// Each scheme, what is behind it, and whether it is TLS.
const SCHEMES: [(&str, Form, bool); 8] = [
    ("redis", Form::Single, false),
    ("rediss", Form::Single, true),
    ("valkey", Form::Single, false),
    ("valkeys", Form::Single, true),
    ("redis-sentinel", Form::Sentinel, false),
    ("rediss-sentinel", Form::Sentinel, true),
    ("redis-cluster", Form::Cluster, false),
    ("rediss-cluster", Form::Cluster, true),
];

impl RedisUrl {
    /// Reads one.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Redis)?;
        let known = SCHEMES.into_iter().find(|(name, ..)| *name == scheme);
        let (_, form, tls) = known.ok_or(AddressError::Redis)?;
        let parts = Parts::of(rest)?;
        let credentials = parts.userinfo.map(Credentials::of).transpose()?;
        if credentials.as_ref().is_some_and(|credentials| credentials.password.is_empty()) {
            return Err(AddressError::Credentials);
        }
        let default_port = if matches!(form, Form::Sentinel) { 26_379 } else { 6379 };
        let mut servers = Vec::new();
        for server in parts.hosts.split(',') {
            let (host, port) = host_and_port(server)?;
            servers.push(HostPort { host: host.bare(), port: port.unwrap_or(default_port) });
        }
        let path = parts.path.strip_prefix('/').unwrap_or_default();
        let (topology, database) = match form {
            Form::Single if servers.len() > 1 => return Err(AddressError::ManyHosts),
            Form::Single => (Topology::Single(servers.remove(0)), database(path)?),
            Form::Cluster if path.is_empty() => (Topology::Cluster(servers), 0),
            Form::Cluster => return Err(AddressError::ClusterDatabase),
            Form::Sentinel => {
                let (master, number) = path.split_once('/').unwrap_or((path, ""));
                let master =
                    percent_decode(master).filter(|name| !name.is_empty()).ok_or(AddressError::Master)?;
                (Topology::Sentinel { sentinels: servers, master: master.to_string() }, database(number)?)
            }
        };
        Ok(Self { topology, tls, credentials, database, redacted: parts.redacted(scheme) })
    }

    /// What is behind it.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Whether to speak TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The credentials, whose user may be empty: the default user. `None`: no log-in.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The database number.
    #[must_use]
    pub fn database(&self) -> u32 {
        self.database
    }

    /// The same server, another of its databases.
    #[must_use]
    pub fn at_database(self, database: u32) -> Self {
        Self { database, ..self }
    }

    /// The address as it may be shown: as it was written, without its password.
    #[must_use]
    pub fn redacted(&self) -> &str {
        &self.redacted
    }
}

fn database(text: &str) -> Result<u32, AddressError> {
    if text.is_empty() { Ok(0) } else { number(text).ok_or(AddressError::Database) }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisUrl({})", self.redacted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_shown_without_its_password() {
        let at = |host: &str, port| HostPort { host: host.to_owned(), port };
        let one = |host, port| Topology::Single(at(host, port));
        let watched = |sentinels| Topology::Sentinel { sentinels, master: "main".to_owned() };
        for (text, shown, topology, tls, database) in [
            ("redis://localhost", "redis://localhost", one("localhost", 6379), false, 0),
            ("redis://localhost/", "redis://localhost/", one("localhost", 6379), false, 0),
            ("redis://[::1]:7000/3", "redis://[::1]:7000/3", one("::1", 7000), false, 3),
            (
                "rediss://app:p%40ss@Store.example:6380",
                "rediss://app:[redacted]@Store.example:6380",
                one("store.example", 6380),
                true,
                0,
            ),
            ("redis://:pw@h", "redis://:[redacted]@h", one("h", 6379), false, 0),
            ("valkey://u:p@h/2", "valkey://u:[redacted]@h/2", one("h", 6379), false, 2),
            ("valkeys://h:1", "valkeys://h:1", one("h", 1), true, 0),
            (
                "redis-sentinel://a:1,b/main",
                "redis-sentinel://a:1,b/main",
                watched(vec![at("a", 1), at("b", 26379)]),
                false,
                0,
            ),
            (
                "rediss-sentinel://u:p@a:1,b:2/m%61in/2",
                "rediss-sentinel://u:[redacted]@a:1,b:2/m%61in/2",
                watched(vec![at("a", 1), at("b", 2)]),
                true,
                2,
            ),
            (
                "redis-cluster://a:1,b:2",
                "redis-cluster://a:1,b:2",
                Topology::Cluster(vec![at("a", 1), at("b", 2)]),
                false,
                0,
            ),
            (
                "rediss-cluster://u:p@a",
                "rediss-cluster://u:[redacted]@a",
                Topology::Cluster(vec![at("a", 6379)]),
                true,
                0,
            ),
        ] {
            let url = RedisUrl::parse(text).unwrap();
            assert_eq!(url.redacted(), shown);
            assert_eq!(format!("{url:?}"), format!("RedisUrl({shown})"));
            assert_eq!((url.topology(), url.is_tls(), url.database()), (&topology, tls, database), "{text}");
            assert_eq!(url.credentials().is_some(), text.contains('@'), "{text}");
        }
        let url = RedisUrl::parse("rediss://app:p%40s%3As@h").unwrap();
        let credentials = url.credentials().unwrap();
        assert_eq!((credentials.user.as_str(), credentials.password.as_str()), ("app", "p@s:s"));
    }

    #[test]
    fn what_is_wrong_is_named_and_nothing_secret_repeated() {
        for (text, error) in [
            ("localhost:6379", AddressError::Redis),
            ("http://hunter2@h", AddressError::Redis),
            ("valkey-cluster://hunter2@h", AddressError::Redis),
            ("redis://", AddressError::Host),
            ("redis://:hunter2@", AddressError::Host),
            ("redis-cluster://u:hunter2@a:1,", AddressError::Host),
            ("redis://u:hunter2@a%20b:1", AddressError::Host),
            ("redis://a,b", AddressError::ManyHosts),
            ("redis://h:0", AddressError::Port),
            ("redis://h:hunter2", AddressError::Port),
            ("redis://h/hunter2", AddressError::Database),
            ("redis://h/+3", AddressError::Database),
            ("redis://h/1/2", AddressError::Database),
            ("redis-sentinel://h/main/x", AddressError::Database),
            ("redis-cluster://h/1", AddressError::ClusterDatabase),
            ("redis-sentinel://u:hunter2@h", AddressError::Master),
            ("redis-sentinel://u:hunter2@h/", AddressError::Master),
            ("redis-sentinel://u:hunter2@h/%zz", AddressError::Master),
            ("redis://hunter2@h", AddressError::Credentials),
            ("redis://hunter2:@h", AddressError::Credentials),
            ("redis://u:hunter%zz@h", AddressError::Encoding),
            ("redis://u:hunter2?@h", AddressError::Unescaped),
            ("redis://u:hunter2 @h", AddressError::Blank),
            ("redis://u:hunter2@h?x=1", AddressError::Query),
        ] {
            let found = RedisUrl::parse(text).unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!format!("{found} {found:?}").contains("hunter"), "{text}");
        }
    }
}
