//! How far the clock of a server is off, and since when, as whoever sets it knows.

use std::sync::Mutex;

/// What its clock may have shown between two moments is the right time and one of these.
pub(super) struct Offsets(Mutex<Vec<Set>>);

/// It is set: from `began` on it may be off by `seconds`, and by nothing else when it is `over`.
#[derive(Clone, Copy)]
struct Set {
    began: u64,
    over: u64,
    seconds: i64,
}

impl Offsets {
    /// Off by so much from the start.
    pub(super) fn new(seconds: i64) -> Self {
        Self(Mutex::new(vec![Set { began: 0, over: 0, seconds }]))
    }

    /// Sets it by `set`; `moment` gives the order of this and all else.
    pub(super) fn set(&self, seconds: i64, moment: impl Fn() -> u64, set: impl FnOnce(i64)) {
        self.0.lock().unwrap().push(Set { began: moment(), over: u64::MAX, seconds });
        set(seconds);
        self.0.lock().unwrap().last_mut().expect("the one that was begun").over = moment();
    }

    /// All that may have held between two moments.
    pub(super) fn between(&self, began: u64, over: u64) -> Vec<i64> {
        let mut found = Vec::new();
        let mut shown_until = u64::MAX;
        for set in self.0.lock().unwrap().iter().rev() {
            if set.began <= over && began <= shown_until && !found.contains(&set.seconds) {
                found.push(set.seconds);
            }
            shown_until = set.over;
        }
        found
    }
}

#[test]
fn between_two_moments_all_hold_that_were_not_over() {
    let offsets = Offsets::new(0);
    let order = std::cell::Cell::new(10);
    let moment = || order.replace(order.get() + 10);
    offsets.set(5, moment, |_| {}); // from 10 to 20
    offsets.set(-7, moment, |_| {}); // from 30 to 40
    for (began, over, expected) in [
        (0, 9, vec![0]),
        (0, 10, vec![5, 0]),
        (20, 29, vec![5, 0]),
        (21, 29, vec![5]),
        (21, 30, vec![-7, 5]),
        (41, u64::MAX, vec![-7]),
        (0, u64::MAX, vec![-7, 5, 0]),
    ] {
        assert_eq!(offsets.between(began, over), expected, "{began} to {over}");
    }
}
