//! Polling a receipt with backoff, honouring `Retry-After`.

use std::io::{self, IsTerminal as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::failure::{Ending, Failure, excerpt};
use super::receipt;
use super::server::Server;
use super::ttl;
use super::wire::{Metadata, State};

/// Between the first polls.
const FIRST: Duration = Duration::from_secs(1);
/// Between later ones: 120 an hour are far from any rate limit.
const SLOWEST: Duration = Duration::from_secs(30);
/// The longest `Retry-After` that is obeyed.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(30);
/// A server that is away for longer is an error.
const OUTAGE: Duration = Duration::from_mins(10);

/// Polls until the secret has ended, or for `timeout`. A server that goes away for a while is waited for; the first poll
/// has to succeed, or a wrong address would be waited for too.
pub(super) fn until_ended(
    server: &Server,
    path: &str,
    timeout: Option<Duration>,
) -> Result<(Answer, Metadata), Failure> {
    let started = Instant::now();
    let mut progress = StatusLine::new();
    let mut pause = FIRST;
    let mut last = receipt::look(server, path)?;
    let mut last_seen = Instant::now();
    loop {
        if last.1.state() != State::Unread {
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
        match server.look(path) {
            Ok(answer) if answer.is_passing() => {
                pause = answer.retry_after().map_or(pause, |wait| wait.clamp(FIRST, MAX_RETRY_AFTER));
                if last_seen.elapsed() > OUTAGE.max(pause) {
                    return receipt::read(&answer).map(|metadata| (answer, metadata));
                }
            }
            Ok(answer) => {
                let metadata = receipt::read(&answer)?;
                last = (answer, metadata);
                last_seen = Instant::now();
            }
            Err(failure) if failure.ending == Ending::Unreachable && last_seen.elapsed() < OUTAGE => {}
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
            let _ = write!(io::stderr(), "\r\u{1b}[Kwaiting: {state}, for {}", ttl::shown(waited.as_secs()));
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
