//! Mail: what an email is, and whoever can send one.
//!
//! ```text
//! Email ──► compose (words, templates/) ──► smtp (lettre) ──► the operator's mail server
//! ```
//!
//! The trap: an email holds a link, and a link is the secret. It has no `Debug`, and what a mail server said about it is
//! for the operator who asked (`doctor --mail-to`), never for a log: it may quote the address.

mod address;
mod compose;
mod content;
pub mod smtp;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::domain::{EmailAddress, Failure, Locale, NotificationId, Timestamp};

pub use smtp::{SmtpMailer, SmtpSettings};

/// An email that brings a link to its recipient. It says nothing a sharer could have written but their account's address.
pub struct Email {
    /// Its `Message-ID` is made of this, so a second copy can be recognised.
    pub id: NotificationId,
    /// To whom.
    pub to: EmailAddress,
    /// The account that shares: named in the text, and `Reply-To`.
    pub sharer: EmailAddress,
    /// The whole link.
    pub link: Zeroizing<String>,
    /// Until when it works.
    pub expires: Timestamp,
    /// Whether it takes a passphrase, which comes by another way.
    pub protected: bool,
    /// The language it is written in.
    pub locale: Locale,
}

/// Sends emails.
#[async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    /// Hands an email to the mail server. `Ok` means: the server has taken it over. A failure that is not final may be one after
    /// which the server has taken it over nonetheless: the second copy has the same `Message-ID`.
    async fn send(&self, email: &Email) -> Result<(), SendError>;

    /// Hands an email without a link to the mail server, which tells an operator that mail works (`doctor --mail-to`).
    async fn send_test(&self, to: &EmailAddress, locale: Locale) -> Result<(), SendError>;
}

/// An email was not taken over.
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
pub struct SendError {
    /// The kind of trouble, without a word of the server's.
    pub failure: Failure,
    /// The library's own error. It may quote the server, and that the address: never log it.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl SendError {
    fn new(failure: Failure, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { failure, cause: Some(cause.into()) }
    }
}
