//! The one error of this room, and how what serde and figment say becomes a sentence for an operator.
//!
//! The trap: some settings hold a password ([`SECRET`]). Nothing of their value may reach a message.

use figment::error::{Actual, Kind};

use super::text::distance;
pub(super) use crate::domain::text::printable;

/// The settings whose value holds a password.
pub(super) const SECRET: [&str; 2] = ["store", "smtp.url"];

/// What is wrong, where it was said, and often a `hint:` line: the whole message is its `Display`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    message: String,
}

impl Error {
    /// `problem` may carry its own hint after a line break; the origin goes before it.
    pub(super) fn new(problem: &str, origin: &str) -> Self {
        let message = match problem.split_once('\n') {
            Some((problem, hint)) => format!("{problem} ({origin})\n{hint}"),
            None => format!("{problem} ({origin})"),
        };
        Self { message }
    }

    /// As `new`, about the setting `key`.
    pub(super) fn about(key: &str, problem: &str, origin: &str) -> Self {
        Self::new(&format!("`{key}`: {problem}"), origin)
    }

    /// The first thing figment could not make a setting of.
    pub(super) fn from_figment(error: &figment::Error) -> Self {
        let mut path: Vec<&str> = error.path.iter().map(String::as_str).collect();
        if let Kind::MissingField(field) = &error.kind {
            path.push(field);
        }
        let origin = error
            .metadata
            .as_ref()
            .map_or_else(|| "default".to_owned(), |from| from.interpolate(&figment::Profile::Default, &path));
        Self::about(&dotted(&path), &problem(&error.kind, &path), &origin)
    }
}

/// A path as it is written: `limits.create`, `domains[0].host`.
pub(super) fn dotted(path: &[&str]) -> String {
    let mut text = String::new();
    for part in path {
        // A plan may be called `1`; every other number is a place in a list.
        if !text.is_empty() && text != "plans" && part.bytes().all(|byte| byte.is_ascii_digit()) {
            text = format!("{text}[{part}]");
        } else {
            text = if text.is_empty() { (*part).to_owned() } else { format!("{text}.{part}") };
        }
    }
    printable(&text)
}

fn problem(kind: &Kind, path: &[&str]) -> String {
    let secret = SECRET.contains(&path.join(".").as_str());
    match kind {
        Kind::InvalidType(actual, wanted) => {
            format!("expected {}, found {}", expected(wanted), found(actual, secret))
        }
        Kind::InvalidValue(actual, wanted) => {
            format!("expected {}, found {}", in_range(wanted), found(actual, secret))
        }
        Kind::UnknownField(field, known) => unknown(field, known, path),
        Kind::MissingField(_) => "missing".to_owned(),
        Kind::Message(message) => message.clone(),
        // None of our types ends here; the sentence stays true without telling a value.
        _ => "cannot be read".to_owned(),
    }
}

fn unknown(field: &str, known: &[&str], path: &[&str]) -> String {
    let parent = &path[..path.len().saturating_sub(1)];
    let hint = closest(field, known.iter().copied()).map_or_else(
        || "every setting is in config/default.toml".to_owned(),
        |near| {
            let near: Vec<&str> = parent.iter().copied().chain([near]).collect();
            format!("did you mean `{}`?", dotted(&near))
        },
    );
    format!("unknown setting\nhint: {hint}")
}

/// The known name that `name` may be a slip of.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (distance(name, known), known)).min_by_key(|(distance, _)| *distance)?;
    (near.0 <= (name.chars().count() / 4).max(2) && near.0 < near.1.chars().count()).then_some(near.1)
}

/// serde names Rust's types; operators know TOML's.
fn expected(wanted: &str) -> &str {
    match wanted {
        "u8" | "u32" | "u64" | "usize" => "a whole number",
        "a boolean" => "`true` or `false`",
        "a string" => "text in quotes",
        "a sequence" => "a list",
        "a map" => "a table",
        wanted if wanted.starts_with("struct ") => "a table",
        wanted => wanted,
    }
}

fn in_range(wanted: &str) -> String {
    let max = match wanted {
        "u8" => u64::from(u8::MAX),
        "u32" => u64::from(u32::MAX),
        // TOML's integers end here too.
        "u64" | "usize" => i64::MAX.unsigned_abs(),
        wanted => return expected(wanted).to_owned(),
    };
    format!("a whole number from 0 to {max}")
}

fn found(actual: &Actual, secret: bool) -> String {
    match actual {
        Actual::Str(_) | Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) if secret => {
            "something else".to_owned()
        }
        Actual::Str(text) if text.is_empty() => "nothing".to_owned(),
        Actual::Str(text) => format!("`{}`", printable(text)),
        Actual::Bool(value) => format!("`{value}`"),
        Actual::Unsigned(number) => format!("`{number}`"),
        Actual::Signed(number) => format!("`{number}`"),
        Actual::Float(number) => format!("`{number}`"),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        _ => "something else".to_owned(),
    }
}
