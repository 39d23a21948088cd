//! The one error of the verbs. The API and the pages each say it their way; the texts of the API are those of v1-contract.md §4.

use std::time::Duration;

use crate::domain::{BadPassphrase, KeyId};
use crate::{store, vault};

/// Why a verb did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Missing or bad credentials. One answer for every cause.
    #[error("not authorized")]
    NotAuthorized,
    /// Never was, read, burned, expired; or a wrong or missing passphrase: one answer for all.
    #[error("unknown secret")]
    UnknownSecret,
    /// The passphrase presented for a burn is wrong.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// Nothing to share.
    #[error("nothing to share")]
    Empty,
    /// The value is longer than this caller may share.
    #[error("the value is too long")]
    TooBig {
        /// Bytes of UTF-8 allowed.
        max: usize,
    },
    /// The secret is not shared with this passphrase, or without one.
    #[error("no passphrase to share with")]
    BadPassphrase(BadPassphrase),
    /// A generated password of this length or alphabet cannot be made.
    #[error("no such password can be generated")]
    BadPasswordRule(BadPasswordRule),
    /// Only accounts have mail sent.
    #[error("anonymous callers cannot have mail sent")]
    MailNeedsAccount,
    /// No address that mail can be sent to. The text is the caller's own, for the answer only.
    #[error("undeliverable address")]
    Undeliverable(String),
    /// No mail server is configured.
    #[error("this server sends no mail")]
    NoMail,
    /// A share domain nobody configured. The text is the caller's own, for the answer only.
    #[error("unknown share domain")]
    UnknownDomain(String),
    /// A share domain of other accounts. The text is the caller's own, for the answer only.
    #[error("share domain not permitted")]
    ForeignDomain(String),
    /// Too many requests or tries.
    #[error("limited")]
    Limited {
        /// When to come back.
        retry_after: Duration,
    },
    /// The disk is short of room, which is kept for reading and burning; nothing was stored.
    #[error("the disk is short of room")]
    DiskShort {
        /// Accounts may still share.
        accounts_may: bool,
        /// When to come back: a guess, as room comes with the next expiry.
        retry_after: Duration,
    },
    /// Too many passphrases are being hashed.
    #[error("busy")]
    Busy {
        /// When to come back.
        retry_after: Duration,
    },
    /// The store cannot be used at the moment; nothing was done.
    #[error("store unavailable")]
    Unavailable(#[source] store::Error),
    /// The store did not answer: it may or may not have been done.
    #[error("outcome unknown")]
    OutcomeUnknown(#[source] store::Error),
    /// The same, of a share whose recipient is notified if it was done.
    #[error("outcome unknown, and the recipient may be notified")]
    PerhapsMailed(#[source] store::Error),
    /// Done, but not confirmed by enough replicas; a value is withheld.
    #[error("not confirmed by the store's replicas")]
    Unconfirmed,
    /// Sealed under a root key this instance does not have; nothing consumed.
    #[error("sealed under unknown key {0}")]
    UnknownKey(KeyId),
    /// What is stored cannot be read by this instance: it is damaged, or a later version wrote it. It was left as it is.
    #[error("a stored record cannot be read")]
    NotUnderstood(#[source] store::Error),
    /// A stored record does not open.
    #[error("a stored record is damaged")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why no password can be generated, in the words of every API version (v1-contract.md §5.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPasswordRule {
    /// It would be longer than is made.
    #[error("Generated password length must be no more than 128 characters")]
    TooLong,
    /// It would be empty, or the length is no number.
    #[error("Generated password length must be at least 1 character")]
    TooShort,
    /// No set of characters is left.
    #[error("At least one set of characters is needed to generate a password")]
    NoCharacters,
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Unavailable(_) => Self::Unavailable(error),
            store::Error::OutcomeUnknown(_) => Self::OutcomeUnknown(error),
            store::Error::Unconfirmed => Self::Unconfirmed,
            store::Error::Corrupt(_) => Self::NotUnderstood(error),
        }
    }
}

impl From<vault::Error> for Error {
    fn from(error: vault::Error) -> Self {
        match error {
            vault::Error::UnknownKey(kid) => Self::UnknownKey(kid),
            vault::Error::Busy { retry_after } | vault::Error::BusyAfterTry { retry_after } => {
                Self::Busy { retry_after }
            }
            vault::Error::Expired => Self::UnknownSecret,
            vault::Error::Damaged | vault::Error::NoCipher => Self::Unreadable(Box::new(error)),
        }
    }
}
