//! MIME message of an email: headers, a text part and an HTML part.
//!
//! Both parts are base64. Quoted-printable would break the link over two lines, which mail readers join and people who
//! read the source do not; and in base64 no line begins with a dot or is longer than 76 characters, whatever the text
//! is (security-design.md §1: the library's dot-stuffing). The same email at the same time composes to the same bytes.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Message, MultiPart, SinglePart};
use zeroize::Zeroizing;

use super::address::mailable;
use super::content::EmailContent;
use super::{Email, SendError};
use crate::domain::address::is_host_name;
use crate::domain::{EmailAddress, Failure, Locale, Timestamp, random};

/// The sender: what all emails have in common.
pub(super) struct Sender {
    /// The address of the sender.
    pub(super) from: EmailAddress,
    /// The public host, which recipients know from the link: display name of `from`, and part of `Message-ID`.
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
        // Left out when the server does not support it: the text names the account as well.
        let reply_to = mailable(&email.sharer, utf8).ok();
        self.message(&content, &email.id.serial_hex(), &email.to, reply_to, now, utf8)
    }

    /// Composes a test email.
    pub(super) fn compose_test(
        &self,
        to: &EmailAddress,
        locale: Locale,
        now: Timestamp,
        utf8: bool,
    ) -> Result<ComposedEmail, SendError> {
        let serial = format!("{:032x}", u128::from_be_bytes(random::bytes()));
        self.message(&EmailContent::test(locale, &self.host), &serial, to, None, now, utf8)
    }

    fn message(
        &self,
        content: &EmailContent<'_>,
        serial: &str,
        to: &EmailAddress,
        reply_to: Option<Address>,
        now: Timestamp,
        utf8: bool,
    ) -> Result<ComposedEmail, SendError> {
        let (from, to) = (mailable(&self.from, utf8)?, mailable(to, utf8)?);
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

    /// `From`, with the host as display name. Formatted here, because the library omits the quotes, which a name with a
    /// dot needs (RFC 5322 §3.2.5).
    fn header_from(&self, from: &Address) -> HeaderValue {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        let value = if self.host.chars().all(plain) {
            format!("\"{}\"\r\n <{from}>", self.host)
        } else {
            format!("<{from}>")
        };
        HeaderValue::dangerous_new_pre_encoded(
            HeaderName::new_from_ascii_str("From"),
            value.replace("\r\n", ""),
            value,
        )
    }
}

fn part(kind: ContentType, text: String) -> Result<SinglePart, SendError> {
    let body = Body::new_with_encoding(text, ContentTransferEncoding::Base64)
        .map_err(|_| SendError::new(Failure::Unsendable, "the library does not encode the text"))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
