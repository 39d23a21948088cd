//! A key in a line of `key list`. Says nothing of the present, so that scripts may compare.

use std::time::{Duration, UNIX_EPOCH};

use crate::domain::Timestamp;
use crate::vault::{Keyring, Retirement, RingKey};

/// What there is to know of `key`, if receipts live `lifetime` seconds at most.
pub(super) fn line(ring: &Keyring, key: &RingKey, lifetime: u64) -> String {
    let told = |word: &str, time: Option<Timestamp>| {
        time.map(|time| format!("{word} {}", date(time))).unwrap_or_default()
    };
    let (role, history, end) = match ring.retirement(key.id, lifetime) {
        None | Some(Retirement::Writes) => ("writes", told("  since", key.since), String::new()),
        Some(Retirement::From(time)) => (
            "reads ",
            format!("  wrote{}{}", told(" from", key.since), told(" until", key.until)),
            format!("  may be retired from {}", date(time)),
        ),
        Some(Retirement::NeverWrote) => {
            ("reads ", told("  added", key.added), "  never wrote, may be retired at any time".to_owned())
        }
        Some(Retirement::NotNoted) => (
            "reads ",
            told("  since", key.since),
            "  its end is not noted, may be retired with --force".to_owned(),
        ),
    };
    format!("{}  {role}{history}{end}", key.id)
}

/// The last second of the year 9999: later ones have no form, and only a mistyped keyring holds them.
const LATEST: u64 = 253_402_300_799;

/// A time for people, in UTC.
pub(super) fn date(Timestamp(seconds): Timestamp) -> String {
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(LATEST));
    humantime::format_rfc3339_seconds(time).to_string()
}
