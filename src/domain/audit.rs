//! What an audit trail tells of, and how far it got.

use super::{AccountId, ClientNetwork, SecretId, Timestamp};

/// Something that a trail has a line for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// What happened.
    pub kind: AuditKind,
    /// When.
    pub at: Timestamp,
    /// The secret that it happened to.
    pub secret: Option<SecretId>,
    /// As whom it was done.
    pub account: Option<AccountId>,
    /// From where.
    pub network: Option<ClientNetwork>,
}

impl AuditEvent {
    /// Without a secret, an account or a network.
    #[must_use]
    pub fn new(kind: AuditKind, at: Timestamp) -> Self {
        Self { kind, at, secret: None, account: None, network: None }
    }
}

/// The kinds of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditKind {
    /// A server or a command began, with settings of this digest.
    Started {
        /// SHA-256 of what `config show` prints.
        settings: [u8; 32],
    },
    /// A secret was shared.
    Shared,
    /// A secret was read.
    Read,
    /// A secret was destroyed unread.
    Burned,
    /// A passphrase was tried, and wrong.
    Refused,
    /// Somebody signed in at the pages.
    SignedIn,
    /// An API token was made.
    TokenMade,
    /// An API token was revoked.
    TokenRevoked,
    /// Another root key writes from now on.
    KeyRotated,
    /// A database was put back from a backup.
    Restored,
    /// Secrets of another server were moved in.
    Imported,
    /// Events are missing: they could not be written.
    Gap {
        /// How many.
        missing: u64,
    },
}

impl AuditKind {
    /// Its name in a line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Shared => "shared",
            Self::Read => "read",
            Self::Burned => "burned",
            Self::Refused => "refused",
            Self::SignedIn => "signed_in",
            Self::TokenMade => "token_made",
            Self::TokenRevoked => "token_revoked",
            Self::KeyRotated => "key_rotated",
            Self::Restored => "restored",
            Self::Imported => "imported",
            Self::Gap { .. } => "gap",
        }
    }
}

/// Who writes a trail: a process, by a number that was drawn at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditWriter(pub [u8; 8]);

/// How far a writer has got, as the store knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Whose.
    pub writer: AuditWriter,
    /// When its last line was written.
    pub at: Timestamp,
    /// How many lines it has written.
    pub lines: u64,
    /// The MAC of the last one.
    pub mac: [u8; 32],
}

impl AuditHead {
    /// How long a store keeps one, in seconds: 400 days, longer than trails are asked for by the year.
    pub const LIFETIME: u64 = 400 * 24 * 60 * 60;
}
