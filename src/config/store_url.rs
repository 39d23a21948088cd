//! Where secrets are kept.

use std::fmt;
use std::path::Path;

use super::secret_url::{Parts, redacted};
use super::text::{FromText, Refusal};

/// The address of a store; it may hold a password. Its form is checked, whether anything is there is not.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl {
    scheme: StoreScheme,
    text: String,
}

/// The kinds of stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreScheme {
    /// `sqlite:PATH`, the embedded one.
    Sqlite,
    /// `redis://`, one server.
    Redis,
    /// `rediss://`, one server over TLS.
    Rediss,
    /// `redis-sentinel://h:p,h:p/MASTER`.
    RedisSentinel,
    /// `redis-cluster://h:p,h:p`.
    RedisCluster,
    /// `rediss-cluster://h:p,h:p`, over TLS.
    RedissCluster,
}

impl StoreUrl {
    /// The kind of store.
    #[must_use]
    pub fn scheme(&self) -> StoreScheme {
        self.scheme
    }

    /// The database file; `None` when the store is another kind.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&Path> {
        self.text.strip_prefix("sqlite:").map(Path::new)
    }

    /// The whole address with its password.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The address as it may be shown.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self.scheme {
            StoreScheme::Sqlite => self.text.clone(),
            _ => redacted(&self.text),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({})", self.redacted())
    }
}

impl FromText for StoreUrl {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        let scheme = match text.split_once(':') {
            Some(("sqlite", path)) => sqlite(path)?,
            Some((scheme, rest)) => redis(scheme, rest.strip_prefix("//").ok_or_else(wanted)?)?,
            None => return Err(wanted()),
        };
        Ok(Self { scheme, text: text.to_owned() })
    }
}

fn wanted() -> Refusal {
    Refusal::new("expected the address of a store").hint(
        "`sqlite:PATH`, `redis://HOST:PORT`, `rediss://`, `redis-sentinel://HOST:PORT,HOST:PORT/MASTER`, \
         `redis-cluster://HOST:PORT,HOST:PORT` or `rediss-cluster://`",
    )
}

fn sqlite(path: &str) -> Result<StoreScheme, Refusal> {
    if path.is_empty() || path.contains('\0') {
        return Err(Refusal::new("expected a path after `sqlite:`"));
    }
    // SQLite's own name for a database in memory: every secret would be gone with the process.
    if path == ":memory:" {
        return Err(Refusal::new("a store in memory would forget its secrets").hint("use `sqlite:PATH`"));
    }
    // `sqlite://data/x.db` would be the file `/data/x.db`, which those who write it do not mean.
    if path.starts_with("//") && !path.starts_with("///") {
        return Err(Refusal::new("expected a path after `sqlite:`, found `//`")
            .hint("write `sqlite:./data/readonce.db` or `sqlite:/var/lib/readonce/readonce.db`"));
    }
    Ok(StoreScheme::Sqlite)
}

fn redis(scheme: &str, rest: &str) -> Result<StoreScheme, Refusal> {
    let scheme = match scheme {
        "redis" => StoreScheme::Redis,
        "rediss" => StoreScheme::Rediss,
        "redis-sentinel" => StoreScheme::RedisSentinel,
        "redis-cluster" => StoreScheme::RedisCluster,
        "rediss-cluster" => StoreScheme::RedissCluster,
        _ => return Err(wanted()),
    };
    let parts = Parts::of(rest)?;
    let hosts = parts.count_hosts().ok_or_else(|| {
        Refusal::new("expected a host, or hosts separated by commas, each perhaps with a port")
    })?;
    match scheme {
        StoreScheme::Redis | StoreScheme::Rediss if hosts != 1 => {
            Err(Refusal::new("expected one host")
                .hint("several are `redis-cluster://` or `redis-sentinel://`"))
        }
        StoreScheme::RedisSentinel if parts.path.is_empty() => {
            Err(Refusal::new("expected the name of the master after the hosts")
                .hint("`redis-sentinel://HOST:PORT,HOST:PORT/MASTER`"))
        }
        scheme => Ok(scheme),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_read() {
        use StoreScheme::{Redis, RedisCluster, RedisSentinel, Rediss, RedissCluster, Sqlite};
        for (text, scheme) in [
            ("sqlite:./data/readonce.db", Sqlite),
            ("sqlite:/var/lib/readonce.db", Sqlite),
            ("sqlite:///var/lib/readonce.db", Sqlite),
            ("redis://127.0.0.1", Redis),
            ("redis://user:p%40ss@127.0.0.1:6379/2", Redis),
            ("rediss://:pass@cache.example", Rediss),
            ("redis-sentinel://u:p@a:26379,b:26379/main", RedisSentinel),
            ("redis-cluster://u:p@a:1,b:2", RedisCluster),
            ("rediss-cluster://[::1]:6379", RedissCluster),
        ] {
            let url = StoreUrl::from_text(text).unwrap();
            assert_eq!((url.scheme(), url.expose()), (scheme, text));
            assert_eq!(url.sqlite_path().is_some(), scheme == Sqlite);
        }
        let file = StoreUrl::from_text("sqlite:a@b:c.db").unwrap();
        assert_eq!(file.sqlite_path(), Some(Path::new("a@b:c.db")));
        assert_eq!(file.redacted(), "sqlite:a@b:c.db");
    }

    #[test]
    fn other_forms_are_refused_without_a_word_of_them() {
        for text in [
            "",
            "hunter2",
            "postgres://u:hunter2@h",
            "sqlite:",
            "sqlite::memory:",
            "sqlite://hunter2/x.db",
            "redis:",
            "redis:hunter2",
            "redis://",
            "redis://:hunter2@",
            "redis://u:hunter2@a,b",
            "redis://u:hunter2/@h",
            "redis://u:hunter2 @h",
            "redis-sentinel://u:hunter2@a:1",
            "redis-sentinel://u:hunter2@a:1/",
            "redis-cluster://u:hunter2@a:1,",
            "REDIS://u:hunter2@h",
        ] {
            let refusal = StoreUrl::from_text(text).unwrap_err().to_string();
            assert!(!refusal.contains("hunter2"), "{text}: {refusal}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let url = StoreUrl::from_text("redis://user:hunter2@host").unwrap();
        assert_eq!(format!("{url:?}"), "StoreUrl(redis://user:[redacted]@host)");
    }
}
