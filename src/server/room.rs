//! The places for connections: how many there are, and who has to go when they run out.
//!
//! Near the cap the connections that have idled for longest are closed, those of trusted proxies last; and of a network that has more
//! than its share, its own. Nobody is closed in the middle of a request, nor one who has just been answered: whoever
//! asks on and on keeps their place (docs/decisions/0007-deadlines-of-requests.md).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use super::idle::Waiting;
use crate::domain::ClientNetwork;

/// Of all places, the part that one network may have before its own idle connections are closed.
const SHARE: usize = 4;
/// But that is no less than these: a browser opens six.
const SMALLEST_SHARE: usize = 16;
/// Of all places, the part that is made free at once, so that looking for them costs little per connection.
const BATCH: usize = 64;
/// Whoever has idled for less may be about to ask.
const JUST_ANSWERED: Duration = Duration::from_millis(500);
/// Before it is looked again whether somebody idles.
const PAUSE: Duration = Duration::from_millis(50);

/// The places of a listener.
#[derive(Debug)]
pub(super) struct Room {
    places: usize,
    free: Arc<Semaphore>,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    seats: HashMap<u64, Taker>,
    last: u64,
    networks: HashMap<ClientNetwork, usize>,
}

#[derive(Debug)]
struct Taker {
    /// None has no share: a trusted proxy brings everybody, and a socket in the file system is only for proxies.
    network: Option<ClientNetwork>,
    waiting: Arc<Waiting>,
}

/// A connection's place, until it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    room: Arc<Room>,
    number: u64,
    _place: OwnedSemaphorePermit,
}

impl Room {
    /// Room for so many connections.
    pub(super) fn of(places: usize) -> Arc<Self> {
        Arc::new(Self { places, free: Arc::new(Semaphore::new(places)), taken: Mutex::default() })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a place, and closes who idles while there is none.
    pub(super) async fn place(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(place) = Arc::clone(&self.free).try_acquire_owned() {
                return place;
            }
            self.close_longest_idle(None);
            if let Ok(Ok(place)) = timeout(PAUSE, Arc::clone(&self.free).acquire_owned()).await {
                return place;
            }
        }
    }

    /// Seats a connection, which comes from a network that is no trusted proxy's, or from one.
    pub(super) fn seat(
        self: &Arc<Self>,
        place: OwnedSemaphorePermit,
        network: Option<ClientNetwork>,
        waiting: Arc<Waiting>,
    ) -> Seat {
        let mut taken = self.taken();
        taken.last += 1;
        let number = taken.last;
        taken.seats.insert(number, Taker { network, waiting });
        let greedy = network.filter(|network| {
            let count = taken.networks.entry(*network).or_default();
            *count += 1;
            *count > (self.places / SHARE).max(SMALLEST_SHARE)
        });
        drop(taken);
        if greedy.is_some() {
            self.close_longest_idle(greedy);
        }
        Seat { room: Arc::clone(self), number, _place: place }
    }

    /// Closes some of those who have idled for longest, of all or of one network.
    fn close_longest_idle(&self, of: Option<ClientNetwork>) {
        let taken = self.taken();
        let now = Instant::now();
        let rank = |taker: &'_ Taker| {
            let since = taker.waiting.idle_since()?;
            (now.duration_since(since) >= JUST_ANSWERED).then_some((taker.network.is_none(), since))
        };
        let mut idle: Vec<_> = taken
            .seats
            .values()
            .filter(|taker| of.is_none() || taker.network == of)
            .filter_map(|taker| Some((rank(taker)?, &taker.waiting)))
            .collect();
        let some = (self.places / BATCH).max(1);
        if idle.len() > some {
            idle.select_nth_unstable_by_key(some, |(rank, _)| *rank);
            idle.truncate(some);
        }
        for ((_, since), waiting) in idle {
            waiting.close(since);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.room.taken();
        let Some(network) = taken.seats.remove(&self.number).and_then(|taker| taker.network) else { return };
        let Some(count) = taken.networks.get_mut(&network) else { return };
        *count -= 1;
        if *count == 0 {
            taken.networks.remove(&network);
        }
    }
}
