//! Output: results to stdout, everything else to stderr. Neither a closed pipe nor a full disk is a reason to panic.
//!
//! Whatever a terminal gets has been through [`for_terminal`]: here, and in the client's `sink` for a value.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::bail;
use rustix::fs::{FileType, OFlags, fcntl_getfl, fstat, major, minor};
use serde::Serialize;

use crate::domain::text::for_terminal;
use crate::telemetry::Background;

/// How long the last lines are waited for. Whoever does not read by then keeps nothing from ending.
pub(super) const LAST_LINES: Duration = Duration::from_secs(1);

/// Of a server, for which nobody may stand still.
static STDERR: OnceLock<Background> = OnceLock::new();

/// Has a thread of its own write what [`line`] is given from now on.
pub(super) fn in_background() -> io::Result<()> {
    let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
    let queue = Background::start(stderr, |_| {})?;
    let _ = STDERR.set(queue); // another one would do the same
    Ok(())
}

/// Waits for what is still to be written in the background, for a moment.
pub(super) fn flush() {
    if let Some(stderr) = STDERR.get() {
        stderr.flush(LAST_LINES);
    }
}

/// Writes a result: byte for byte, or as a terminal may get it. One that nobody can read is an error: a token that is lost must
/// not look like success.
pub(super) fn result(text: &str) -> anyhow::Result<()> {
    let written = if io::stdout().is_terminal() {
        to_stdout(for_terminal(text).as_bytes())
    } else {
        to_stdout(text.as_bytes())
    };
    written.map_err(|error| {
        anyhow::anyhow!("the result cannot be written: {error}\nhint: where does the output go?")
    })
}

/// Writes a result as a line of JSON.
pub(super) fn json(result: &impl Serialize) -> anyhow::Result<()> {
    self::result(&format!("{}\n", serde_json::to_string(result)?))
}

/// Writes to stdout. Not through the library's, which takes a file that is open for reading only for one that took everything.
pub(super) fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    File::from(stdout()?).write_all(bytes)
}

/// Refuses to begin where there is no output for a result that is shown once; `untouched` says what is as it was.
///
/// A program that is called with a closed stdout finds `/dev/null` there, open in both directions: its standard library
/// opens it, so that no file of its own gets that number. A shell's `>/dev/null` is open for writing only, and is meant.
pub(super) fn need_stdout(untouched: &str) -> anyhow::Result<()> {
    let stdout = stdout()?;
    let access = fcntl_getfl(&stdout)? & OFlags::ACCMODE;
    let file = fstat(&stdout)?;
    let device = FileType::from_raw_mode(file.st_mode) == FileType::CharacterDevice;
    let is_null = device && (major(file.st_rdev), minor(file.st_rdev)) == (1, 3);
    if access == OFlags::RDONLY || (access == OFlags::RDWR && is_null) {
        bail!(
            "the output is closed, so that what is shown once would be lost\n\
             hint: {untouched}; `>/dev/null` throws it away on purpose"
        );
    }
    Ok(())
}

fn stdout() -> io::Result<OwnedFd> {
    io::stdout().as_fd().try_clone_to_owned()
}

/// Writes a line to stderr, for people. When nobody reads it, work goes on.
pub(super) fn line(text: std::fmt::Arguments<'_>) {
    let text = for_terminal(&format!("{text}\n"));
    match STDERR.get() {
        Some(stderr) => stderr.push(text.as_bytes()),
        None => drop(io::stderr().lock().write_all(text.as_bytes())),
    }
}

/// `eprintln!` that does not panic.
macro_rules! tell {
    ($($text:tt)*) => { $crate::cli::say::line(format_args!($($text)*)) };
}
pub(super) use tell;
