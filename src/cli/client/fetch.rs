//! Fetching a receipt: once, or polling it with backoff and `Retry-After` until the secret has ended.

use std::io::{self, IsTerminal as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::error::{ClientError, Exit, excerpt};
use super::server::Server;
use super::ttl;
use super::wire::{Metadata, SecretState};

/// Between the first polls.
const FIRST: Duration = Duration::from_secs(1);
/// Between later ones: 120 an hour are far from any rate limit.
const SLOWEST: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is obeyed.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(30);
/// A server that is away for longer is an error.
const OUTAGE: Duration = Duration::from_mins(10);

/// Fetches a receipt once.
pub(super) fn once(server: &Server, path: &str) -> Result<(Answer, Metadata), ClientError> {
    let answer = server.read(path)?;
    let metadata = read(&answer)?;
    Ok((answer, metadata))
}

/// The receipt in an answer.
fn read(answer: &Answer) -> Result<Metadata, ClientError> {
    let metadata: Metadata = answer.success().map_err(|failure| match failure.exit {
        Exit::Gone => ClientError::new(
            Exit::Gone,
            format!("the server says: {failure}\nhint: there is no such receipt, or it has ended, twice as late as its secret"),
        ),
        _ => failure,
    })?;
    Ok(metadata)
}

/// Polls until the secret has ended, or for `timeout`. A server that goes away for a while is waited for; the first poll
/// has to succeed, or a wrong address would be waited for too.
pub(super) fn until_ended(
    server: &Server,
    path: &str,
    timeout: Option<Duration>,
) -> Result<(Answer, Metadata), ClientError> {
    let started = Instant::now();
    let mut progress = StatusLine::new();
    let mut pause = FIRST;
    let mut last = once(server, path)?;
    let mut last_seen = Instant::now();
    loop {
        if last.1.state() != SecretState::Unread {
            return Ok(last);
        }
        let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
        if left == Some(Duration::ZERO) {
            return Ok(last);
        }
        let rest = left.map_or(pause, |left| left.min(pause));
        progress.show(&excerpt(&last.1.state.0), started.elapsed());
        thread::sleep(rest);
        pause = SLOWEST.min(pause.mul_f32(1.5)).max(FIRST);
        match server.read(path) {
            Ok(answer) if answer.is_passing() => {
                pause = answer.retry_after().map_or(pause, |wait| wait.clamp(FIRST, MAX_RETRY_AFTER));
                if last_seen.elapsed() > OUTAGE.max(pause) {
                    return read(&answer).map(|metadata| (answer, metadata));
                }
            }
            Ok(answer) => {
                let metadata = read(&answer)?;
                last = (answer, metadata);
                last_seen = Instant::now();
            }
            Err(failure) if failure.exit == Exit::Unreachable && last_seen.elapsed() < OUTAGE => {}
            Err(failure) => return Err(failure),
        }
    }
}

/// A status line, rewritten in place on a terminal; nothing elsewhere.
struct StatusLine {
    seen: bool,
    shown: bool,
}

impl StatusLine {
    fn new() -> Self {
        Self { seen: io::stderr().is_terminal(), shown: false }
    }

    fn show(&mut self, state: &str, waited: Duration) {
        if self.seen {
            self.shown = true;
            let _ =
                write!(io::stderr(), "\r\u{1b}[Kwaiting: {state}, for {}", ttl::to_text(waited.as_secs()));
        }
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
