//! bcrypt on the blocking pool, with a bounded number of cores and a bounded queue (security-design.md §6).
//!
//! One hash costs 0.3 s of a core. The permit moves **into** the blocking task: a caller that disconnects does not free
//! a core that is still working. A caller that would have to wait longer than clients do is refused at once.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::Error;

/// How long a caller may wait for a core: clients give up after 5 s.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Runs bcrypt for the vault.
#[derive(Debug)]
pub struct HashPool {
    cost: u8,
    cores: usize,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Microseconds of one run at `cost`, a moving average.
    measured: Arc<AtomicU64>,
    refused: AtomicU64,
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
            cores,
            permits: Arc::new(Semaphore::new(cores)),
            waiting: AtomicUsize::new(0),
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
        let running = self.cores.saturating_sub(self.permits.available_permits());
        // A caller that is being served holds a slot, too, unless it has disconnected.
        let waiting = self.waiting.load(Ordering::Relaxed).saturating_sub(running);
        HashLoad { running, waiting, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// How many callers can be served within [`MAX_WAIT`].
    fn queue_limit(&self) -> usize {
        let one = u128::from(self.measured.load(Ordering::Relaxed).max(1));
        usize::try_from(MAX_WAIT.as_micros() / one).unwrap_or(usize::MAX).max(1).saturating_mul(self.cores)
    }

    fn busy(&self) -> Error {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Error::Busy { retry_after: MAX_WAIT }
    }

    /// `bcrypt(input, cost, salt)`: the 60 characters `$2b$…`.
    pub(super) async fn bcrypt(
        &self,
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
        &self,
        input: Zeroizing<String>,
        cost: u8,
        hash: Zeroizing<String>,
    ) -> Result<bool, Error> {
        let compared = self.run(cost, move || bcrypt::verify(input.as_bytes(), &hash));
        compared.await?.map_err(|_| Error::Damaged)
    }

    /// Runs `work`, a bcrypt run at `cost`, as soon as a core is free.
    async fn run<T: Send + 'static>(
        &self,
        cost: u8,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let _slot = QueueSlot::take(&self.waiting, self.queue_limit()).ok_or_else(|| self.busy())?;
        // The limit follows what was measured; if the machine has become slower since, the timeout decides.
        let core = tokio::time::timeout(MAX_WAIT, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = core.map_err(|_| self.busy())?.map_err(|_| Error::Damaged)?;
        let (measured, usual_cost) = (Arc::clone(&self.measured), self.cost);
        let run = tokio::task::spawn_blocking(move || {
            let _permit = permit;
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

/// A slot in the queue, released when dropped.
struct QueueSlot<'a>(&'a AtomicUsize);

impl<'a> QueueSlot<'a> {
    fn take(waiting: &'a AtomicUsize, limit: usize) -> Option<Self> {
        if waiting.fetch_add(1, Ordering::Relaxed) >= limit {
            waiting.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        Some(Self(waiting))
    }
}

impl Drop for QueueSlot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_would_wait_too_long_is_refused_and_the_rest_is_served() {
        let pool = Arc::new(HashPool::new(4));
        pool.measured.store(1_500_000, Ordering::Relaxed); // as if one run took 1.5 s: two waiting a core
        let limit = pool.queue_limit();
        assert_eq!(limit, 2 * pool.cores);
        let held =
            Arc::clone(&pool.permits).acquire_many_owned(u32::try_from(pool.cores).unwrap()).await.unwrap();
        let mut runs: Vec<_> = (0..limit + 3)
            .map(|_| {
                let pool = Arc::clone(&pool);
                Box::pin(async move { pool.bcrypt(Zeroizing::new("x".into()), 4, [9; 16]).await.is_ok() })
            })
            .collect();
        let mut refused = 0;
        for run in &mut runs {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            if run.as_mut().poll(&mut context) == std::task::Poll::Ready(false) {
                refused += 1;
            }
        }
        assert_eq!(refused, 3);
        assert_eq!(pool.load(), HashLoad { running: pool.cores, waiting: limit - pool.cores, refused: 3 });
        drop(held);
        for run in runs.into_iter().take(limit) {
            assert!(run.await, "those that waited are served");
        }
        assert_eq!(pool.waiting.load(Ordering::Relaxed), 0);
        assert_eq!(pool.load(), HashLoad { running: 0, waiting: 0, refused: 3 });
    }
}
