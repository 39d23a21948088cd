//! Domain types: keys, secrets, receipts, accounts, times. No I/O, no async, no serde.
//!
//! The trap: types that hold secrets ([`SecretKey`], [`ReceiptKey`], [`Plaintext`], [`Passphrase`], [`ApiToken`]) have
//! no `Display` and show `[..]` under `Debug`; `expose()` is the only way to their text, so that a search for it finds
//! every place where a secret is used.

pub mod account;
pub mod address;
pub mod audit;
pub mod claim;
pub mod clock_mark;
pub mod key;
pub mod locale;
pub mod mailbox;
pub mod network;
pub mod notice;
pub mod notification;
pub mod operator;
pub mod passphrase;
pub mod passphrase_rule;
pub mod peer;
pub mod plaintext;
pub mod progress;
pub mod random;
pub mod receipt;
pub mod region;
pub mod secret;
pub mod session;
pub mod text;
pub mod time;
pub mod token;
pub mod ttl;
pub mod user_header;
#[cfg(test)]
pub(crate) mod vectors;

pub use account::{Account, AccountId, Binding, EmailAddress};
pub use audit::{AuditEvent, AuditHead, AuditKind, AuditWriter};
pub use claim::{Attempt, Ending, Tries, TryLimits, Unlocked};
pub use clock_mark::{ClockLook, ClockMark, ClockReading};
pub use key::{ReceiptKey, SecretKey, SlotTag};
pub use locale::Locale;
pub use mailbox::{Mailbox, ReplyTo};
pub use network::{ClientNetwork, NetworkTag};
pub use notice::{SecretEnd, SecretEnds};
pub use notification::{Failure, NotificationId};
pub use operator::{Contact, Label, LinkTarget, Operator, SiteLink};
pub use passphrase::{Passphrase, PresentedPassphrase};
pub use passphrase_rule::{BadPassphrase, PassphraseRule};
pub use peer::{Listen, Peer, TrustedProxy};
pub use plaintext::Plaintext;
pub use progress::Progress;
pub use receipt::{ShareId, State, StoredReceipt};
pub use region::{Region, RegionName};
pub use secret::{Envelope, KeyId, ReceiptId, SecretId};
pub use session::{SessionClaim, SignInMethod};
pub use time::{Clock, Day, FakeClock, SystemClock, Timestamp, Uptime};
pub use token::{ApiToken, NamedToken, TokenDigest, TokenId, TokenName};
pub use ttl::{Ttl, TtlPolicy};
pub use user_header::UserHeader;
