//! A rate limit for each client: `n` at once, and one more every `n`th of the window.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::bounded_map::BoundedMap;
use super::gcra::Gcra;
use crate::domain::{AccountId, ClientNetwork, Clock};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Whom a rate is counted for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Client {
    Network(ClientNetwork),
    Account(AccountId),
}

/// How often each client may do something.
pub(super) struct Rate(Option<Limiter>);

struct Limiter {
    gcra: Gcra,
    clock: Arc<dyn Clock>,
    /// One lock for all clients: it is held for some 100 ns, which no request of ours comes near to.
    state: Mutex<State>,
}

struct State {
    /// Nanoseconds since the machine started. By the time of day, a clock set back by an hour would keep every client out that
    /// had asked before, for an hour; and one set ahead would forget them.
    elapsed: u64,
    /// Of each client the time at which its allowance will be whole again (its TAT): the later, the more it has used.
    clients: BoundedMap<Client, u64>,
}

impl Rate {
    /// `n` per `window` and client, of which `most` are remembered; 0 is no limit.
    pub(super) fn new(n: u32, window: Duration, most: usize, clock: &Arc<dyn Clock>) -> Self {
        Self(NonZeroU32::new(n).map(|n| Limiter {
            gcra: Gcra::new(n, window),
            clock: clock.clone(),
            state: Mutex::new(State { elapsed: 0, clients: BoundedMap::of_at_most(most) }),
        }))
    }

    /// Counts a request, or tells how long to wait: whole seconds, rounded up, so that who waits so long is let in.
    pub(super) fn count(&self, client: Client) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let mut state = limiter.now();
        let (tat, now) = (state.tat(client), state.elapsed);
        limiter.gcra.check(tat, now).map_err(whole_seconds)?;
        state.clients.set(client, limiter.gcra.after(tat, now));
        Ok(())
    }

    /// The same, and counts nothing. Requests that are on their way together are all let through.
    pub(super) fn peek(&self, client: Client) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        let state = limiter.now();
        limiter.gcra.check(state.tat(client), state.elapsed).map_err(whole_seconds)
    }

    /// Counts what has happened, even beyond the limit: for those who were let through by [`Rate::peek`] together.
    pub(super) fn charge(&self, client: Client) {
        let Some(limiter) = &self.0 else { return };
        let mut state = limiter.now();
        let tat = limiter.gcra.after_unchecked(state.tat(client), state.elapsed);
        state.clients.set(client, tat);
    }

    /// Forgets clients whose allowance is whole again.
    pub(super) fn sweep(&self) {
        if let Some(limiter) = &self.0 {
            let mut state = limiter.now();
            let now = state.elapsed;
            state.clients.keep(|whole_at| whole_at > now);
        }
    }
}

impl Limiter {
    /// The state, with the time that has passed.
    fn now(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.elapsed = self.clock.uptime().0.saturating_mul(NANOS_PER_SECOND);
        state
    }
}

impl State {
    fn tat(&self, client: Client) -> u64 {
        self.clients.get(&client).unwrap_or(0)
    }
}

fn whole_seconds(nanos: u64) -> Duration {
    Duration::from_secs(nanos.div_ceil(NANOS_PER_SECOND))
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Rate[off]"),
            Some(limiter) => write!(f, "Rate[{} clients]", limiter.now().clients.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::domain::{FakeClock, Timestamp};

    fn rate(n: u32, window: u64, most: usize) -> (Rate, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::at(Timestamp(1_795_248_429)));
        let shown: Arc<dyn Clock> = clock.clone();
        (Rate::new(n, Duration::from_secs(window), most, &shown), clock)
    }

    fn network(n: u32) -> Client {
        Client::Network(ClientNetwork::of(Ipv4Addr::from(n).into()))
    }

    fn len(rate: &Rate) -> usize {
        rate.0.as_ref().unwrap().now().clients.len()
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

    #[test]
    fn a_peek_counts_nothing_and_a_charge_always_does() {
        let (rate, clock) = rate(3, 600, 10);
        for _ in 0..3 {
            (0..10).for_each(|_| assert_eq!(rate.peek(network(1)), Ok(())));
            rate.charge(network(1));
            clock.advance(10);
        }
        assert_eq!(rate.peek(network(1)), Err(Duration::from_secs(170)), "200 from the first charge");
        assert_eq!(rate.peek(network(2)), Ok(()));
        clock.advance(169);
        assert_eq!(rate.peek(network(1)), Err(Duration::from_secs(1)));
        clock.advance(1);
        assert_eq!(rate.peek(network(1)), Ok(()));
        rate.charge(network(1));
        assert_eq!(rate.peek(network(1)), Err(Duration::from_secs(200)), "then one by one");
        clock.advance(600);
        (0..3).for_each(|_| {
            assert_eq!(rate.peek(network(1)), Ok(()), "whole again");
            rate.charge(network(1));
        });
        assert_eq!(rate.peek(network(1)), Err(Duration::from_secs(200)));
    }

    #[test]
    fn charges_beyond_the_limit_are_waited_for_but_no_longer_than_a_window() {
        for (charges, wait) in [(2, 0), (3, 200), (4, 400), (5, 600), (1000, 600)] {
            let (rate, _) = rate(3, 600, 10);
            (0..charges).for_each(|_| rate.charge(network(1)));
            let told = rate.peek(network(1)).err().unwrap_or_default();
            assert_eq!(told, Duration::from_secs(wait), "{charges} charges");
        }
    }

    #[test]
    fn zero_remembers_nobody() {
        let (rate, _) = rate(0, 600, 10);
        (0..1000).for_each(|_| rate.charge(network(1)));
        assert_eq!(rate.peek(network(1)), Ok(()));
        assert!(rate.0.is_none());
    }

    #[test]
    fn a_clock_that_is_set_keeps_nobody_out_and_forgets_nobody() {
        let (rate, clock) = rate(1, 7200, 10);
        assert_eq!(rate.count(network(1)), Ok(()));
        let mut passed = 0;
        for (set_to, passes) in
            [(1_000_000, 0), (1_000_000, 10), (996_400, 5), (1_003_600, 3595), (u64::MAX, 1), (0, 1)]
        {
            clock.set(Timestamp(set_to));
            clock.advance(passes);
            passed += passes;
            for _ in 0..2 {
                rate.sweep();
                let left = rate.peek(network(1));
                assert_eq!(
                    left,
                    Err(Duration::from_secs(7200 - passed)),
                    "at {set_to}, also when asked again"
                );
            }
        }
    }

    #[test]
    fn at_the_cap_guessers_stay_out_and_others_are_not_locked_out() {
        let (rate, _) = rate(3, 600, 100);
        (0..20).for_each(|n| (0..3).for_each(|_| rate.charge(network(n))));
        for n in 20..5000 {
            rate.charge(network(n));
            assert!(len(&rate) <= 100);
            assert_eq!(rate.peek(network(n)), Ok(()));
        }
        assert!((0..20).all(|n| rate.peek(network(n)).is_err()));
    }
}
