//! Expiry of imported records: upstream keeps it as Redis' own TTL, readonce derives it from creation and lifetime.

use crate::domain::Timestamp;

/// Tolerance in seconds, as both were rounded: within it the lifetime is the requested one.
const ROUNDING: u64 = 2;

/// Creation time and lifetime of a record that expires at `ends`, after `times` lifetimes.
pub(super) fn lifetime(
    created: Option<Timestamp>,
    asked: Option<u64>,
    ends: Timestamp,
    times: u64,
    now: Timestamp,
) -> (Timestamp, u32) {
    let asked = asked.unwrap_or(0);
    let whole = asked.saturating_mul(times);
    let created = created.unwrap_or_else(|| ends.minus(whole)).min(now);
    let lives = created.until(ends);
    let is_as_asked = asked > 0 && lives.abs_diff(whole) <= ROUNDING;
    let ttl = if is_as_asked { asked } else { lives.div_ceil(times) };
    (created, u32::try_from(ttl).unwrap_or(u32::MAX))
}

/// When a key with a PTTL of `lives` milliseconds expires. Without a TTL: after `times` lifetimes. `None`: it has
/// expired.
pub(super) fn ends(
    lives: i64,
    created: Option<Timestamp>,
    asked: Option<u64>,
    times: u64,
    now: Timestamp,
) -> Option<Timestamp> {
    let ends = match u64::try_from(lives) {
        Ok(milliseconds) => now.plus(milliseconds.div_ceil(1000)),
        Err(_) => created?.plus(asked?.saturating_mul(times)),
    };
    (ends > now).then_some(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn what_was_asked_for_if_that_is_when_it_ends() {
        let created = Some(NOW.minus(100));
        for (ends, expected) in [(500, 600), (498, 600), (502, 600), (497, 597), (503, 603), (1, 101)] {
            assert_eq!(lifetime(created, Some(600), NOW.plus(ends), 1, NOW), (NOW.minus(100), expected));
        }
        assert_eq!(lifetime(created, Some(600), NOW.plus(1100), 2, NOW), (NOW.minus(100), 600));
        assert_eq!(lifetime(created, Some(600), NOW.plus(300), 2, NOW), (NOW.minus(100), 200));
        assert_eq!(lifetime(None, Some(600), NOW.plus(500), 1, NOW), (NOW.minus(100), 600));
        assert_eq!(lifetime(None, None, NOW.plus(500), 1, NOW), (NOW, 500));
        assert_eq!(lifetime(None, None, NOW.plus(2), 1, NOW), (NOW, 2), "nothing was asked for");
        assert_eq!(lifetime(created, Some(u64::MAX), NOW.plus(500), 2, NOW), (NOW.minus(100), 300));
        assert_eq!(
            lifetime(Some(NOW.plus(9)), Some(600), NOW.plus(609), 1, NOW),
            (NOW, 609),
            "its clock is ahead"
        );
    }

    #[test]
    fn an_end_is_in_the_future() {
        assert_eq!(ends(1, None, None, 1, NOW), Some(NOW.plus(1)));
        assert_eq!(ends(0, None, None, 1, NOW), None);
        assert_eq!(ends(-1, Some(NOW), Some(60), 2, NOW), Some(NOW.plus(120)));
        assert_eq!(ends(-1, Some(NOW.minus(60)), Some(60), 1, NOW), None);
        assert_eq!(ends(-1, None, Some(60), 1, NOW), None);
        assert_eq!(ends(-1, Some(NOW), Some(u64::MAX), 2, NOW), Some(Timestamp(u64::MAX)));
    }
}
