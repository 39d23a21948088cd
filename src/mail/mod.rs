//! Email: the notification that brings a link to its recipient, what tells a sharer how secrets ended, and the port that sends both.
//!
//! ```text
//! Email ──► compose (words, templates/) ──► smtp ──► the operator's mail server
//! ```
//!
//! The trap: the email holds a link, and a link is the secret. [`Email`] has no `Debug`, and what a mail server
//! answered is for the operator who asked (`doctor --mail-to`), never for a log: it may quote the address.

mod address;
mod compose;
mod content;
mod reply_to;
pub mod smtp;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::domain::notification::SERIAL_LEN;
use crate::domain::{EmailAddress, Failure, Locale, NotificationId, SecretEnd, Timestamp};

pub use smtp::{SmtpMailer, SmtpSettings};

/// An email that brings a link to its recipient. Of the sharer it contains only the address of their account, no free
/// text.
pub struct Email {
    /// Its `Message-ID` is made of this, so a second copy can be recognised.
    pub id: NotificationId,
    /// The recipient.
    pub to: EmailAddress,
    /// The account that shares: named in the text, and perhaps `Reply-To`.
    pub sharer: EmailAddress,
    /// The whole link.
    pub link: Zeroizing<String>,
    /// When the link expires.
    pub expires: Timestamp,
    /// Whether the secret has a passphrase, which the sharer passes on separately.
    pub protected: bool,
    /// Its language.
    pub locale: Locale,
}

/// An email that tells a sharer how secrets of theirs ended. There is no link in it.
#[derive(Clone)]
pub struct NoticeEmail {
    /// Its `Message-ID` is made of this, so a second copy can be recognised.
    pub serial: [u8; SERIAL_LEN],
    /// The account's address.
    pub to: EmailAddress,
    /// What there is to tell, in order; at least one.
    pub told: Vec<Told>,
    /// Its language.
    pub locale: Locale,
}

/// How one secret ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How.
    pub end: SecretEnd,
    /// When.
    pub at: Timestamp,
    /// The first characters of its receipt's key.
    pub receipt: String,
}

/// Sends emails.
#[async_trait]
pub trait Mailer: Send + Sync + std::fmt::Debug {
    /// Sends an email. `Ok` means that the mail server accepted it. After a failure that is not final the server may
    /// have accepted it nonetheless: a second copy has the same `Message-ID`.
    async fn send(&self, email: &Email) -> Result<(), SendError>;

    /// Sends an email that tells a sharer; as [`send`](Self::send).
    async fn send_notice(&self, email: &NoticeEmail) -> Result<(), SendError>;

    /// Sends a test email (`doctor --mail-to`), made like the others, so that it meets the same filters, and leaves nothing open. Its
    /// link is `home`, this server's first page.
    async fn send_test(&self, to: &EmailAddress, home: &str, locale: Locale) -> Result<(), SendError>;

    /// Closes what was kept open for the next email.
    async fn close(&self) {}
}

/// The mail server did not accept an email.
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
pub struct SendError {
    /// The kind of failure, without any text from the server.
    pub failure: Failure,
    /// What happened; [`smtp::Refusal`] where the server answered. It may quote the server, and that the address: never log
    /// it.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl SendError {
    fn new(failure: Failure, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { failure, cause: Some(cause.into()) }
    }
}
