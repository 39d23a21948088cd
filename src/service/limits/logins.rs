//! Failed log-ins per client network, in a small fixed window of our own (decisions §2).
//!
//! Only failures are counted, so a look must not consume anything, which is what a token bucket would do. Looks and counts
//! are two steps: requests that are on their way together are all let through to be checked. A token is 160 bits; what matters
//! is that guessing does not go on.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::steady::Steady;
use super::table::Table;
use crate::domain::ClientNetwork;

/// How long failures are remembered, from the first on; seconds.
const WINDOW: u64 = 600;

/// The failures of every network.
#[derive(Debug)]
pub(super) struct Logins {
    /// Failures a network has in a window; 0 is no limit.
    limit: u32,
    clock: Steady,
    windows: Mutex<Table<ClientNetwork, Window>>,
}

/// Ordered by the failures first: a full table forgets networks that have few.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    failures: u32,
    ends: u64,
}

impl Logins {
    /// `limit` failures per network, of which `most` are remembered.
    pub(super) fn new(limit: u32, most: usize, clock: &Steady) -> Self {
        Self { limit, clock: clock.clone(), windows: Mutex::new(Table::of_at_most(most)) }
    }

    /// Whether credentials from `network` are looked at; if not, when again.
    pub(super) fn look(&self, network: ClientNetwork) -> Result<(), Duration> {
        if self.limit == 0 {
            return Ok(());
        }
        let now = self.clock.seconds();
        match self.windows().get(&network) {
            Some(Window { failures, ends }) if failures >= self.limit && now < ends => {
                Err(Duration::from_secs(ends - now))
            }
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub(super) fn failed(&self, network: ClientNetwork) {
        if self.limit == 0 {
            return;
        }
        let now = self.clock.seconds();
        let mut windows = self.windows();
        let window = match windows.get(&network) {
            Some(window) if now < window.ends => {
                Window { failures: window.failures.saturating_add(1), ..window }
            }
            _ => Window { failures: 1, ends: now + WINDOW },
        };
        windows.set(network, window);
    }

    /// Forgets windows that have ended.
    pub(super) fn sweep(&self) {
        let now = self.clock.seconds();
        self.windows().keep(|window| now < window.ends);
    }

    fn windows(&self) -> MutexGuard<'_, Table<ClientNetwork, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    use super::*;
    use crate::domain::{FakeClock, Timestamp};

    fn logins(limit: u32, most: usize) -> (Logins, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::at(Timestamp(1_795_248_429)));
        (Logins::new(limit, most, &Steady::following(clock.clone())), clock)
    }

    fn network(n: u32) -> ClientNetwork {
        ClientNetwork::of(Ipv4Addr::from(n).into())
    }

    #[test]
    fn failures_count_and_looks_do_not() {
        let (logins, clock) = logins(3, 10);
        for _ in 0..3 {
            (0..10).for_each(|_| assert_eq!(logins.look(network(1)), Ok(())));
            logins.failed(network(1));
            clock.advance(100);
        }
        assert_eq!(logins.look(network(1)), Err(Duration::from_secs(300)), "from the first failure");
        assert_eq!(logins.look(network(2)), Ok(()));
        clock.advance(299);
        logins.failed(network(1));
        assert_eq!(logins.look(network(1)), Err(Duration::from_secs(1)), "the window does not grow");
        clock.advance(1);
        assert_eq!(logins.look(network(1)), Ok(()));
        logins.failed(network(1));
        assert_eq!(logins.look(network(1)), Ok(()), "a new window begins at one");
    }

    #[test]
    fn zero_is_off_and_remembers_nobody() {
        let (logins, _) = logins(0, 10);
        (0..1000).for_each(|_| logins.failed(network(1)));
        assert_eq!(logins.look(network(1)), Ok(()));
        assert_eq!(logins.windows().len(), 0);
    }

    #[test]
    fn ended_windows_are_forgotten() {
        let (logins, clock) = logins(3, 10);
        logins.failed(network(1));
        clock.advance(599);
        logins.failed(network(2));
        logins.sweep();
        assert_eq!(logins.windows().len(), 2);
        clock.advance(1);
        logins.sweep();
        assert_eq!(logins.windows().len(), 1);
    }

    #[test]
    fn at_the_cap_guessers_stay_out_and_others_are_not_locked_out() {
        let (logins, _) = logins(3, 100);
        (0..20).for_each(|n| (0..3).for_each(|_| logins.failed(network(n))));
        for n in 20..5000 {
            logins.failed(network(n));
            assert!(logins.windows().len() <= 100);
            assert_eq!(logins.look(network(n)), Ok(()));
        }
        assert!((0..20).all(|n| logins.look(network(n)).is_err()));
    }
}
