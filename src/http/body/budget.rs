//! The budget of large bodies in flight: memory that request bodies may take beyond what every request is given.
//!
//! Bytes count as they come, not as they are announced: who announces and sends nothing holds nothing. A network may hold
//! as much as is still free, so that several of them never fill the budget: of `n` that take what they can, each gets a
//! share of `1 / (n + 1)`, and as much is left for whoever comes next (dynamic thresholds, as switches share their buffers).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::ClientNetwork;

/// All of it, bytes. Half, what one network gets, is more than twice the largest body there can be
/// (`secrets.max_size` and the plans' end at 1,000,000).
const BUDGET: usize = 32 * 1024 * 1024;

/// What is held of it, by network.
#[derive(Clone, Default)]
pub struct Budget(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    all: usize,
    networks: HashMap<ClientNetwork, usize>,
}

/// What one body holds, released when dropped.
pub struct Reservation {
    budget: Budget,
    network: ClientNetwork,
    bytes: usize,
}

impl Budget {
    /// A reservation of nothing, for a body from `network`.
    #[must_use]
    pub fn reserve(&self, network: ClientNetwork) -> Reservation {
        Reservation { budget: self.clone(), network, bytes: 0 }
    }
}

impl Reservation {
    /// Holds `bytes` in all from now on; `false`, and nothing changed, if its network may not have as many.
    pub(super) fn grow_to(&mut self, bytes: usize) -> bool {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return true;
        }
        let mut held = self.budget.0.lock().unwrap_or_else(PoisonError::into_inner);
        let here = held.networks.get(&self.network).copied().unwrap_or_default() + more;
        if here + held.all + more > BUDGET {
            return false;
        }
        held.networks.insert(self.network, here);
        held.all += more;
        self.bytes = bytes;
        true
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut held = self.budget.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.all -= self.bytes;
        if let Some(here) = held.networks.get_mut(&self.network) {
            *here -= self.bytes;
            if *here == 0 {
                held.networks.remove(&self.network);
            }
        }
    }
}

/// Shows no network.
impl std::fmt::Debug for Budget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Budget[..]")
    }
}

/// Shows no network.
impl std::fmt::Debug for Reservation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reservation[{} bytes]", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn network(n: u8) -> ClientNetwork {
        ClientNetwork::of([198, 51, 100, n].into())
    }

    #[test]
    fn a_network_gets_half_and_the_next_one_half_of_the_rest() {
        let budget = Budget::default();
        let take_all = |n| {
            let mut taken = budget.reserve(network(n));
            let got = (1..=32).take_while(|mib| taken.grow_to(mib * MIB)).count();
            (taken, got)
        };
        let (first, got) = take_all(1);
        assert_eq!(got, 16);
        let mut again = budget.reserve(network(1));
        assert!(!again.grow_to(1), "a second body is of the same network");
        let (second, got) = take_all(2);
        assert_eq!(got, 8);
        let (_third, got) = take_all(3);
        assert_eq!(got, 4, "and there is always some left");
        drop(first);
        assert!(again.grow_to(MIB), "what is dropped is free again");
        drop((second, again));
    }

    #[test]
    fn nothing_is_remembered_of_what_is_gone() {
        let budget = Budget::default();
        let mut one = budget.reserve(network(1));
        assert!(one.grow_to(5) && one.grow_to(3) && one.grow_to(7));
        assert!(!one.grow_to(BUDGET), "more than all");
        drop(one);
        let held = budget.0.lock().unwrap();
        assert_eq!((held.all, held.networks.len()), (0, 0));
    }
}
