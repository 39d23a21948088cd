//! The order in which callers get a core: reads before new secrets, and networks in turn (ADR 0050).
//!
//! Knows neither time nor cores; whoever waits is any `W`, and learns that it gave its place up by being dropped.

use std::collections::VecDeque;

use crate::domain::ClientNetwork;

/// Reads that go before a new secret that waits. Then that one goes, or reads could keep new secrets out for ever.
const READS_IN_A_ROW: usize = 3;

/// What a passphrase is hashed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Priority {
    /// A secret that exists: its reader has come, and often has nobody to ask for it again.
    Read,
    /// A new secret. Whoever shares can do so later.
    Create,
}

/// Those who wait, of both priorities.
pub(super) struct FairQueue<W> {
    reading: Line<W>,
    creating: Line<W>,
    /// Reads that went before a new secret, since the last one went.
    in_a_row: usize,
}

impl<W> FairQueue<W> {
    pub(super) fn new() -> Self {
        Self { reading: Line::new(), creating: Line::new(), in_a_row: 0 }
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.reading.len() + self.creating.len()
    }

    /// Lets `waiter` wait where about `places` can be served in time; `false` when there is no place for it. New secrets
    /// are sure of as large a part of the places as of the cores, reads of the rest, and either has what the other leaves.
    pub(super) fn join(
        &mut self,
        priority: Priority,
        network: ClientNetwork,
        places: usize,
        waiter: W,
    ) -> bool {
        let for_creating = places / (READS_IN_A_ROW + 1);
        let (line, places) = match priority {
            Priority::Read => (&mut self.reading, places - for_creating.min(self.creating.len())),
            Priority::Create => {
                (&mut self.creating, places.saturating_sub(self.reading.len()).max(for_creating))
            }
        };
        line.join(network, places.max(1), waiter)
    }

    /// Whose turn it is.
    pub(super) fn next(&mut self) -> Option<W> {
        if self.in_a_row >= READS_IN_A_ROW || self.reading.len() == 0 {
            self.in_a_row = 0;
            return self.creating.next().or_else(|| self.reading.next());
        }
        self.in_a_row += usize::from(self.creating.len() > 0);
        self.reading.next()
    }

    /// Forgets those who are not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(&W) -> bool) {
        self.reading.retain(&keep);
        self.creating.retain(&keep);
    }
}

/// Those who wait at one priority, by network. A network without any is not in it; the first one is next.
struct Line<W>(VecDeque<(ClientNetwork, VecDeque<W>)>);

impl<W> Line<W> {
    fn new() -> Self {
        Self(VecDeque::new())
    }

    fn len(&self) -> usize {
        self.0.iter().map(|(_, waiting)| waiting.len()).sum()
    }

    /// Where all places are taken, the network with the most gives up its last one, unless this one would have as many.
    fn join(&mut self, network: ClientNetwork, places: usize, waiter: W) -> bool {
        let at = self.0.iter().position(|(other, _)| *other == network);
        let own = at.map_or(0, |at| self.0[at].1.len());
        if self.len() >= places {
            let most = self.0.iter_mut().map(|(_, waiting)| waiting).max_by_key(|waiting| waiting.len());
            let Some(most) = most.filter(|most| most.len() > own + 1) else { return false };
            most.pop_back();
        }
        match at {
            Some(at) => self.0[at].1.push_back(waiter),
            None => self.0.push_back((network, VecDeque::from([waiter]))),
        }
        true
    }

    fn next(&mut self) -> Option<W> {
        let (network, mut waiting) = self.0.pop_front()?;
        let next = waiting.pop_front();
        if !waiting.is_empty() {
            self.0.push_back((network, waiting));
        }
        next
    }

    fn retain(&mut self, keep: impl Fn(&W) -> bool) {
        self.0.retain_mut(|(_, waiting)| {
            waiting.retain(&keep);
            !waiting.is_empty()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Priority::{Create, Read};
    use super::*;

    fn network(number: u8) -> ClientNetwork {
        ClientNetwork::of([192, 0, 2, number].into())
    }

    fn drain(mut queue: FairQueue<&'static str>) -> String {
        std::iter::from_fn(|| queue.next()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads_go_first_and_every_fourth_core_is_for_a_new_secret() {
        let mut queue = FairQueue::new();
        for name in ["c1", "c2", "c3"] {
            assert!(queue.join(Create, network(1), 100, name));
        }
        for name in ["r1", "r2", "r3", "r4", "r5"] {
            assert!(queue.join(Read, network(2), 100, name));
        }
        assert_eq!(queue.len(), 8);
        assert_eq!(drain(queue), "r1 r2 r3 c1 r4 r5 c2 c3");
    }

    #[test]
    fn reads_that_went_before_nobody_are_not_counted() {
        let mut queue = FairQueue::new();
        for name in ["r1", "r2", "r3"] {
            queue.join(Read, network(1), 100, name);
        }
        for name in ["r1", "r2", "r3"] {
            assert_eq!(queue.next(), Some(name));
        }
        queue.join(Create, network(1), 100, "c1");
        queue.join(Read, network(1), 100, "r4");
        assert_eq!(drain(queue), "r4 c1");
    }

    #[test]
    fn networks_take_turns_at_either_priority() {
        for priority in [Read, Create] {
            let mut queue = FairQueue::new();
            for (from, name) in [(1, "a1"), (1, "a2"), (1, "a3"), (2, "b1"), (3, "c1"), (2, "b2")] {
                assert!(queue.join(priority, network(from), 100, name));
            }
            assert_eq!(drain(queue), "a1 b1 c1 a2 b2 a3");
        }
    }

    #[test]
    fn one_that_has_many_places_gives_its_last_ones_up_to_others() {
        for priority in [Read, Create] {
            let mut queue = FairQueue::new();
            for name in ["a1", "a2", "a3", "a4"] {
                assert!(queue.join(priority, network(1), 4, name), "alone it has them all");
            }
            assert!(!queue.join(priority, network(1), 4, "a5"), "and no more");
            assert!(queue.join(priority, network(2), 4, "b1"));
            assert!(queue.join(priority, network(3), 4, "c1"));
            assert!(!queue.join(priority, network(3), 4, "c2"), "two and two is no better than two and one");
            assert_eq!(queue.len(), 4);
            assert_eq!(drain(queue), "a1 b1 c1 a2");
        }
    }

    #[test]
    fn neither_priority_takes_all_places_from_the_other() {
        let mut queue = FairQueue::new();
        let all = |queue: &mut FairQueue<_>, priority| {
            std::iter::repeat_with(|| queue.join(priority, network(1), 8, ""))
                .take_while(|joined| *joined)
                .count()
        };
        assert_eq!(all(&mut queue, Read), 8);
        assert_eq!(all(&mut queue, Create), 2);
        let mut queue = FairQueue::new();
        assert_eq!(all(&mut queue, Create), 8);
        assert_eq!(all(&mut queue, Read), 6);
        // Not even where nobody would be served in time.
        let mut queue = FairQueue::new();
        assert!(queue.join(Read, network(1), 0, "") && queue.join(Create, network(1), 0, ""));
    }

    #[test]
    fn who_has_gone_leaves_its_place() {
        let mut queue = FairQueue::new();
        for (from, name) in [(1, "a1"), (1, "gone"), (2, "gone")] {
            assert!(queue.join(Read, network(from), 3, name));
        }
        queue.retain(|name| *name != "gone");
        assert_eq!(queue.len(), 1);
        assert!(queue.join(Read, network(1), 3, "a2") && queue.join(Read, network(1), 3, "a3"));
        assert_eq!(drain(queue), "a1 a2 a3");
    }
}
