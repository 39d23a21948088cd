//! What a sealed notification holds: everything its email is composed from, one field a line.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::domain::{EmailAddress, Locale, NotificationId, SecretKey, Timestamp};
use crate::mail::Email;
use crate::service::Policy;

/// The first line, so that a later form can be told from this one.
const FORM: &str = "letter 1";

/// What an email is composed from. The link's beginning is not here: it is the configuration's at the time of sending.
pub(in crate::service) struct Content {
    pub(in crate::service) to: EmailAddress,
    pub(in crate::service) sharer: EmailAddress,
    pub(in crate::service) key: SecretKey,
    pub(in crate::service) share_domain: String,
    pub(in crate::service) expires: Timestamp,
    pub(in crate::service) protected: bool,
    pub(in crate::service) locale: Locale,
}

impl Content {
    /// As it is sealed. None of the fields can hold the end of a line.
    pub(in crate::service) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Self { to, sharer, key, share_domain, expires, protected, locale } = self;
        // Room for all of it from the start, so that no copy of the link stays behind in memory.
        let mut text = Zeroizing::new(String::with_capacity(1024));
        let _ = write!(
            text,
            "{FORM}\n{}\n{}\n{}\n{share_domain}\n{}\n{protected}\n{}",
            to.as_str(),
            sharer.as_str(),
            key.expose(),
            expires.0,
            locale.tag(),
        );
        Zeroizing::new(std::mem::take(&mut *text).into_bytes())
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for anything else.
    pub(in crate::service) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
        let mut next = || lines.next();
        if next()? != FORM {
            return None;
        }
        let content = Self {
            to: EmailAddress::parse(next()?)?,
            sharer: EmailAddress::parse(next()?)?,
            key: SecretKey::parse(next()?)?,
            share_domain: next()?.to_owned(),
            expires: Timestamp(next()?.parse().ok()?),
            protected: next()?.parse().ok()?,
            locale: Locale::parse(next()?)?,
        };
        next().is_none().then_some(content)
    }

    /// The email. Its link begins as the configuration says, never as a request did.
    pub(in crate::service) fn email(self, id: NotificationId, policy: &Policy) -> Email {
        let link = format!("{}/secret/{}", policy.link_base(&self.share_domain), self.key.expose());
        Email {
            id,
            to: self.to,
            sharer: self.sharer,
            link: Zeroizing::new(link),
            expires: self.expires,
            protected: self.protected,
            locale: self.locale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("notification-1");
        let content = Content::from_bytes(vector.text("content").as_bytes()).unwrap();
        assert_eq!(*content.to_bytes(), vector.text("content").into_bytes());
        let texts =
            [content.to.as_str(), content.sharer.as_str(), content.key.expose(), &content.share_domain];
        assert_eq!(
            texts.map(str::to_owned),
            ["to", "sharer", "link", "share-domain"].map(|field| vector.text(field))
        );
        assert_eq!(content.expires.0, vector.int::<u64>("expires"));
        assert_eq!(content.protected.to_string(), vector.text("protected"));
        assert_eq!(content.locale.tag(), vector.text("locale"));
    }

    fn content() -> Content {
        Content {
            to: EmailAddress::parse("Ünal@bücher.example").unwrap(),
            sharer: EmailAddress::parse("anna@example.org").unwrap(),
            key: SecretKey::parse("153l8vbwqx5taskp92pf05uvgjefvu9").unwrap(),
            share_domain: String::new(),
            expires: Timestamp(61),
            protected: true,
            locale: Locale::Bg,
        }
    }

    #[test]
    fn is_read_as_written() {
        let written = content().to_bytes();
        let read = Content::from_bytes(&written).unwrap();
        assert_eq!(read.to_bytes(), written);
        assert_eq!((read.expires.0, read.protected, read.locale), (61, true, Locale::Bg));
    }

    #[test]
    fn other_forms_are_not_read() {
        let written = content().to_bytes();
        let text = std::str::from_utf8(&written).unwrap();
        let more = format!("{text}\nx");
        let less = text.rsplit_once('\n').unwrap().0;
        let later = text.replace("letter 1", "letter 2");
        for bad in ["", &more, less, &later] {
            assert!(Content::from_bytes(bad.as_bytes()).is_none(), "{bad}");
        }
        assert!(Content::from_bytes(&[0xff]).is_none());
    }
}
