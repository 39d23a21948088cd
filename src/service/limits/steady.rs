//! The time that limits go by: seconds since the start.
//!
//! It follows the service's clock, so a test's clock drives it too, but it never goes back. A trap that this is here for:
//! with bare wall time, a clock set back by an hour would keep every client out that had asked before, for an hour.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::Clock as GovernorClock;
use governor::nanos::Nanos;

use crate::domain::{Clock, Timestamp};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A clock that goes on from where it was when the one behind it is set back. Clones show the same time.
#[derive(Clone)]
pub(super) struct Steady(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    /// What the clock behind showed last.
    shown: Timestamp,
    passed: u64,
}

impl Steady {
    /// Follows `clock`, from 0.
    pub(super) fn following(clock: Arc<dyn Clock>) -> Self {
        let state = Mutex::new(State { shown: clock.now(), passed: 0 });
        Self(Arc::new(Inner { clock, state }))
    }

    /// Seconds that have passed since the start.
    pub(super) fn seconds(&self) -> u64 {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked under the lock: of two callers around a tick, the slower would otherwise count it again.
        let now = self.0.clock.now();
        state.passed = state.passed.saturating_add(state.shown.until(now));
        state.shown = now;
        state.passed
    }
}

impl GovernorClock for Steady {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.seconds().saturating_mul(NANOS_PER_SECOND).into()
    }
}

impl fmt::Debug for Steady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Steady[{} s]", self.seconds())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[derive(Debug)]
    struct SetByHand(AtomicU64);

    impl Clock for SetByHand {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::SeqCst))
        }
    }

    #[test]
    fn a_clock_set_back_stops_nothing() {
        let wall = Arc::new(SetByHand(AtomicU64::new(1_000_000)));
        let steady = Steady::following(wall.clone());
        for (shown, passed) in
            [(1_000_000, 0), (1_000_010, 10), (996_400, 10), (996_405, 15), (1_000_000, 3610)]
        {
            wall.0.store(shown, Ordering::SeqCst);
            assert_eq!(steady.seconds(), passed, "at {shown}");
            assert_eq!(steady.clone().seconds(), passed, "the same when asked again");
        }
    }
}
