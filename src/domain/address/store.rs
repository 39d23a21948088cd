//! Store addresses: an SQLite file or a Redis.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{AddressError, RedisUrl};
use crate::domain::text::stray_end;

/// The address of a store; it may hold a password. Its form is checked, whether anything is there is not.
#[derive(Clone)]
pub enum StoreUrl {
    /// `sqlite:PATH`: the embedded store, in this file.
    Sqlite(PathBuf),
    /// A Redis or Valkey.
    Redis(RedisUrl),
}

impl StoreUrl {
    /// Reads `sqlite:PATH`, or an address of a Redis.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return sqlite(path).map(Self::Sqlite);
        }
        match RedisUrl::parse(text) {
            Ok(url) => Ok(Self::Redis(url)),
            Err(AddressError::Redis) => Err(AddressError::Store),
            Err(error) => Err(error),
        }
    }

    /// The database file; `None` when the store is another kind.
    #[must_use]
    pub fn sqlite_path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Redis(_) => None,
        }
    }

    /// Whether a password stands in it.
    #[must_use]
    pub fn has_password(&self) -> bool {
        matches!(self, Self::Redis(url) if url.credentials().is_some())
    }

    /// The address as it may be shown: as it was written, without its password.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Redis(url) => url.redacted().to_owned(),
        }
    }
}

fn sqlite(path: &str) -> Result<PathBuf, AddressError> {
    if path.is_empty() || path.contains('\0') {
        return Err(AddressError::SqlitePath);
    }
    if path.contains(char::is_control) || stray_end(path).is_some() {
        return Err(AddressError::Blank);
    }
    // Options, as other programs take them: as a part of the name they would make a new, empty store.
    if path.contains(['?', '#']) {
        return Err(AddressError::SqliteOptions);
    }
    if path == "~" || path.starts_with("~/") {
        return Err(AddressError::SqliteHome);
    }
    // SQLite's own name for a database in memory.
    if path == ":memory:" {
        return Err(AddressError::SqliteMemory);
    }
    if path.starts_with("//") && !path.starts_with("///") {
        return Err(AddressError::SqliteSlashes);
    }
    Ok(path.into())
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({})", self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_as_they_are_written() {
        for path in ["./data/readonce.db", "/var/lib/readonce.db", "///var/lib/readonce.db", "a@b:c.db"] {
            let text = format!("sqlite:{path}");
            let url = StoreUrl::parse(&text).unwrap();
            assert_eq!(url.sqlite_path(), Some(Path::new(path)));
            assert_eq!((url.redacted(), url.has_password()), (text, false));
        }
    }

    #[test]
    fn everything_else_is_a_redis() {
        let url = StoreUrl::parse("redis://user:hunter2@host").unwrap();
        assert!(url.has_password() && url.sqlite_path().is_none());
        assert_eq!(format!("{url:?}"), "StoreUrl(redis://user:[redacted]@host)");
        assert!(!StoreUrl::parse("redis://host").unwrap().has_password());
    }

    #[test]
    fn other_forms_are_refused_without_a_word_of_them() {
        for (text, error) in [
            ("", AddressError::Store),
            ("hunter2", AddressError::Store),
            ("postgres://u:hunter2@h", AddressError::Store),
            ("redis:", AddressError::Store),
            ("redis:hunter2", AddressError::Store),
            ("REDIS://u:hunter2@h", AddressError::Store),
            ("sqlite:", AddressError::SqlitePath),
            ("sqlite:hunter2\0", AddressError::SqlitePath),
            ("sqlite:hunter2\r", AddressError::Blank),
            ("sqlite:hunter2 ", AddressError::Blank),
            ("sqlite: hunter2", AddressError::Blank),
            ("sqlite:hunter2.db?mode=ro", AddressError::SqliteOptions),
            ("sqlite:hunter2.db#x", AddressError::SqliteOptions),
            ("sqlite:~/hunter2.db", AddressError::SqliteHome),
            ("sqlite::memory:", AddressError::SqliteMemory),
            ("sqlite://hunter2/x.db", AddressError::SqliteSlashes),
            ("redis://u:hunter2/@h", AddressError::Unescaped),
        ] {
            let found = StoreUrl::parse(text).unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(!format!("{found} {found:?}").contains("hunter2"), "{text}");
        }
    }
}
