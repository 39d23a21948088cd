//! A rate: `n` requests at once, and one more every `n`th of the window (GCRA, by `governor`).

use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::steady::Steady;
use super::table::Table;
use crate::domain::{AccountId, ClientNetwork};

/// Whom a rate is counted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Client {
    Network(ClientNetwork),
    Account(AccountId),
}

/// How often each client may do something.
pub(super) struct Rate(Option<RateLimiter<Client, Cells, Steady, NoOpMiddleware<Nanos>>>);

impl Rate {
    /// `n` per `window` and client, of which `most` are remembered; 0 is no limit.
    pub(super) fn new(n: u32, window: Duration, most: usize, clock: &Steady) -> Self {
        let limiter = quota(n, window)
            .map(|quota| RateLimiter::new(quota, Cells(Mutex::new(Table::of_at_most(most))), clock.clone()));
        Self(limiter)
    }

    /// Counts a request, or tells how long to wait: whole seconds, rounded up, so that who waits so long is let in.
    pub(super) fn count(&self, client: Client) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(&client).map_err(|until| {
            let wait = until.wait_time_from(limiter.clock().now());
            Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }

    /// Forgets clients whose allowance is whole again.
    pub(super) fn sweep(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
        }
    }
}

fn quota(n: u32, window: Duration) -> Option<Quota> {
    let each = (window / NonZeroU32::new(n)?.get()).max(Duration::from_nanos(1));
    Some(Quota::with_period(each)?.allow_burst(NonZeroU32::new(n)?))
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Rate[off]"),
            Some(limiter) => write!(f, "Rate[{} clients]", limiter.len()),
        }
    }
}

/// Of each client the time at which its allowance will be whole again: the later, the more it has used.
///
/// One lock for all: it is held for some 100 ns, which no request of ours comes near to.
struct Cells(Mutex<Table<Client, Nanos>>);

impl Cells {
    fn with<T>(&self, f: impl FnOnce(&mut Table<Client, Nanos>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl StateStore for Cells {
    type Key = Client;

    fn measure_and_replace<T, F, E>(&self, key: &Client, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        self.with(|table| {
            let (outcome, next) = f(table.get(key))?;
            table.set(*key, next);
            Ok(outcome)
        })
    }
}

impl ShrinkableKeyedStateStore<Client> for Cells {
    fn retain_recent(&self, drop_below: Nanos) {
        self.with(|table| table.keep(|whole_at| whole_at > drop_below));
    }

    fn len(&self) -> usize {
        self.with(|table| table.len())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    use super::*;
    use crate::domain::{FakeClock, Timestamp};

    fn rate(n: u32, window: u64, most: usize) -> (Rate, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::at(Timestamp(1_795_248_429)));
        let rate = Rate::new(n, Duration::from_secs(window), most, &Steady::following(clock.clone()));
        (rate, clock)
    }

    fn network(n: u32) -> Client {
        Client::Network(ClientNetwork::of(Ipv4Addr::from(n).into()))
    }

    fn len(rate: &Rate) -> usize {
        rate.0.as_ref().unwrap().len()
    }

    #[test]
    fn n_at_once_then_one_by_one() {
        let (rate, clock) = rate(5, 60, 10);
        for _ in 0..5 {
            assert_eq!(rate.count(network(1)), Ok(()));
        }
        assert_eq!(rate.count(network(1)), Err(Duration::from_secs(12)));
        assert_eq!(rate.count(network(2)), Ok(()), "others are others");
        clock.advance(11);
        assert_eq!(rate.count(network(1)), Err(Duration::from_secs(1)));
        clock.advance(1);
        assert_eq!(rate.count(network(1)), Ok(()));
        assert!(rate.count(network(1)).is_err());
        clock.advance(60);
        assert_eq!((0..9).filter(|_| rate.count(network(1)).is_ok()).count(), 5, "never more than n at once");
    }

    #[test]
    fn who_waits_as_told_is_let_in() {
        for (n, window) in [(1000, 1200), (7, 60), (3, 1), (1, 1), (1000, 7), (u32::MAX, 1), (1, u32::MAX)] {
            let (rate, clock) = rate(n, u64::from(window), 10);
            let tries = (0..=3000).map(|_| rate.count(network(1))).find_map(Result::err);
            let Some(wait) = tries else { continue };
            assert!(wait >= Duration::from_secs(1), "{n} per {window}: {wait:?}");
            clock.advance(wait.as_secs());
            assert_eq!(rate.count(network(1)), Ok(()), "{n} per {window}");
        }
    }

    #[test]
    fn zero_is_off() {
        let (rate, _) = rate(0, 60, 10);
        assert!((0..10_000).all(|_| rate.count(network(1)).is_ok()));
    }

    #[test]
    fn a_network_is_no_account() {
        let (rate, _) = rate(1, 60, 10);
        for client in [network(1), Client::Account(AccountId([1; 32])), Client::Account(AccountId([2; 32]))] {
            assert!(rate.count(client).is_ok());
            assert!(rate.count(client).is_err());
        }
    }

    #[test]
    fn idle_clients_are_forgotten_and_busy_ones_are_not() {
        let (rate, clock) = rate(10, 100, 1000);
        (0..100).for_each(|n| assert!(rate.count(network(n)).is_ok()));
        (0..10).for_each(|_| assert!(rate.count(network(1000)).is_ok()));
        clock.advance(20);
        rate.sweep();
        assert_eq!(len(&rate), 1);
        assert_eq!((0..10).filter(|_| rate.count(network(1000)).is_ok()).count(), 2);
    }

    #[test]
    fn at_the_cap_newcomers_get_in_and_the_busiest_stay_limited() {
        let (rate, _) = rate(3, 1200, 100);
        (0..10).for_each(|n| (0..3).for_each(|_| assert!(rate.count(network(n)).is_ok())));
        for n in 10..10_000 {
            assert_eq!(rate.count(network(n)), Ok(()), "newcomer {n}");
            assert!(len(&rate) <= 100);
        }
        assert!((0..10).all(|n| rate.count(network(n)).is_err()));
    }
}
