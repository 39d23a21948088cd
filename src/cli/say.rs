//! Output: results to stdout, everything else to stderr. A closed pipe is no reason to panic.

use std::io::{self, Write as _};

/// Writes a result. One that nobody can read is an error: a token that is lost must not look like success.
pub(super) fn result(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| {
        anyhow::anyhow!("the result cannot be written: {error}\nhint: where does the output go?")
    })
}

/// Writes a line to stderr. When nobody reads it, work goes on.
pub(super) fn line(text: std::fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// `eprintln!` that does not panic.
macro_rules! tell {
    ($($text:tt)*) => { $crate::cli::say::line(format_args!($($text)*)) };
}
pub(super) use tell;
