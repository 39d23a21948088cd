//! The sender of all emails: an address with a name, and whom replies to one may go to.

use std::fmt;

use super::EmailAddress;

/// The longest name, in characters: mail programs show no more.
const LONGEST_NAME: usize = 64;

/// An address, and the name that mail programs show in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// `None` is no name of its own.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

impl Mailbox {
    /// Reads `secrets@example.org`, `Example Corp <secrets@example.org>` or `"Example, Corp" <secrets@example.org>`. `None` when
    /// it is none of these, or when the name has a character that could end a header or hide what follows, an `@`, which
    /// filters take for a forged address, or `=?`, with which text in another encoding begins, or more than
    /// 64 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some((name, rest)) = text.rsplit_once('<') else {
            return Some(Self { name: None, address: EmailAddress::parse(text)? });
        };
        let address = EmailAddress::parse(rest.trim_end().strip_suffix('>')?)?;
        let name = name.trim_matches(' ');
        let name = match name.strip_prefix('"') {
            Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
            None => name.to_owned(),
        };
        let odd = |c: char| c == '@' || super::text::is_obeyed(c);
        let fits = name.chars().count() <= LONGEST_NAME && !name.chars().any(odd) && !name.contains("=?");
        fits.then(|| Self { name: Some(name).filter(|name| !name.is_empty()), address })
    }
}

/// What stands between the quotes (RFC 5322 §3.2.4); `None` when a quote in it is not escaped.
fn unquoted(quoted: &str) -> Option<String> {
    let (mut text, mut rest) = (String::new(), quoted.chars());
    while let Some(c) = rest.next() {
        match c {
            '"' => return None,
            '\\' => text.push(rest.next()?),
            c => text.push(c),
        }
    }
    Some(text)
}

/// Shows neither name nor address.
impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox[..]")
    }
}

/// Which emails say that replies go to whoever shared (ADR 0067).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyTo {
    /// None.
    Never,
    /// Those whose sharer is at home in the sender's domain.
    SameDomain,
    /// All but those that would bounce or be taken for spam because of it.
    Sharer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_and_without_quotes() {
        for (text, name) in [
            ("s@example.org", None),
            (" s@example.org ", None),
            ("<s@example.org>", None),
            ("\"\" <s@example.org>", None),
            ("Example Corp <s@example.org>", Some("Example Corp")),
            ("\"Example, Corp.\" <s@example.org>", Some("Example, Corp.")),
            (r#""The \"Example\" \\ <x>" <s@example.org>"#, Some(r#"The "Example" \ <x>"#)),
            ("Пример ООД<s@example.org>", Some("Пример ООД")),
        ] {
            let mailbox = Mailbox::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (mailbox.name.as_deref(), mailbox.address.as_str()),
                (name, "s@example.org"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_could_add_a_header_or_deceive_is_no_name() {
        for text in [
            "Corp\r\nBcc: eve@example.net <s@example.org>",
            "Corp\n <s@example.org>",
            "\"Corp\\\n\" <s@example.org>",
            "Corp\u{202e} <s@example.org>",
            "Corp\u{85} <s@example.org>",
            "bank@example.com <s@example.org>",
            "=?utf-8?q?bank=40example.com?= <s@example.org>",
            "\"Corp <s@example.org>",
            "Corp\" <s@example.org> x",
            "\"a\"b\" <s@example.org>",
            "\"a\\\" <s@example.org>",
            "Corp <s@example.org",
            "Corp s@example.org",
            "Corp <>",
            "<a@example.org>, <s@example.org>",
            &format!("{} <s@example.org>", "x".repeat(65)),
        ] {
            assert_eq!(Mailbox::parse(text), None, "{text:?}");
        }
    }
}
