//! Encryption of everything at rest: keyring, envelopes, ids, API token hashes (crypto.md §1).
//!
//! The vault turns link keys into ids, values into envelopes, receipt keys into sealed list entries, and back. It does
//! no I/O and knows no store. The trap: a value takes **both** its link key and a root key of the ring; neither opens
//! anything alone. A passphrase, where there is one, is part of the key as well.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::domain::KeyId;

mod accounts;
mod audit;
mod canary;
mod cookies;
mod cores;
mod derive;
mod encoding;
mod envelope;
mod fair_queue;
mod hashing;
mod ids;
mod imported;
mod key_material;
mod keyring;
#[cfg(feature = "import")]
mod legacy;
mod mark;
mod networks;
mod notices;
mod notifications;
mod passphrase_hash;
mod protected;
mod receipts;
mod retirement;
mod root_key;
mod seal;
#[cfg(feature = "import")]
mod upstream;

pub use accounts::{account_id, binding, matches_token, same_digest, token_digest};
pub use audit::AuditKeys;
pub use canary::{CanaryError, canary_key};
pub use cookies::Cookie;
pub use envelope::Opened;
pub use hashing::{HashLoad, HashPool};
pub use ids::{lost_receipt_id, lost_secret_id, notice_id, notification_id, owner_id, receipt_id, secret_id};
pub use keyring::{Keyring, KeyringError, RingKey};
#[cfg(feature = "import")]
pub use legacy::Legacy;
pub use mark::Marked;
pub use passphrase_hash::{HashError, PassphraseHash};
pub use retirement::Retirement;
pub use root_key::RootKey;
#[cfg(feature = "import")]
pub use upstream::{Cipher, UpstreamSecret, UpstreamSecrets, UpstreamValue};

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Sealed under a root key that is not in the ring.
    #[error("the keyring holds no key {0}")]
    UnknownKey(KeyId),
    /// Authentication failed or the format is unknown: damaged or forged.
    #[error("a sealed record does not open")]
    Damaged,
    /// Sealed as an upstream server did, and this program was built without its ciphers (feature `import`).
    #[error("a sealed record is in the cipher of another server, and this program was built without it")]
    NoCipher,
    /// It opens, but its lifetime has passed (a restored copy cannot bring it back).
    #[error("a sealed record has expired")]
    Expired,
    /// Every core for passphrase hashing is busy, and the queue is full.
    #[error("too many passphrases wait to be hashed")]
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// The same, after one form of the passphrase was hashed and found wrong: what was a guess stays one.
    #[error("too many passphrases wait to be hashed, and one form of this one is wrong")]
    BusyAfterTry {
        /// When to try again.
        retry_after: Duration,
    },
}

impl Error {
    /// The error of hashing a passphrase of which another form was `tried` before.
    fn of_form(self, tried: bool) -> Self {
        match self {
            Self::Busy { retry_after } if tried => Self::BusyAfterTry { retry_after },
            error => error,
        }
    }
}

/// Seals and opens: the keyring, and the pool that hashes passphrases.
#[derive(Debug)]
pub struct Vault {
    ring: RwLock<Arc<Keyring>>,
    pool: HashPool,
}

impl Vault {
    /// A vault over `ring`, hashing passphrases of new secrets with bcrypt at `cost`.
    #[must_use]
    pub fn new(ring: Keyring, pool: HashPool) -> Self {
        Self { ring: RwLock::new(Arc::new(ring)), pool }
    }

    /// The load of the hash pool.
    #[must_use]
    pub fn hashing(&self) -> HashLoad {
        self.pool.load()
    }

    /// The keyring in use.
    #[must_use]
    pub fn ring(&self) -> Arc<Keyring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the keyring after keys were added, rotated or retired. Callers that hold the old one still open under
    /// it.
    pub fn replace_ring(&self, ring: Keyring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }
}

#[cfg(test)]
impl Vault {
    /// A vault with the one root key of a vector.
    fn from_vector(vector: &crate::domain::vectors::Vector) -> Self {
        let ring = Keyring::new(vec![RingKey::new(RootKey::from_bytes(vector.array("root")))]).unwrap();
        Self::new(ring, HashPool::new(4))
    }
}
