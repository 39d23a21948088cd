//! The mail server as deliveries find it: while it takes nothing from us, the whole outbox waits, and one notification is
//! tried now and then.
//!
//! The trap: one recipient's notification must not stop those of others. So what may be its own fault counts as the server's
//! only when several fail like that in a row and nothing else happens.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::notification::Scope;
use crate::domain::{Failure, Timestamp, random};

/// Seconds until the next try, after the first failure of the server, the second one and so on; the last goes on.
const PAUSES: [u64; 7] = [5, 10, 20, 40, 80, 160, 300];
/// The same after a refused log-in: three in the first hour, and one each hour after it. Servers lock out who fails more often.
const LOGIN_PAUSES: [u64; 3] = [900, 1800, 3600];
/// Failures in a row that may be the notification's, or the server's: then they are the server's.
const IN_A_ROW: usize = 5;
/// Between two lines in the log, in seconds.
const TELL_EVERY: u64 = 60;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct ServerState(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Failures of the server since it took anything, and the last one.
    down: Option<(usize, Failure)>,
    /// No try before this moment.
    until: Timestamp,
    /// How many failures in a row may be the server's.
    unclear: usize,
    told: Option<Timestamp>,
}

/// What came of some deliveries that were tried at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Each failure is its notification's.
    Fine,
    /// The same, and it was not before.
    Recovered,
    /// The outbox waits.
    Down {
        /// Until then.
        until: Timestamp,
        /// Why.
        failure: Failure,
        /// Whether the log has to say so.
        tell: bool,
    },
}

impl ServerState {
    /// How many notifications may be tried at once now, of `most`.
    pub(super) fn room(&self, now: Timestamp, most: usize) -> usize {
        let state = self.state();
        match state.down {
            Some(_) if now < state.until => 0,
            Some(_) => 1,
            None => most,
        }
    }

    /// Why the outbox waits, if it does.
    pub(super) fn trouble(&self) -> Option<Failure> {
        self.state().down.map(|(_, failure)| failure)
    }

    /// No try is made before this moment.
    pub(super) fn until(&self) -> Timestamp {
        self.state().until
    }

    /// Has the next try made now.
    pub(super) fn hurry(&self) {
        self.state().until = Timestamp(0);
    }

    /// Draws the conclusion from deliveries that were tried at once: how many were sent, and why others were not.
    pub(super) fn judge(&self, now: Timestamp, sent: usize, failures: &[Failure]) -> Verdict {
        let mut state = self.state();
        let of = |scope| failures.iter().filter(move |failure| failure.scope() == scope);
        let talks = sent > 0 || of(Scope::Notification).next().is_some();
        state.unclear = if talks { 0 } else { state.unclear + of(Scope::Unclear).count() };
        let server = of(Scope::Server).next().copied();
        let unclear = of(Scope::Unclear).next().copied();
        // Whoever was in doubt before stays so until the server takes something.
        let in_a_row = unclear.filter(|_| state.unclear >= IN_A_ROW || state.down.is_some());
        match server.or(in_a_row).filter(|_| !talks) {
            Some(failure) => {
                let is_login = |failure| failure == Failure::Login;
                let before = match state.down {
                    Some((failed, last)) if is_login(last) == is_login(failure) => failed,
                    _ => 0,
                };
                let pauses = if is_login(failure) { &LOGIN_PAUSES[..] } else { &PAUSES[..] };
                let pause = pauses[before.min(pauses.len() - 1)];
                state.down = Some((before + 1, failure));
                state.until = now.plus(pause + jitter(pause));
                let tell = state.told.is_none_or(|told| told.until(now) >= TELL_EVERY);
                if tell {
                    state.told = Some(now);
                }
                Verdict::Down { until: state.until, failure, tell }
            }
            None if talks && state.down.take().is_some() => Verdict::Recovered,
            None => Verdict::Fine,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Up to a fifth more, so that instances do not come all at once.
fn jitter(pause: u64) -> u64 {
    pause * u64::from(random::bytes::<1>()[0]) / 1280
}

#[cfg(test)]
mod tests {
    use super::*;
    use Failure::{Busy, Login, Refused, Silent, SiteRefused, Unreachable};

    const NOW: Timestamp = Timestamp(1000);

    fn pause(verdict: Verdict, now: Timestamp) -> u64 {
        let Verdict::Down { until, .. } = verdict else { panic!("{verdict:?}") };
        now.until(until)
    }

    #[test]
    fn a_server_that_is_away_is_tried_by_one_and_told_of_once_a_minute() {
        let server = ServerState::default();
        assert_eq!(server.room(NOW, 8), 8);
        let (mut now, mut told, mut tries) = (NOW, 0, 0);
        let mut failures = vec![Unreachable; 8];
        while now.0 < NOW.0 + 3600 {
            let verdict = server.judge(now, 0, &failures);
            let Verdict::Down { until, failure: Unreachable, tell } = verdict else { panic!("{verdict:?}") };
            told += u64::from(tell);
            tries += 1;
            assert!((5..=360).contains(&now.until(until)), "{verdict:?}");
            assert_eq!(server.room(until.minus(1), 8), 0);
            assert_eq!(server.room(until, 8), 1);
            (now, failures) = (until, vec![Unreachable]);
        }
        assert!(told <= 60 && tries <= 20, "{told} lines, {tries} tries");
        assert_eq!(server.judge(now, 1, &[]), Verdict::Recovered);
        assert_eq!((server.room(now, 8), server.trouble()), (8, None));
    }

    #[test]
    fn log_ins_are_few() {
        let server = ServerState::default();
        let (mut now, mut tries) = (NOW, Vec::new());
        while now.0 < NOW.0 + 4 * 3600 {
            tries.push(now.0 - NOW.0);
            now = now.plus(pause(server.judge(now, 0, &[Login]), now));
        }
        assert!(tries.iter().filter(|at| **at < 3600).count() <= 3, "{tries:?}");
        assert!(tries.len() <= 6, "{tries:?}");
        pause(server.judge(now, 0, &[Unreachable]), now);
        assert!(pause(server.judge(now, 0, &[Login]), now) < 1800, "no longer for having been away before");
        server.hurry();
        assert_eq!(server.room(NOW, 8), 1, "whoever put it right need not wait");
    }

    #[test]
    fn one_notification_does_not_stop_the_others() {
        let server = ServerState::default();
        for _ in 0..10 {
            assert_eq!(server.judge(NOW, 0, &[SiteRefused(554), Silent]), Verdict::Fine);
            assert_eq!(server.judge(NOW, 1, &[SiteRefused(554)]), Verdict::Fine);
            assert_eq!(server.judge(NOW, 0, &[Silent, Refused(550)]), Verdict::Fine);
            assert_eq!(server.judge(NOW, 3, &[Busy(421)]), Verdict::Fine, "too many connections, say");
        }
    }

    #[test]
    fn several_in_a_row_are_the_servers() {
        let server = ServerState::default();
        assert_eq!(server.judge(NOW, 0, &[SiteRefused(554); 2]), Verdict::Fine);
        assert_eq!(server.judge(NOW, 0, &[Silent; 2]), Verdict::Fine);
        pause(server.judge(NOW, 0, &[SiteRefused(554)]), NOW);
        let later = NOW.plus(10);
        pause(server.judge(later, 0, &[SiteRefused(554)]), later);
        assert_eq!(server.judge(later, 0, &[Refused(550)]), Verdict::Recovered, "it speaks of addresses");
        assert_eq!(server.judge(later, 0, &[SiteRefused(554); 4]), Verdict::Fine);
    }
}
