//! Hashing of passphrases on the blocking pool, with a bounded number of cores, bounded memory and a bounded, fair queue
//! (security-design.md §6).
//!
//! One hash costs 0.3 s of a core. The core moves **into** the blocking task: a caller that disconnects does not free
//! one that is still working. A caller that would have to wait longer than clients do is refused at once.
//!
//! Argon2id, by which imported secrets may be protected, takes up to 64 MiB as well, so two of the cores may run it at a time,
//! however many there are: who needs it waits for one of these two first, and then for a core as everybody does.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::time::timeout_at;
use zeroize::Zeroizing;

use super::Error;
use super::cores::{Core, Cores};
use super::fair_queue::Priority;
use super::passphrase_hash::Setting;
use crate::domain::ClientNetwork;

/// How long a caller may wait for a core: clients give up after 5 s.
pub(super) const MAX_WAIT: Duration = Duration::from_secs(3);
/// How many runs of Argon2id there may be at a time: 128 MiB.
const MOST_LARGE: usize = 2;

/// Runs bcrypt and Argon2id for the vault.
#[derive(Debug)]
pub struct HashPool {
    cost: u8,
    /// All that may hash.
    cores: Turns,
    /// Those of them that may run Argon2id.
    large: Turns,
    refused: AtomicU64,
}

/// Cores, and how long one is kept busy.
#[derive(Debug)]
struct Turns {
    cores: Cores,
    /// Microseconds of one run, a moving average.
    measured: Arc<AtomicU64>,
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
        Self::with_cores(cost, cores)
    }

    fn with_cores(cost: u8, cores: usize) -> Self {
        // Until it is measured: 0.3 s at cost 12, half of it for each step down.
        let estimate = 300_000u64 >> 12u8.saturating_sub(cost) << cost.saturating_sub(12);
        Self {
            cost,
            cores: Turns::new(cores, estimate),
            large: Turns::new(cores.min(MOST_LARGE), 200_000),
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
        let (running, waiting) = self.cores.cores.load();
        let (_, waiting_first) = self.large.cores.load();
        HashLoad { running, waiting: waiting + waiting_first, refused: self.refused.load(Ordering::Relaxed) }
    }

    /// The pool for a caller from `network`.
    pub(super) fn asked_by(&self, network: ClientNetwork, priority: Priority) -> Hasher<'_> {
        Hasher { pool: self, network, priority }
    }

    fn busy(&self) -> Error {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Error::Busy { retry_after: MAX_WAIT }
    }
}

impl Turns {
    fn new(cores: usize, estimate: u64) -> Self {
        Self { cores: Cores::new(cores), measured: Arc::new(AtomicU64::new(estimate)) }
    }

    /// How many callers can wait and be served within [`MAX_WAIT`].
    fn places(&self) -> usize {
        let one = u128::from(self.measured.load(Ordering::Relaxed).max(1));
        let each = usize::try_from(MAX_WAIT.as_micros() / one).unwrap_or(usize::MAX);
        each.saturating_sub(1).saturating_mul(self.cores.number())
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

    /// The digest of `input`, hashed as another server did.
    pub(super) async fn digest(
        self,
        setting: Setting,
        input: Zeroizing<String>,
    ) -> Result<Zeroizing<String>, Error> {
        match setting.bcrypt_cost() {
            Some(cost) => self.run(cost, move || setting.digest_of(&input)).await?,
            None => self.run_large(move || setting.digest_of(&input)).await?,
        }
    }

    /// Runs `work`, a bcrypt run at `cost`, as soon as a core is free.
    async fn run<T: Send + 'static>(
        self,
        cost: u8,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let turns = &self.pool.cores;
        let core = self.turn(turns, tokio::time::Instant::now() + MAX_WAIT).await?;
        blocking(core, (cost == self.pool.cost).then_some(turns), work).await
    }

    /// Runs `work`, a run of Argon2id, as soon as there is memory and a core for it.
    async fn run_large<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (pool, until) = (self.pool, tokio::time::Instant::now() + MAX_WAIT);
        let memory = self.turn(&pool.large, until).await?;
        let core = self.turn(&pool.cores, until).await?;
        blocking((memory, core), Some(&pool.large), work).await
    }

    /// Waits for one of the cores, until a moment at the latest.
    async fn turn(self, turns: &Turns, until: tokio::time::Instant) -> Result<Core, Error> {
        let Self { pool, network, priority } = self;
        let core = turns.cores.ask(priority, network, turns.places()).ok_or_else(|| pool.busy())?;
        // The places follow what was measured; if the machine has become slower since, the timeout decides.
        let core = timeout_at(until, core).await.map_err(|_| pool.busy())?;
        core.map_err(|_| pool.busy()) // given up to a network that had less
    }
}

/// Does `work` on the blocking pool, with what it `holds` until it is done, and measures it for these turns.
async fn blocking<T: Send + 'static>(
    holds: impl Send + 'static,
    measured: Option<&Turns>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let measured = measured.map(|turns| Arc::clone(&turns.measured));
    let run = tokio::task::spawn_blocking(move || {
        let _holds = holds;
        let started = Instant::now();
        let done = work();
        if let Some(measured) = measured {
            let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            let before = measured.load(Ordering::Relaxed);
            measured.store(before.saturating_mul(7).saturating_add(took) / 8, Ordering::Relaxed);
        }
        done
    });
    run.await.map_err(|_| Error::Damaged)
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
        pool.cores.measured.store(1_500_000, Ordering::Relaxed); // as if one run took 1.5 s: one waits for each core
        let (cores, places) = (pool.cores.cores.number(), pool.cores.places());
        assert_eq!(places, cores);
        let ask = || pool.cores.cores.ask(Priority::Read, hasher(&pool, 1).network, 0).unwrap();
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
        let cores = pool.cores.cores.number();
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

    /// However many cores there are: each run takes 64 MiB.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_run_argon2id_at_a_time_and_leave_the_other_cores_to_bcrypt() {
        let pool = HashPool::with_cores(4, 8);
        let (started, works) = mpsc::channel();
        let mut ends = Vec::new();
        let mut runs: Vec<_> = (0..6)
            .map(|_| {
                let ((end, ended), started) = (mpsc::channel::<()>(), started.clone());
                ends.push(end);
                Box::pin(hasher(&pool, 1).run_large(move || {
                    started.send(()).unwrap();
                    ended.recv().unwrap_err();
                }))
            })
            .collect();
        assert!(runs.iter_mut().all(|run| poll(run).is_pending()));
        for _ in 0..MOST_LARGE {
            works.recv().unwrap();
        }
        assert_eq!(pool.load(), HashLoad { running: 2, waiting: 4, refused: 0 });
        // They keep nobody else from a core.
        assert!(hasher(&pool, 2).bcrypt(x(), 4, [9; 16]).await.is_ok());
        assert!(works.try_recv().is_err(), "no third one");
        drop(ends);
        for run in runs {
            assert!(run.await.is_ok(), "those that waited are served");
        }
        assert_eq!(pool.load(), HashLoad { running: 0, waiting: 0, refused: 0 });
    }

    /// Who has its memory and no core yet goes on, and gives both back.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn argon2id_waits_for_a_core_as_everybody_does() {
        let pool = HashPool::with_cores(4, 1);
        let held = pool.cores.cores.ask(Priority::Read, hasher(&pool, 1).network, 0).unwrap();
        let mut waits = Box::pin(hasher(&pool, 1).run_large(|| ()));
        assert!(poll(&mut waits).is_pending());
        assert_eq!(pool.load(), HashLoad { running: 1, waiting: 1, refused: 0 });
        drop(waits);
        assert_eq!(pool.large.cores.load(), (0, 0), "nobody is there for it any more");
        let mut waits = Box::pin(hasher(&pool, 1).run_large(|| ()));
        assert!(poll(&mut waits).is_pending());
        drop(held);
        assert!(waits.await.is_ok());
    }
}
