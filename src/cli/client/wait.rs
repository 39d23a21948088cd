//! Looking at a receipt again and again, politely: rarer and rarer, and as late as the server says.

use std::io::{self, IsTerminal as _, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::Answer;
use super::failure::{Ending, Failure, excerpt};
use super::receipt;
use super::server::Server;
use super::ttl;
use super::wire::{Metadata, State};

/// Between the first looks.
const FIRST: Duration = Duration::from_secs(1);
/// Between later ones: 60 an hour and a half are far from any limit.
const SELDOM: Duration = Duration::from_secs(30);
/// The longest that a server is obeyed which says when to come back.
const OBEYED: Duration = Duration::from_mins(30);
/// A server that is away for longer is given up.
const PATIENCE: Duration = Duration::from_mins(10);

/// Looks until the secret has ended, or for `timeout`. A server that goes away for a while is waited for; the first look
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
    let mut heard = Instant::now();
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
        pause = SELDOM.min(pause.mul_f32(1.5)).max(FIRST);
        match server.look(path) {
            Ok(answer) if answer.is_passing() => {
                pause = answer.retry_after().map_or(pause, |wait| wait.clamp(FIRST, OBEYED));
                if heard.elapsed() > PATIENCE.max(pause) {
                    return receipt::read(&answer).map(|metadata| (answer, metadata));
                }
            }
            Ok(answer) => {
                let metadata = receipt::read(&answer)?;
                last = (answer, metadata);
                heard = Instant::now();
            }
            Err(failure) if failure.ending == Ending::Unreachable && heard.elapsed() < PATIENCE => {}
            Err(failure) => return Err(failure),
        }
    }
}

/// One line on a terminal, written over and over; nothing where nobody looks.
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
