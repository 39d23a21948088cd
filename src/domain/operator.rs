//! Who runs the server, as the pages say it: a name, how to be reached, and links such as to an imprint.
//!
//! An operator writes these and readers believe them, so each is short, of one line, and leads where it seems to: no address of
//! another scheme, no user before a host.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::account::EmailAddress;
use super::address::HttpUrl;
use super::text::{printable, stray_end};

/// What is said of whoever runs the server; nothing of it has to be there.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Operator {
    /// The name of the service or the organisation.
    pub name: Option<Label>,
    /// How to reach whoever runs it.
    pub contact: Option<Contact>,
    /// Links such as to an imprint.
    pub links: Vec<SiteLink>,
}

/// A text of 1 to 60 characters on one line, with no blank around it and nothing that turns the direction of writing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label(String);

impl Label {
    /// The longest, characters: a header of two lines on a narrow telephone.
    pub const MAX: usize = 60;

    /// `None` when `text` is no such text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_one = (1..=Self::MAX).contains(&text.chars().count())
            && stray_end(text).is_none()
            && printable(text) == text;
        is_one.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a link leads: an `https` or `http` address, `mailto:` and one e-mail address, or a path of the same host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkTarget(String);

impl LinkTarget {
    /// `None` when `text` is no such address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |c: char| {
            !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '{' | '}' | '|' | '^')
        };
        if text.len() > 1000 || !text.chars().all(is_plain) || printable(text) != text {
            return None;
        }
        let leads = match text.split_once(':') {
            _ if text.starts_with('/') => !text.starts_with("//"),
            Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto") => {
                EmailAddress::parse(address).is_some_and(|address| mailto(&address) == text)
            }
            _ => {
                // What follows the host may be anything: it is for another server to read.
                let host = text.find("://").map_or(0, |at| at + "://".len());
                let end = text[host..].find(['/', '?', '#']).map_or(text.len(), |at| host + at);
                HttpUrl::parse(&text[..end]).is_ok()
            }
        };
        leads.then(|| Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A link of the pages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteLink {
    /// Its text.
    pub label: Label,
    /// Where it leads.
    pub url: LinkTarget,
}

/// How whoever runs the server is reached: an e-mail address, or a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contact {
    /// As it is shown.
    pub text: String,
    /// Where it leads.
    pub url: LinkTarget,
}

impl Contact {
    /// `None` when `text` is neither an e-mail address nor a [`LinkTarget`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(address) = EmailAddress::parse(text) {
            return Some(Self { text: text.to_owned(), url: LinkTarget(mailto(&address)) });
        }
        let url = LinkTarget::parse(text)?;
        let shown = ["https://", "http://", "mailto:"].iter().find_map(|scheme| text.strip_prefix(scheme));
        Some(Self { text: shown.unwrap_or(text).trim_end_matches('/').to_owned(), url })
    }
}

/// What a `mailto:` address may hold as it is (RFC 6068 §2), of what addresses do.
const MAILTO: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+').remove(b'~');

fn mailto(address: &EmailAddress) -> String {
    format!("mailto:{}", utf8_percent_encode(address.as_str(), MAILTO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_of_one_line() {
        for good in ["Acme", "Müller & Söhne <GmbH>", "秘密", "O'Neil \"x\"", &"x".repeat(60)] {
            assert_eq!(Label::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " a", "a ", "a\nb", "a\u{202e}b", "a\u{2028}b", "\u{1b}[1m", &"x".repeat(61)] {
            assert_eq!(Label::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn links_lead_where_they_seem_to() {
        for good in [
            "https://example.org",
            "https://www.example.org/imprint?lang=de&x=a@b#top",
            "http://10.0.0.1:8080/",
            "https://bücher.example/über-uns",
            "mailto:help@example.org",
            "/imprint",
            "/",
        ] {
            assert_eq!(LinkTarget::parse(good).map(|target| target.0), Some(good.to_owned()), "{good}");
        }
        for bad in [
            "",
            "imprint",
            "www.example.org",
            "//example.org/x",
            "/\\example.org",
            "javascript:alert(1)",
            "JavaScript://x.example/%0aalert(1)",
            "data:text/html,x",
            "ftp://example.org/",
            "https://",
            "https://user@example.org/",
            "https://good.example@evil.example/",
            "https://example.org:70000/",
            "https://exa mple.org/",
            "https://example.org/\"onclick=x",
            "https://example.org/\u{202e}",
            "mailto:",
            "mailto:nobody",
            "mailto:a@example.org?bcc=b@example.org",
            "mailto:a@example.org,b@example.org",
            &format!("https://example.org/{}", "x".repeat(1000)),
        ] {
            assert_eq!(LinkTarget::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_contact_is_shown_as_people_write_it() {
        for (given, text, url) in [
            ("help@example.org", "help@example.org", "mailto:help@example.org"),
            ("a+b/c?d@example.org", "a+b/c?d@example.org", "mailto:a+b%2Fc%3Fd@example.org"),
            ("mailto:help@example.org", "help@example.org", "mailto:help@example.org"),
            ("https://example.org/help/", "example.org/help", "https://example.org/help/"),
            ("/help", "/help", "/help"),
        ] {
            let contact = Contact::parse(given).unwrap();
            assert_eq!((contact.text.as_str(), contact.url.as_str()), (text, url));
        }
        assert_eq!(Contact::parse("+49 30 1234"), None);
    }
}
