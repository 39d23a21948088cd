//! The one error of this room, and what its messages are made of.

use std::fmt::Display;

use super::text::distance;
use crate::domain::text::printable;

/// What is wrong, where it was said, and often a `hint:` line: the whole message is its `Display`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    message: String,
}

impl Error {
    /// `problem` may carry its own hint after a line break; the origin goes before it.
    pub(super) fn new(problem: &str, origin: &dyn Display) -> Self {
        let message = match problem.split_once('\n') {
            Some((problem, hint)) => format!("{problem} ({origin})\n{hint}"),
            None => format!("{problem} ({origin})"),
        };
        Self { message }
    }

    /// As `new`, about the setting `key`.
    pub(super) fn about(key: &str, problem: &str, origin: &dyn Display) -> Self {
        Self::new(&format!("`{}`: {problem}", printable(key)), origin)
    }
}

/// The known name that `name` may be a slip of.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.map(|known| (distance(name, known), known)).min_by_key(|(distance, _)| *distance)?;
    (near.0 <= (name.chars().count() / 4).max(2) && near.0 < near.1.chars().count()).then_some(near.1)
}
