//! Prints what the checks find, for people, some of it in a server's words; counts failures. Everything but `ok` comes with a hint: what to do.

use crate::cli::say;
use crate::cli::what_and_hint;
use crate::domain::text::for_terminal;
use crate::store::{Finding, Level};

/// What was found so far.
#[derive(Default)]
pub(super) struct Report {
    failures: usize,
}

impl Report {
    /// As it should be.
    pub(super) fn ok(&mut self, text: &str) {
        self.line("ok", text, None);
    }

    /// Fine as it is, and could be better.
    pub(super) fn note(&mut self, text: &str, hint: &str) {
        self.line("note", text, Some(hint));
    }

    /// A promise is weaker than it could be.
    pub(super) fn warn(&mut self, text: &str, hint: &str) {
        self.line("warn", text, Some(hint));
    }

    /// A server would not start, or not keep its promises.
    pub(super) fn fail(&mut self, text: &str, hint: &str) {
        self.line("FAIL", text, Some(hint));
    }

    /// An error with its causes. The `hint:` in its text becomes the hint; where there is none, `otherwise` is.
    pub(super) fn error(&mut self, error: &anyhow::Error, otherwise: &str) {
        let (text, hint) = what_and_hint(error);
        self.fail(&text, hint.as_deref().unwrap_or(otherwise));
    }

    /// What the store's preflight found.
    pub(super) fn finding(&mut self, finding: &Finding) {
        let mark = match finding.level {
            Level::Info => "ok",
            Level::Note => "note",
            Level::Warning => "warn",
            Level::Error => "FAIL",
        };
        self.line(mark, &format!("{}: {}", finding.what, finding.why), finding.hint.as_deref());
    }

    /// How many checks failed.
    pub(super) fn failures(&self) -> usize {
        self.failures
    }

    fn line(&mut self, mark: &str, text: &str, hint: Option<&str>) {
        let hint = hint.map(|hint| format!("      hint: {hint}\n")).unwrap_or_default();
        // Whoever stopped reading still gets the exit code.
        let _ = say::result(&for_terminal(&format!("{mark:<5} {text}\n{hint}")));
        self.failures += usize::from(mark == "FAIL");
    }
}
