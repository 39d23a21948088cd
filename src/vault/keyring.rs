//! The keyring: a file of root keys, one a line; the first encrypts, all decrypt (ADR 0031).
//!
//! A line is `readonce1:` and the key in base64url, then optional unix seconds: `added=` for a key that has not been
//! active yet, `since=` and `until=` for when a key was the active one. Empty lines and `#` comments are skipped. In an
//! environment variable, commas separate the lines.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::root_key::RootKey;
use crate::domain::{KeyId, Timestamp};

const PREFIX: &str = "readonce1:";
/// Capacity for the longest line: prefix, key and three times of 20 digits.
const LINE: usize = 160;

/// A root key of the ring, and when it was the active one.
#[derive(Clone, Debug)]
pub struct RingKey {
    /// The key.
    pub root: RootKey,
    /// Its id.
    pub id: KeyId,
    /// When it was added; `None` once it was the active key, or when that was not recorded.
    pub added: Option<Timestamp>,
    /// When it became the active key; `None` when it never was, or that was not recorded.
    pub since: Option<Timestamp>,
    /// When it stopped being the active key; `None` while it is, or when it never was.
    pub until: Option<Timestamp>,
}

impl RingKey {
    /// A key without a history.
    #[must_use]
    pub fn new(root: RootKey) -> Self {
        let id = root.id();
        Self { root, id, added: None, since: None, until: None }
    }

    /// The line for the keyring file. This *is* the key.
    #[must_use]
    pub fn to_line(&self) -> Zeroizing<String> {
        let mut line = Zeroizing::new(String::with_capacity(LINE));
        line.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(self.root.expose(), &mut line);
        for (name, time) in [("added", self.added), ("since", self.since), ("until", self.until)] {
            if let Some(Timestamp(seconds)) = time {
                // The room for it is reserved: growing would leave an unwiped copy of the key behind.
                let _ = write!(line, " {name}={seconds}");
            }
        }
        line
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split_ascii_whitespace();
        let encoded = fields.next()?.strip_prefix(PREFIX)?;
        let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        let mut key = Self::new(RootKey::from_bytes(decoded.as_slice().try_into().ok()?));
        for field in fields {
            let (name, value) = field.split_once('=')?;
            let time = Some(Timestamp(value.parse().ok()?));
            match name {
                "added" => key.added = time,
                "since" => key.since = time,
                "until" => key.until = time,
                _ => return None,
            }
        }
        Some(key)
    }
}

/// Why a keyring is refused. Never shows the line itself.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyringError {
    /// A line that is no key.
    #[error("line {line} of the keyring is no key line")]
    BadLine {
        /// Counted from 1.
        line: usize,
    },
    /// No key at all.
    #[error("the keyring holds no key")]
    Empty,
    /// The same key twice.
    #[error("the keyring holds key {0} twice")]
    Twice(KeyId),
}

/// One or more root keys; never empty.
#[derive(Clone, Debug)]
pub struct Keyring {
    keys: Vec<RingKey>,
    /// Their ids, which go with every claim.
    ids: Arc<[KeyId]>,
}

impl Keyring {
    /// A ring of one new key, active from `now` on.
    #[must_use]
    pub fn generate(now: Timestamp) -> Self {
        let mut key = RingKey::new(RootKey::generate());
        key.since = Some(now);
        Self::of(vec![key])
    }

    /// A ring of these keys, the first of which is the active one.
    pub fn new(keys: Vec<RingKey>) -> Result<Self, KeyringError> {
        if keys.is_empty() {
            return Err(KeyringError::Empty);
        }
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].iter().any(|other| other.id == key.id) {
                return Err(KeyringError::Twice(key.id));
            }
        }
        Ok(Self::of(keys))
    }

    fn of(keys: Vec<RingKey>) -> Self {
        let ids = keys.iter().map(|key| key.id).collect();
        Self { keys, ids }
    }

    /// Reads a keyring file, or the environment variable in its place.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with('#') {
                continue;
            }
            for entry in line.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
                keys.push(RingKey::parse(entry).ok_or(KeyringError::BadLine { line: index + 1 })?);
            }
        }
        Self::new(keys)
    }

    /// The text of the keyring file.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(256 + LINE * self.keys.len()));
        text.push_str(
            "# readonce keyring: the first key writes, all read. Whoever has this file and the store\n",
        );
        text.push_str("# still needs a link to read a secret. Keep it apart from backups of the store.\n");
        for key in &self.keys {
            text.push_str(&key.to_line());
            text.push('\n');
        }
        text
    }

    /// The active key: it encrypts everything new.
    #[must_use]
    pub fn writer(&self) -> &RingKey {
        &self.keys[0]
    }

    /// All keys, the active one first.
    #[must_use]
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    /// The ids of all keys, the active one first.
    #[must_use]
    pub fn ids(&self) -> Arc<[KeyId]> {
        Arc::clone(&self.ids)
    }

    /// Whether a key with this id is in the ring.
    #[must_use]
    pub fn holds(&self, id: KeyId) -> bool {
        self.ids.contains(&id)
    }

    /// The root key with this id.
    pub(super) fn find(&self, id: KeyId) -> Result<&RootKey, super::Error> {
        self.keys.iter().find(|key| key.id == id).map(|key| &key.root).ok_or(super::Error::UnknownKey(id))
    }

    /// The ring with another key at its end, which only decrypts.
    pub fn with_added(&self, root: RootKey, now: Timestamp) -> Result<Self, KeyringError> {
        let mut keys = self.keys.clone();
        keys.push(RingKey { added: Some(now), ..RingKey::new(root) });
        Self::new(keys)
    }

    /// The ring with its newest key (the last) in front, active from `now` on; `None` when no key is waiting for that: a
    /// key that was active before does not become so again.
    #[must_use]
    pub fn rotated(&self, now: Timestamp) -> Option<Self> {
        let mut keys = self.keys.clone();
        let newest = keys.pop().filter(|newest| newest.until.is_none())?;
        let before = keys.first_mut()?;
        (before.added, before.until) = (None, Some(now));
        keys.insert(0, RingKey { added: None, since: Some(now), ..newest });
        Some(Self::of(keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("keyring");
        let ring = Keyring::parse(&vector.text("file")).unwrap();
        let [first, second] = ring.keys() else { panic!("two keys") };
        assert_eq!(*first.root.expose(), vector.array("first-root"));
        assert_eq!(first.id.0, vector.array("first-kid"));
        assert_eq!(*second.root.expose(), vector.array("second-root"));
        assert_eq!(second.id.0, vector.array("second-kid"));
        assert_eq!(
            (first.since, second.added),
            (Some(Timestamp(1_795_248_429)), Some(Timestamp(1_795_248_430)))
        );
        let read_again = Keyring::parse(&ring.to_text()).unwrap();
        assert_eq!(read_again.to_text(), ring.to_text());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let ring = Keyring::generate(Timestamp(7)).with_added(RootKey::generate(), Timestamp(8)).unwrap();
        let read = Keyring::parse(&ring.to_text()).unwrap();
        assert_eq!(read.ids(), ring.ids());
        assert_eq!(read.writer().since, Some(Timestamp(7)));
        assert_eq!(read.keys()[1].added, Some(Timestamp(8)));
        let last = Some(Timestamp(u64::MAX));
        let longest = RingKey { added: last, since: last, until: last, ..RingKey::new(RootKey::generate()) };
        assert!(longest.to_line().len() <= LINE, "it would be copied while it grows");
        let lines: Vec<_> = ring.keys().iter().map(|key| key.to_line().to_string()).collect();
        assert_eq!(Keyring::parse(&lines.join(", ")).unwrap().ids(), ring.ids(), "as a variable");
    }

    #[test]
    fn rotation_moves_the_newest_key_to_the_front_and_notes_when() {
        let ring = Keyring::generate(Timestamp(7)).with_added(RootKey::generate(), Timestamp(8)).unwrap();
        let rotated = ring.rotated(Timestamp(9)).unwrap();
        assert_eq!(rotated.writer().id, ring.keys()[1].id);
        assert_eq!((rotated.writer().added, rotated.writer().since), (None, Some(Timestamp(9))));
        assert_eq!(rotated.keys()[1].until, Some(Timestamp(9)));
        assert!(Keyring::generate(Timestamp(7)).rotated(Timestamp(9)).is_none(), "there is no other key");
        assert!(rotated.rotated(Timestamp(10)).is_none(), "an old key does not come back");
    }

    #[test]
    fn bad_rings_are_refused_without_showing_them() {
        let key = RingKey::new(RootKey::from_bytes([7; 32]));
        let line = key.to_line();
        assert_eq!(Keyring::parse("# only a comment\n").unwrap_err(), KeyringError::Empty);
        assert_eq!(Keyring::parse("readonce1:short").unwrap_err(), KeyringError::BadLine { line: 1 });
        assert_eq!(Keyring::parse(&format!("\n{}x", *line)).unwrap_err(), KeyringError::BadLine { line: 2 });
        assert_eq!(
            Keyring::parse(&format!("{} later=1", *line)).unwrap_err(),
            KeyringError::BadLine { line: 1 }
        );
        assert_eq!(Keyring::parse(&format!("{0}\n{0}", *line)).unwrap_err(), KeyringError::Twice(key.id));
    }
}
