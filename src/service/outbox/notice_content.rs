//! What a sealed notice holds: whose account is told, of which ends, and of which receipt. One field a line.

use zeroize::Zeroizing;

use crate::domain::text::{hex, unhex};
use crate::domain::{AccountId, SecretEnds};

/// The first line, so that a later form can be told from this one.
const FORM: &str = "notice 1";
/// How it is told.
const BY_MAIL: &str = "mail";

/// Whom a notice tells. There is no address in it: it is the account's when the notice is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::service) struct NoticeContent {
    pub(in crate::service) account: AccountId,
    pub(in crate::service) ends: SecretEnds,
    /// The first characters of the receipt's key.
    pub(in crate::service) receipt: String,
}

impl NoticeContent {
    /// As it is sealed.
    pub(in crate::service) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let Self { account, ends, receipt } = self;
        let text = format!("{FORM}\n{BY_MAIL}\n{}\n{ends}\n{receipt}", hex(&account.0));
        Zeroizing::new(text.into_bytes())
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for anything else.
    pub(in crate::service) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
        let mut next = || lines.next();
        if next()? != FORM || next()? != BY_MAIL {
            return None;
        }
        let content = Self {
            account: AccountId(unhex(next()?)?),
            ends: SecretEnds::parse(next()?)?,
            receipt: next()?.to_owned(),
        };
        next().is_none().then_some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("notice-1");
        let content = NoticeContent::from_bytes(vector.text("content").as_bytes()).unwrap();
        assert_eq!(*content.to_bytes(), vector.text("content").into_bytes());
        assert_eq!(content.account.0, vector.array("account"));
        assert_eq!(content.ends.to_string(), vector.text("ends"));
        assert_eq!(content.receipt, vector.text("receipt"));
    }

    #[test]
    fn other_forms_are_not_read() {
        let ends = SecretEnds::parse("read,expired").unwrap();
        let content = NoticeContent { account: AccountId([7; 32]), ends, receipt: "153m0c9a".to_owned() };
        let written = content.to_bytes();
        assert_eq!(NoticeContent::from_bytes(&written), Some(content));
        let text = std::str::from_utf8(&written).unwrap();
        let more = format!("{text}\nx");
        let less = text.rsplit_once('\n').unwrap().0;
        for bad in ["", &more, less, &text.replace("notice 1", "notice 2"), &text.replace("mail", "post")] {
            assert_eq!(NoticeContent::from_bytes(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(NoticeContent::from_bytes(&[0xff]), None);
    }
}
