//! MIME message of an email: headers, a text part and an HTML part.
//!
//! A part is sent as it is where that is possible, else in the shorter one of two encodings (ADR 0068). No line of it begins
//! with a dot or is too long, whatever the text is (security-design.md §1: the library's dot-stuffing). The same email at the
//! same time composes to the same bytes.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, From as FromHeader, Header as _, HeaderName, HeaderValue,
};
use lettre::message::{self, Body, Mailboxes, Message, MultiPart, SinglePart};
use zeroize::Zeroizing;

use super::address::mailable;
use super::content::EmailContent;
use super::reply_to::reply_to;
use super::{Email, NoticeEmail, SendError};
use crate::domain::address::is_host_name;
use crate::domain::text::hex;
use crate::domain::{EmailAddress, Failure, Locale, Mailbox, ReplyTo, Timestamp, random};

/// The sender: what all emails have in common.
pub(super) struct Sender {
    /// The sender.
    pub(super) from: Mailbox,
    /// Which emails say that replies go to whoever shared.
    pub(super) reply_to: ReplyTo,
    /// The public host, which recipients know from the link: the name of a sender without one, and part of `Message-ID`.
    pub(super) host: String,
}

/// A message ready to be sent.
pub(super) struct ComposedEmail {
    pub(super) from: Address,
    pub(super) to: Address,
    /// Header and body. It holds the link.
    pub(super) message: Zeroizing<Vec<u8>>,
}

impl Sender {
    /// Composes an email sent `now`; `utf8` is whether the server offers SMTPUTF8.
    pub(super) fn compose(
        &self,
        email: &Email,
        now: Timestamp,
        utf8: bool,
    ) -> Result<ComposedEmail, SendError> {
        let content = EmailContent::email(email, &self.host, now);
        let (from, to) = (mailable(&self.from.address, utf8)?, mailable(&email.to, utf8)?);
        // Where it is left out, the text names the account as well.
        let reply_to = reply_to(self.reply_to, &from, &to, &email.sharer);
        self.message(&content, &email.id.serial_hex(), from, to, reply_to, now)
    }

    /// Composes an email that tells a sharer how secrets ended.
    pub(super) fn compose_notice(
        &self,
        email: &NoticeEmail,
        now: Timestamp,
        utf8: bool,
    ) -> Result<ComposedEmail, SendError> {
        let content = EmailContent::notice(email, &self.host);
        let (from, to) = (mailable(&self.from.address, utf8)?, mailable(&email.to, utf8)?);
        self.message(&content, &hex(&email.serial), from, to, None, now)
    }

    /// Composes a test email, whose link is `home`.
    pub(super) fn compose_test(
        &self,
        to: &EmailAddress,
        home: &str,
        locale: Locale,
        now: Timestamp,
        utf8: bool,
    ) -> Result<ComposedEmail, SendError> {
        let (from, to) = (mailable(&self.from.address, utf8)?, mailable(to, utf8)?);
        let serial = format!("{:032x}", u128::from_be_bytes(random::bytes()));
        self.message(&EmailContent::test(locale, &self.host, home), &serial, from, to, None, now)
    }

    fn message(
        &self,
        content: &EmailContent<'_>,
        serial: &str,
        from: Address,
        to: Address,
        reply_to: Option<Address>,
        now: Timestamp,
    ) -> Result<ComposedEmail, SendError> {
        // A link may have an IP address as its host, but in a `Message-ID` mail servers dislike that.
        let named = is_host_name(&self.host) && self.host.parse::<std::net::IpAddr>().is_err();
        let host = if named { &self.host } else { from.domain() };
        let unsendable = |error| SendError::new(Failure::Unsendable, error);
        let envelope = Envelope::new(Some(from.clone()), vec![to.clone()])
            .map_err(|error| SendError::new(Failure::Unsendable, error))?;
        let mut builder = Message::builder()
            .message_id(Some(format!("<{serial}@{host}>")))
            .date(UNIX_EPOCH + Duration::from_secs(now.0))
            .raw_header(self.header_from(&from))
            .envelope(envelope)
            .to(to.clone().into())
            .subject(content.subject.as_str())
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
            .raw_header(header("Content-Language", content.locale.tag()));
        if let Some(reply_to) = reply_to {
            builder = builder.reply_to(reply_to.into());
        }
        let (text, html) = (content.text().map_err(unsendable)?, content.html().map_err(unsendable)?);
        let parts = MultiPart::alternative()
            .boundary(format!("={serial}="))
            .singlepart(part(ContentType::TEXT_PLAIN, text)?)
            .singlepart(part(ContentType::TEXT_HTML, html)?);
        let message = builder.multipart(parts).map_err(|error| SendError::new(Failure::Unsendable, error))?;
        Ok(ComposedEmail { from, to, message: Zeroizing::new(message.formatted()) })
    }

    /// `From`, with its own name, or else the host's. ASCII is formatted here, because the library omits the quotes, which a
    /// name with a dot needs (RFC 5322 §3.2.5).
    fn header_from(&self, from: &Address) -> HeaderValue {
        let name = self.from.name.as_deref().unwrap_or(&self.host);
        if !name.is_ascii() {
            let named = message::Mailbox::new(Some(name.to_owned()), from.clone());
            return FromHeader::from(Mailboxes::from(named)).display();
        }
        let name = name.replace('\\', r"\\").replace('"', r#"\""#);
        let value = format!("\"{name}\"\r\n <{from}>");
        HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("From"),
            value.replace("\r\n", ""),
            value,
        )
    }
}

fn part(kind: ContentType, text: String) -> Result<SinglePart, SendError> {
    Ok(SinglePart::builder().header(kind).body(encoded(text)?))
}

/// As it is when it is ASCII, which is what filters and people who read the source like best; else in the shorter one of
/// quoted-printable and base64.
fn encoded(text: String) -> Result<Body, SendError> {
    let encode = |text: String, encoding| {
        Body::new_with_encoding(text, encoding)
            .map_err(|_| SendError::new(Failure::Unsendable, "the library does not encode the text"))
    };
    if text.is_ascii() && is_plain(text.as_bytes()) {
        // By itself the library does this for short lines only.
        let lines = text.replace('\n', "\r\n").into_bytes();
        return Ok(Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit));
    }
    let quoted = encode(text.clone(), ContentTransferEncoding::QuotedPrintable)?;
    let base64 = encode(text, ContentTransferEncoding::Base64)?;
    let fits = quoted.len() <= base64.len() && is_plain(quoted.as_ref());
    Ok(if fits { quoted } else { base64 })
}

/// Of a line, in bytes, without its end (RFC 5322 §2.1.1).
const LONGEST_LINE: usize = 998;

/// Whether nothing on the way has a reason to touch a line: none begins with a dot, which is doubled on the way, or with `From `,
/// which mailboxes quote, and none is too long.
fn is_plain(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .all(|line| line.len() <= LONGEST_LINE && !line.starts_with(b".") && !line.starts_with(b"From "))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
