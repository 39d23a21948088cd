//! Notifications in the outbox: their ids, and why one could not be sent.
//!
//! A notification belongs to one secret and is deleted with it. Its id begins with the slot tag of the secret's keys,
//! so that in Redis it is in the same slot.

use std::fmt;
use std::str::FromStr;

use super::key::{SlotTag, TAG_LEN};
use super::text::{hex, unhex};

/// Bytes of a serial.
pub const SERIAL_LEN: usize = 16;

/// The id of a notification: the slot tag of its secret and 16 random bytes. Not secret: it may be logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NotificationId {
    /// The slot tag of its secret.
    pub tag: SlotTag,
    /// What makes it unique: of its secret's receipt, so that the receipt leads to it (ADR 0058).
    pub serial: [u8; SERIAL_LEN],
}

impl NotificationId {
    /// The serial in hex, 32 digits: what a notification's `Message-ID` is made of.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        hex(&self.serial)
    }
}

impl fmt::Display for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.tag.as_str(), self.serial_hex())
    }
}

impl fmt::Debug for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for NotificationId {
    type Err = ();

    /// Reads what `Display` writes: three characters of `[0-9a-z]` and 32 hex digits.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (tag, serial) = text.split_at_checked(TAG_LEN).ok_or(())?;
        let (tag, serial) = SlotTag::parse(tag).zip(unhex(serial)).ok_or(())?;
        Ok(Self { tag, serial })
    }
}

/// What the stored form of a status is raised by when it is not about the notification alone.
const OF_THE_SERVER: u16 = 1000;

/// Why the last attempt to send a notification failed. Its `Display` names no address and quotes no server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// No connection to the mail server.
    Unreachable,
    /// The mail server did not answer in time, or hung up.
    Silent,
    /// No TLS that can be trusted.
    Tls,
    /// The mail server refuses user and password.
    Login,
    /// The mail server offers no way to log in that is known here, and there are a user and a password.
    NoLogin,
    /// The account that shared is disabled.
    Disabled,
    /// The mail server takes no mail now, whoever it is for, with this SMTP status (400 to 499).
    Busy(u16),
    /// The mail server refuses what comes from here, whoever it is for, with this SMTP status (500 to 599).
    SiteRefused(u16),
    /// The mail server deferred it, with this SMTP status (400 to 499).
    Deferred(u16),
    /// The mail server refused it, with this SMTP status (500 to 599).
    Refused(u16),
    /// No email could be composed: the entry does not open, or its address cannot be mailed to.
    Unsendable,
}

impl Failure {
    /// The stored form: one number, which [`from_code`](Self::from_code) reads.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::Unreachable => 1,
            Self::Silent => 2,
            Self::Tls => 3,
            Self::Login => 4,
            Self::Unsendable => 5,
            Self::NoLogin => 6,
            Self::Disabled => 7,
            Self::Deferred(status) => status.clamp(400, 499),
            Self::Refused(status) => status.clamp(500, 599),
            Self::Busy(status) => status.clamp(400, 499) + OF_THE_SERVER,
            Self::SiteRefused(status) => status.clamp(500, 599) + OF_THE_SERVER,
        }
    }

    /// What [`code`](Self::code) wrote; `None` for any other number.
    #[must_use]
    pub fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            1 => Self::Unreachable,
            2 => Self::Silent,
            3 => Self::Tls,
            4 => Self::Login,
            5 => Self::Unsendable,
            6 => Self::NoLogin,
            7 => Self::Disabled,
            400..500 => Self::Deferred(code),
            500..600 => Self::Refused(code),
            1400..1500 => Self::Busy(code - OF_THE_SERVER),
            1500..1600 => Self::SiteRefused(code - OF_THE_SERVER),
            _ => return None,
        })
    }

    /// Whom the failure is about.
    #[must_use]
    pub fn scope(self) -> Scope {
        match self {
            Self::Unreachable | Self::Tls | Self::Login | Self::NoLogin | Self::Busy(_) => Scope::Server,
            Self::Silent | Self::SiteRefused(_) => Scope::Unclear,
            Self::Disabled | Self::Deferred(_) | Self::Refused(_) | Self::Unsendable => Scope::Notification,
        }
    }

    /// Whether the failure is permanent: retrying cannot help before somebody does something.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unsendable | Self::Disabled)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable => f.write_str("the mail server cannot be reached"),
            Self::Silent => f.write_str("the mail server did not answer in time, or hung up"),
            Self::Tls => f.write_str("no trusted TLS with the mail server"),
            Self::Login => f.write_str("the mail server refuses user and password"),
            Self::NoLogin => f.write_str("the mail server offers no log-in by password"),
            Self::Disabled => f.write_str("its account is disabled"),
            Self::Busy(status) => write!(f, "the mail server takes no mail now ({status})"),
            Self::SiteRefused(status) => write!(f, "the mail server refuses mail from here ({status})"),
            Self::Deferred(status) => write!(f, "put off by the mail server ({status})"),
            Self::Refused(status) => write!(f, "refused by the mail server ({status})"),
            Self::Unsendable => f.write_str("no notification can be made of it"),
        }
    }
}

/// Whom a failure is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// One notification: others may go.
    Notification,
    /// The mail server as a whole, or its way to us: every other one would fail, too.
    Server,
    /// One of the two. Several in a row are the server's.
    Unclear,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_written() {
        let tag = SlotTag::parse("a0z").unwrap();
        let id = NotificationId { tag, serial: [7; 16] };
        assert_eq!(id.to_string(), format!("a0z{}", "07".repeat(16)));
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in
            ["", "a0z", "a0z07", "A0z07070707070707070707070707070707", "é007070707070707070707070707070707"]
        {
            assert!(bad.parse::<NotificationId>().is_err(), "{bad}");
        }
        assert!(format!("a0z+{}", "7".repeat(31)).parse::<NotificationId>().is_err());
    }

    #[test]
    fn failures_are_read_as_written() {
        use Failure::{
            Busy, Deferred, Disabled, Login, NoLogin, Refused, Silent, SiteRefused, Tls, Unreachable,
            Unsendable,
        };
        let without = [Unreachable, Silent, Tls, Login, NoLogin, Disabled, Unsendable];
        let with = [Deferred(451), Refused(550), Busy(421), SiteRefused(554)];
        for failure in without.into_iter().chain(with) {
            assert_eq!(Failure::from_code(failure.code()), Some(failure));
        }
        assert_eq!(Failure::from_code(0), None);
        assert_eq!(Failure::from_code(600), None);
        assert_eq!(Failure::from_code(1600), None);
    }
}
