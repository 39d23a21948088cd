//! Settings that are text with a form of their own: how a type reads it, and how it says no.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, de};

use crate::domain::address::HOME_HINT;
use crate::domain::text::{STRAY_END_HINT, printable};
use crate::domain::{Contact, EmailAddress, Label, LinkTarget, Listen, Locale, Mailbox, RegionName, ReplyTo};

/// A type that is read from the text of a setting.
pub(super) trait FromText: Sized {
    /// The value, or what was expected.
    fn from_text(text: &str) -> Result<Self, Refusal>;
}

/// Why a text is no value: a problem, and perhaps a hint on a second line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal(String);

impl Refusal {
    /// A problem in words of its own: for values that may hold a password.
    pub(super) fn new(problem: &str) -> Self {
        Self(problem.to_owned())
    }

    /// What was expected and what was there.
    pub(super) fn expected(what: &str, found: &str) -> Self {
        if found.is_empty() {
            return Self(format!("expected {what}, found nothing"));
        }
        Self(format!("expected {what}, found `{}`", printable(&without_user(found))))
    }

    /// Adds what helps.
    pub(super) fn hint(self, hint: &str) -> Self {
        Self(format!("{}\nhint: {hint}", self.0))
    }
}

/// Whatever stands before the host of an address may be a password, also where none belongs.
fn without_user(text: &str) -> Cow<'_, str> {
    match text.split_once("//").map(|(scheme, rest)| (scheme, rest.rsplit_once('@'))) {
        Some((scheme, Some((_, rest)))) => format!("{scheme}//[redacted]@{rest}").into(),
        _ => text.into(),
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// For serde: a value that has to be there.
pub(super) fn required<'de, D: Deserializer<'de>, T: FromText>(deserializer: D) -> Result<T, D::Error> {
    T::from_text(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// For serde: a value that the empty text leaves out.
pub(super) fn optional<'de, D: Deserializer<'de>, T: FromText>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "" => Ok(None),
        text => T::from_text(text).map(Some).map_err(de::Error::custom),
    }
}

/// For serde: a list of values; a bad one is named by its place.
pub(super) fn each<'de, D: Deserializer<'de>, T: FromText>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let items = Vec::<Item<T>>::deserialize(deserializer)?;
    Ok(items.into_iter().map(|Item(value)| value).collect())
}

/// For serde: a list of whole numbers, which a variable holds as texts.
pub(super) fn numbers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u32>, D::Error> {
    let items = Vec::<Number>::deserialize(deserializer)?;
    Ok(items.into_iter().map(|Number(number)| number).collect())
}

struct Number(u32);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl de::Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Number, E> {
        let found = de::Unexpected::Unsigned(number);
        u32::try_from(number).map(Number).map_err(|_| E::invalid_value(found, &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        text.parse().map(Number).map_err(|_| E::custom(Refusal::expected("a whole number", text)))
    }
}

struct Item<T>(T);

impl<'de, T: FromText> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        required(deserializer).map(Self)
    }
}

impl FromText for Listen {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match Self::parse(text) {
            Some(Self::Unix(path)) => PathBuf::from_text(&path.to_string_lossy()).map(Self::Unix),
            Some(listen) => Ok(listen),
            None => Err(Refusal::expected("an IP address and a port, or `unix:` and a path", text).hint(
                "for example `127.0.0.1:7143`, `[::]:7143` for every address, `unix:/run/readonce/readonce.sock`",
            )),
        }
    }
}

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        text.parse().map_err(|_| {
            Refusal::expected("an IP address and a port", text)
                .hint("for example `127.0.0.1:7143`, or `[::]:7143` for every address")
        })
    }
}

impl FromText for PathBuf {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() || text.contains('\0') {
            return Err(Refusal::expected("a path", text));
        }
        if text.contains(['\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
            return Err(
                Refusal::expected("a path without blanks and line ends around it", text).hint(STRAY_END_HINT)
            );
        }
        if text == "~" || text.starts_with("~/") {
            return Err(Refusal::expected("a path", text).hint(HOME_HINT));
        }
        Ok(Self::from(text))
    }
}

impl FromText for EmailAddress {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
            .ok_or_else(|| Refusal::expected("an e-mail address such as `secrets@example.org`", text))
    }
}

impl FromText for Mailbox {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected("an e-mail address such as `secrets@example.org`, perhaps with a name", text)
                .hint("`Example Corp <secrets@example.org>`; the name has at most 64 characters and no `@`")
        })
    }
}

impl FromText for ReplyTo {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text {
            "never" => Ok(Self::Never),
            "same-domain" => Ok(Self::SameDomain),
            "sharer" => Ok(Self::Sharer),
            _ => Err(Refusal::expected("`never`, `same-domain` or `sharer`", text)),
        }
    }
}

impl FromText for RegionName {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
            .ok_or_else(|| Refusal::expected("at most 32 letters, digits, hyphens or underscores", text))
    }
}

impl FromText for Label {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected(
                &format!("one line of at most {} characters, without blanks around it", Self::MAX),
                text,
            )
        })
    }
}

impl FromText for LinkTarget {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected("the address of a page", text)
                .hint("`https://…`, `http://…`, `mailto:…`, or a path of this host such as `/imprint`; no user before the host, no blanks")
        })
    }
}

impl FromText for Contact {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected("an e-mail address or the address of a page", text)
                .hint("for example `help@example.org`, `https://www.example.org/help` or `/help`")
        })
    }
}

impl FromText for Locale {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::ALL.iter().copied().find(|locale| locale.tag() == text).ok_or_else(|| {
            let tags: Vec<_> = Self::ALL.iter().map(|locale| format!("`{}`", locale.tag())).collect();
            Refusal::expected(&format!("one of {}", tags.join(", ")), text)
        })
    }
}

/// How many letters have to be changed, added or dropped to make one word of the other (Levenshtein).
pub(super) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (above, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, changes) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("create", "create", 0),
            ("creat", "create", 1),
            ("craete", "create", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), changes, "{one} {other}");
        }
    }
}
