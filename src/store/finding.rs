//! Findings of a store's preflight: whether it is fit to keep secrets, and what could be better.

/// How much a finding matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Level {
    /// As it should be.
    Info,
    /// Worth knowing.
    Note,
    /// A promise is weaker than it could be.
    Warning,
    /// Not fit for use: a server must not start on it.
    Error,
}

/// Something that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// What it is.
    pub what: String,
    /// What follows from it.
    pub why: String,
    /// What to do about it, if anything.
    pub hint: Option<String>,
}

impl Finding {
    /// A finding without a hint.
    #[must_use]
    pub fn new(level: Level, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { level, what: what.into(), why: why.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The store refuses to be written to.
    pub(super) fn refused_write(error: &super::Error, hint: &str) -> Self {
        // Down to what the system said: an I/O error is told as one.
        let first = std::error::Error::source(error);
        let causes = std::iter::successors(first, |cause| cause.source()).map(ToString::to_string);
        let cause =
            causes.reduce(|all, cause| format!("{all}: {cause}")).unwrap_or_else(|| error.to_string());
        Self::new(Level::Error, format!("a write is refused: {cause}"), "nothing can be shared").hint(hint)
    }
}
