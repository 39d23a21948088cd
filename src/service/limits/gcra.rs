//! The generic cell rate algorithm, as ITU-T Recommendation I.371 has it ("virtual scheduling algorithm"): events `T` apart,
//! where each may come `τ` too early. With `T` = window / n and `τ` = (n - 1)·T that is `n` at once, and one more every `T`.
//!
//! All there is to remember is the theoretical arrival time (TAT) of the next event. Times and durations are nanoseconds.

use std::num::NonZeroU32;
use std::time::Duration;

/// How often something may happen: GCRA(T, τ).
#[derive(Clone, Copy, Debug)]
pub(super) struct Gcra {
    /// `T`.
    interval: u64,
    /// `τ`.
    tolerance: u64,
}

impl Gcra {
    /// `n` per `window`; the division is rounded down, in favour of who asks.
    pub(super) fn new(n: NonZeroU32, window: Duration) -> Self {
        let interval = u64::try_from(window.as_nanos() / u128::from(n.get())).unwrap_or(u64::MAX).max(1);
        Self { interval, tolerance: interval.saturating_mul(u64::from(n.get() - 1)) }
    }

    /// Whether an event conforms at `now`; if not, in how many nanoseconds one does.
    pub(super) fn check(self, tat: u64, now: u64) -> Result<(), u64> {
        match tat.saturating_sub(self.tolerance).saturating_sub(now) {
            0 => Ok(()),
            early => Err(early),
        }
    }

    /// The TAT after an event at `now` that conforms.
    pub(super) fn after(self, tat: u64, now: u64) -> u64 {
        tat.max(now).saturating_add(self.interval)
    }

    /// The TAT after an event at `now` that cannot be refused any more, since it has happened. One that did not conform counts
    /// like any other, but nobody is kept waiting for longer than the window.
    pub(super) fn after_unchecked(self, tat: u64, now: u64) -> u64 {
        let window = self.tolerance.saturating_add(self.interval);
        self.after(tat, now).min(now.saturating_add(self.tolerance).saturating_add(window))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gcra(n: u32, window: u64) -> Gcra {
        Gcra::new(NonZeroU32::new(n).unwrap(), Duration::from_nanos(window))
    }

    /// The other description of I.371, which it calls equivalent: the continuous-state leaky bucket. It leaks one unit a
    /// nanosecond, each event that conforms pours `T` units in, and one that finds more than `τ` does not conform.
    struct LeakyBucket {
        gcra: Gcra,
        level: u64,
        last_conforming: u64,
    }

    impl LeakyBucket {
        fn pour(&mut self, now: u64) -> bool {
            let level = self.level.saturating_sub(now - self.last_conforming);
            let conforms = level <= self.gcra.tolerance;
            if conforms {
                (self.level, self.last_conforming) = (level + self.gcra.interval, now);
            }
            conforms
        }
    }

    proptest! {
        #[test]
        fn virtual_scheduling_admits_what_the_leaky_bucket_admits(
            n in 1_u32..20,
            window in 1_u64..1000,
            gaps in prop::collection::vec(0_u64..200, 1..300),
        ) {
            let gcra = gcra(n, window);
            let mut bucket = LeakyBucket { gcra, level: 0, last_conforming: 0 };
            let (mut now, mut tat) = (0, 0);
            for gap in gaps {
                now += gap;
                let checked = gcra.check(tat, now);
                prop_assert_eq!(checked.is_ok(), bucket.pour(now), "at {}", now);
                if checked.is_ok() {
                    tat = gcra.after(tat, now);
                }
            }
        }

        #[test]
        fn never_more_than_n_and_the_rate_are_admitted_in_any_span(
            n in 1_u32..20,
            window in 1_u64..1000,
            gaps in prop::collection::vec(0_u64..60, 1..300),
        ) {
            let gcra = gcra(n, window);
            let (mut now, mut tat) = (0, 0);
            let mut admitted: Vec<u64> = Vec::new();
            for gap in gaps {
                now += gap;
                if gcra.check(tat, now).is_ok() {
                    tat = gcra.after(tat, now);
                    admitted.push(now);
                }
            }
            for (first, since) in admitted.iter().enumerate() {
                for (last, until) in admitted.iter().enumerate().skip(first) {
                    let events = u64::try_from(last - first + 1).unwrap();
                    prop_assert!(events <= u64::from(n) + (until - since) / gcra.interval);
                }
            }
        }

        #[test]
        fn the_wait_that_is_told_is_exact_and_never_longer_than_the_window(
            n in 1_u32..20,
            window in 1_u64..1000,
            events in prop::collection::vec((0_u64..60, any::<bool>()), 1..100),
        ) {
            let gcra = gcra(n, window);
            let (mut now, mut tat) = (0, 0);
            for (gap, checked) in events {
                now += gap;
                if let Err(wait) = gcra.check(tat, now) {
                    prop_assert!(wait <= window.max(u64::from(n)), "at least a nanosecond each");
                    prop_assert_eq!(gcra.check(tat, now + wait), Ok(()));
                    prop_assert_eq!(gcra.check(tat, now + wait - 1), Err(1));
                    if checked {
                        continue;
                    }
                }
                tat = if checked { gcra.after(tat, now) } else { gcra.after_unchecked(tat, now) };
            }
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        for (n, window) in [(u32::MAX, u64::MAX), (1, u64::MAX), (u32::MAX, 1)] {
            let gcra = gcra(n, window);
            let tat = gcra.after_unchecked(u64::MAX, u64::MAX - 1);
            assert!(tat >= u64::MAX - 1);
            assert_eq!(gcra.check(0, 0), Ok(()));
        }
    }
}
