//! The cores that may hash, and who waits for one.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Priority};
use crate::domain::ClientNetwork;

/// A bounded number of cores.
pub(super) struct Cores {
    number: usize,
    state: Arc<Mutex<State>>,
}

struct State {
    free: usize,
    queue: FairQueue<oneshot::Sender<Core>>,
}

/// The right to keep one core busy. Dropped, it goes to whoever is next.
pub(super) struct Core(Arc<Mutex<State>>);

impl Cores {
    pub(super) fn new(number: usize) -> Self {
        Self { number, state: Arc::new(Mutex::new(State { free: number, queue: FairQueue::new() })) }
    }

    /// How many there are.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// How many are busy, and how many callers wait for one.
    pub(super) fn load(&self) -> (usize, usize) {
        let state = look(&self.state);
        (self.number - state.free, state.queue.len())
    }

    /// What will bring a core, perhaps at once, or nothing when the place was given up to another network; dropped, it
    /// waits no more. `None`: of about `places` none is left for this caller.
    pub(super) fn ask(
        &self,
        priority: Priority,
        network: ClientNetwork,
        places: usize,
    ) -> Option<oneshot::Receiver<Core>> {
        let (sender, receiver) = oneshot::channel();
        let mut state = look(&self.state);
        if state.free == 0 {
            return state.queue.join(priority, network, places, sender).then_some(receiver);
        }
        state.free -= 1;
        drop(state);
        drop(sender.send(Core(Arc::clone(&self.state))));
        Some(receiver)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        let mut state = look(&self.0);
        let next = state.queue.next();
        state.free += usize::from(next.is_none());
        drop(state);
        if let Some(next) = next {
            // If that one has gone at this very moment, its core is dropped here, and goes on to the next.
            drop(next.send(Core(Arc::clone(&self.0))));
        }
    }
}

/// The state, without those who have gone.
fn look(state: &Mutex<State>) -> MutexGuard<'_, State> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.queue.retain(|waiting| !waiting.is_closed());
    state
}

impl fmt::Debug for Cores {
    /// Shows no network.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cores[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(cores: &Cores) -> oneshot::Receiver<Core> {
        cores.ask(Priority::Read, ClientNetwork::of([192, 0, 2, 1].into()), 9).unwrap()
    }

    #[test]
    fn a_core_goes_past_those_who_have_gone_to_the_next_and_is_free_in_the_end() {
        let cores = Cores::new(1);
        let (mut first, gone, mut second, third) = (ask(&cores), ask(&cores), ask(&cores), ask(&cores));
        assert_eq!(cores.load(), (1, 3));
        drop(gone);
        assert_eq!(cores.load(), (1, 2));
        let core = first.try_recv().unwrap();
        assert!(second.try_recv().is_err(), "one core, one caller");
        drop(core);
        assert_eq!(cores.load(), (1, 1));
        let core = second.try_recv().unwrap();
        drop(core);
        assert_eq!(cores.load(), (1, 0));
        // It was handed a core, and goes without having looked.
        drop(third);
        assert_eq!(cores.load(), (0, 0));
    }
}
