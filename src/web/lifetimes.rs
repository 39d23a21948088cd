//! The lifetimes to choose from: the operator's, or round ones, within what is allowed; and the one that is taken where
//! none is asked for.

use crate::domain::TtlPolicy;

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

/// Lifetimes people think in, seconds.
const ROUND: [u32; 11] =
    [5 * MINUTE, 30 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY];

/// The choices under a policy, in seconds, rising; `offered` are the operator's, if there are any.
pub(super) fn choices(policy: &TtlPolicy, offered: &[u32]) -> Vec<u32> {
    let allowed = |seconds: &u32| (policy.min..=policy.max).contains(seconds);
    let offered = if offered.is_empty() { &ROUND } else { offered };
    let usual = policy.clamp(None).seconds();
    let mut choices: Vec<u32> = offered.iter().copied().filter(allowed).chain([usual]).collect();
    choices.sort_unstable();
    choices.dedup();
    choices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allowed_is_offered_and_always_the_default() {
        let choices = |min, default, max| super::choices(&TtlPolicy { min, default, max }, &[]);
        assert_eq!(
            choices(60, 604_800, 604_800),
            [300, 1800, 3600, 14_400, 43_200, 86_400, 259_200, 604_800]
        );
        assert_eq!(choices(3600, 5000, 14_400), [3600, 5000, 14_400]);
        assert_eq!(choices(60, 61, 62), [61]);
        assert_eq!(choices(1, 86_400, 31_536_000).last(), Some(&7_776_000));
        // A plan whose longest is shorter than the default.
        assert_eq!(choices(60, 604_800, 5000), [300, 1800, 3600, 5000]);
    }

    #[test]
    fn the_operators_own_take_the_place_of_the_round_ones() {
        let policy = TtlPolicy { min: 60, default: 7200, max: 86_400 };
        assert_eq!(super::choices(&policy, &[86_400, 600, 604_800]), [600, 7200, 86_400]);
        assert_eq!(super::choices(&policy, &[7200]), [7200]);
    }
}
