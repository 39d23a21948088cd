//! bcrypt on the blocking pool, with a bounded number of cores and a bounded, fair queue (security-design.md §6).
//!
//! One hash costs 0.3 s of a core. The core moves **into** the blocking task: a caller that disconnects does not free
//! one that is still working. A caller that would have to wait longer than clients do is refused at once.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::Error;
use super::cores::Cores;
use super::fair_queue::Priority;
use crate::domain::ClientNetwork;

/// How long a caller may wait for a core: clients give up after 5 s.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Runs bcrypt for the vault.
#[derive(Debug)]
pub struct HashPool {
    cost: u8,
    cores: Cores,
    /// Microseconds of one run at `cost`, a moving average.
    measured: Arc<AtomicU64>,
    refused: AtomicU64,
}

/// The pool, as one caller asks it.
#[derive(Clone, Copy)]
pub(super) struct Hasher<'a> {
    pool: &'a HashPool,
    network: ClientNetwork,
    priority: Priority,
}

/// A snapshot of the pool's load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashLoad {
    /// Cores that are hashing.
    pub running: usize,
    /// Callers in the queue.
    pub waiting: usize,
    /// Callers refused since the start.
    pub refused: u64,
}

impl HashPool {
    /// A pool that hashes new passphrases at `cost`, on all cores but one.
    #[must_use]
    pub fn new(cost: u8) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1);
        // Until it is measured: 0.3 s at cost 12, half of it for each step down.
        let estimate = 300_000u64 >> 12u8.saturating_sub(cost) << cost.saturating_sub(12);
        Self {
            cost,
            cores: Cores::new(cores),
            measured: Arc::new(AtomicU64::new(estimate)),
            refused: AtomicU64::new(0),
        }
    }

    /// The cost for new passphrases.
    #[must_use]
    pub fn cost(&self) -> u8 {
        self.cost
    }

    /// Its load now.
    pub(super) fn load(&self) -> HashLoad {
        let (running, waiting) = self.cores.load();
        HashLoad { running, waiting, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// The pool for a caller from `network`.
    pub(super) fn asked_by(&self, network: ClientNetwork, priority: Priority) -> Hasher<'_> {
        Hasher { pool: self, network, priority }
    }

    /// How many callers can wait and be served within [`MAX_WAIT`].
    fn places(&self) -> usize {
        let one = u128::from(self.measured.load(Ordering::Relaxed).max(1));
        let each = usize::try_from(MAX_WAIT.as_micros() / one).unwrap_or(usize::MAX);
        each.saturating_sub(1).saturating_mul(self.cores.number())
    }

    fn busy(&self) -> Error {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Error::Busy { retry_after: MAX_WAIT }
    }
}

impl Hasher<'_> {
    /// `bcrypt(input, cost, salt)`: the 60 characters `$2b$…`.
    pub(super) async fn bcrypt(
        self,
        input: Zeroizing<String>,
        cost: u8,
        salt: [u8; 16],
    ) -> Result<Zeroizing<String>, Error> {
        let hashed = self.run(cost, move || {
            let parts = bcrypt::non_truncating_hash_with_salt_bytes(input.as_bytes(), u32::from(cost), salt);
            parts.map(|bytes| Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned()))
        });
        hashed.await?.map_err(|_| Error::Damaged)
    }

    /// Whether `hash`, a bcrypt string of `cost` from another server, matches `input`: its first 72 bytes, as bcrypt
    /// there truncated it.
    pub(super) async fn matches(
        self,
        input: Zeroizing<String>,
        cost: u8,
        hash: Zeroizing<String>,
    ) -> Result<bool, Error> {
        let compared = self.run(cost, move || bcrypt::verify(input.as_bytes(), &hash));
        compared.await?.map_err(|_| Error::Damaged)
    }

    /// Runs `work`, a bcrypt run at `cost`, as soon as a core is free.
    async fn run<T: Send + 'static>(
        self,
        cost: u8,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let Self { pool, network, priority } = self;
        let core = pool.cores.ask(priority, network, pool.places()).ok_or_else(|| pool.busy())?;
        // The places follow what was measured; if the machine has become slower since, the timeout decides.
        let core = tokio::time::timeout(MAX_WAIT, core).await.map_err(|_| pool.busy())?;
        let core = core.map_err(|_| pool.busy())?; // given up to a network that had less
        let (measured, usual_cost) = (Arc::clone(&pool.measured), pool.cost);
        let run = tokio::task::spawn_blocking(move || {
            let _core = core;
            let started = Instant::now();
            let done = work();
            if cost == usual_cost {
                let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
                let before = measured.load(Ordering::Relaxed);
                measured.store(before.saturating_mul(7).saturating_add(took) / 8, Ordering::Relaxed);
            }
            done
        });
        run.await.map_err(|_| Error::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn hasher(pool: &HashPool, number: u8) -> Hasher<'_> {
        pool.asked_by(ClientNetwork::of([192, 0, 2, number].into()), Priority::Read)
    }

    fn x() -> Zeroizing<String> {
        Zeroizing::new("x".into())
    }

    fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_would_wait_too_long_is_refused_and_the_rest_is_served() {
        let pool = HashPool::new(4);
        pool.measured.store(1_500_000, Ordering::Relaxed); // as if one run took 1.5 s: one waits for each core
        let (cores, places) = (pool.cores.number(), pool.places());
        assert_eq!(places, cores);
        let ask = || pool.cores.ask(Priority::Read, hasher(&pool, 1).network, 0).unwrap();
        let held: Vec<_> = (0..cores).map(|_| ask()).collect();
        let mut runs: Vec<_> =
            (0..places + 3).map(|_| Box::pin(hasher(&pool, 1).bcrypt(x(), 4, [9; 16]))).collect();
        let polled: Vec<_> = runs.iter_mut().map(poll).collect();
        assert!(polled[..places].iter().all(Poll::is_pending));
        assert!(polled[places..].iter().all(|run| matches!(run, Poll::Ready(Err(Error::Busy { .. })))));
        assert_eq!(pool.load(), HashLoad { running: cores, waiting: places, refused: 3 });
        // Another network gets the place of the last one, if the first has two.
        let mut other = Box::pin(hasher(&pool, 2).bcrypt(x(), 4, [9; 16]));
        let taken = poll(&mut other).is_pending();
        assert_eq!(taken, places > 1);
        drop(held);
        runs.truncate(places);
        if taken {
            assert!(matches!(runs.pop().unwrap().await, Err(Error::Busy { .. })));
            assert!(other.await.is_ok());
        }
        for run in runs {
            assert!(run.await.is_ok(), "those that waited are served");
        }
        assert_eq!(pool.load(), HashLoad { running: 0, waiting: 0, refused: 4 });
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_caller_that_disconnects_does_not_free_a_core_that_still_works() {
        let pool = HashPool::new(4);
        let cores = pool.cores.number();
        let (started, works) = mpsc::channel();
        let mut ends = Vec::new();
        for _ in 0..cores {
            let ((end, ended), started) = (mpsc::channel::<()>(), started.clone());
            let mut run = Box::pin(hasher(&pool, 1).run(4, move || {
                started.send(()).unwrap();
                ended.recv().unwrap_err()
            }));
            assert!(poll(&mut run).is_pending());
            works.recv().unwrap();
            ends.push(end);
            drop(run);
        }
        assert_eq!(pool.load(), HashLoad { running: cores, waiting: 0, refused: 0 });
        let mut next = Box::pin(hasher(&pool, 2).bcrypt(x(), 4, [9; 16]));
        assert!(poll(&mut next).is_pending());
        assert_eq!(pool.load(), HashLoad { running: cores, waiting: 1, refused: 0 });
        // And one that disconnects while it waits leaves its place.
        drop(next);
        assert_eq!(pool.load(), HashLoad { running: cores, waiting: 0, refused: 0 });
        let mut next = Box::pin(hasher(&pool, 2).bcrypt(x(), 4, [9; 16]));
        assert!(poll(&mut next).is_pending());
        drop(ends);
        assert!(next.await.is_ok());
    }
}
