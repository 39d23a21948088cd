//! When a notification is tried again that could not be sent.

use crate::domain::{NotificationId, Timestamp};

/// Seconds after the first failure, the second one and so on; the last of them goes on. The fourth makes a try soon after 300 s
/// from the first one on: before that, greylisting lets nobody in (postgrey's default).
const PAUSES: [u64; 9] = [30, 60, 120, 100, 240, 480, 960, 1920, 3600];
/// How long before its secret expires a notification is tried for the last time, if it would not be otherwise, in seconds. What
/// comes later is of no use to its recipient.
const LAST_CALL: u64 = 30;

/// When a notification is due again that has failed `attempts` times before, and now once more. Never after its secret has
/// expired, so that its end is noticed then.
pub(super) fn again(now: Timestamp, attempts: u32, id: &NotificationId, expires: Timestamp) -> Timestamp {
    let next = now.plus(pause(attempts, id));
    if next < expires {
        return next;
    }
    let last = expires.minus(LAST_CALL);
    if last >= now.plus(PAUSES[0] / 2) { last } else { expires }
}

/// The pause, and up to a tenth of it more, by the notification: those that failed in one second do not all come back in one.
fn pause(attempts: u32, id: &NotificationId) -> u64 {
    let place = usize::try_from(attempts).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
    let jitter = u64::from(id.serial[1].wrapping_add(id.serial[2].wrapping_mul(attempts.to_le_bytes()[0])));
    PAUSES[place] + PAUSES[place] * jitter / 2560
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SlotTag;

    fn id(byte: u8) -> NotificationId {
        NotificationId { tag: SlotTag::parse("abc").unwrap(), serial: [byte; 16] }
    }

    /// When it is tried, in seconds from the first try on.
    fn tries(byte: u8, ttl: u64) -> Vec<u64> {
        let (mut tries, mut now) = (vec![0], Timestamp(1000));
        for attempts in 0..30 {
            now = again(now, attempts, &id(byte), Timestamp(1000 + ttl));
            if now.0 >= 1000 + ttl {
                break;
            }
            tries.push(now.0 - 1000);
        }
        tries
    }

    #[test]
    fn pauses_grow_up_to_an_hour() {
        assert_eq!(
            tries(0, 20_000),
            [0, 30, 90, 210, 310, 550, 1030, 1990, 3910, 7510, 11_110, 14_710, 18_310, 19_970]
        );
        assert_eq!(pause(u32::MAX, &id(0)), 3600);
    }

    /// A greylist that lets in after 300 s (postgrey's default), and secrets that do not live much longer.
    #[test]
    fn there_is_a_try_soon_after_300_seconds() {
        for byte in 0..=255 {
            for ttl in [400, 600, 3600, 86_400] {
                let tries = tries(byte, ttl);
                assert!(tries.iter().any(|at| (300..360).contains(at)), "{byte}, {ttl}: {tries:?}");
            }
        }
    }

    #[test]
    fn the_last_try_comes_before_the_end() {
        assert_eq!(tries(0, 300), [0, 30, 90, 210, 270]);
        assert_eq!(tries(0, 100), [0, 30, 90]);
        assert_eq!(tries(0, 85), [0, 30, 55]);
        assert_eq!(tries(0, 60), [0, 30]);
        let end = Timestamp(1040);
        assert_eq!(again(Timestamp(1030), 1, &id(0), end), end, "not again, but its end is noticed");
    }

    #[test]
    fn those_that_fail_together_do_not_come_back_together() {
        let pauses: std::collections::BTreeSet<_> = (0..=255).map(|byte| pause(4, &id(byte))).collect();
        assert!(pauses.len() > 10 && pauses.iter().all(|pause| (240..264).contains(pause)), "{pauses:?}");
    }
}
