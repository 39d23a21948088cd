//! One line of `key list`: a key's role and history. It does not depend on the current time, so that scripts can compare.

use crate::domain::Timestamp;
use crate::vault::{Keyring, Retirement, RingKey};

/// What there is to know of `key`, if receipts live `lifetime` seconds at most.
pub(super) fn line(ring: &Keyring, key: &RingKey, lifetime: u64) -> String {
    let dated =
        |word: &str, time: Option<Timestamp>| time.map(|time| format!("{word} {time}")).unwrap_or_default();
    let (role, history, end) = match ring.retirement(key.id, lifetime) {
        None | Some(Retirement::Writes) => ("writes", dated("  since", key.since), String::new()),
        Some(Retirement::From(time)) => (
            "reads ",
            format!("  wrote{}{}", dated(" from", key.since), dated(" until", key.until)),
            format!("  may be retired from {time}"),
        ),
        Some(Retirement::NeverWrote) => {
            ("reads ", dated("  added", key.added), "  never wrote, may be retired at any time".to_owned())
        }
        Some(Retirement::NotNoted) => (
            "reads ",
            dated("  since", key.since),
            "  its end is not noted, may be retired with --force".to_owned(),
        ),
    };
    format!("{}  {role}{history}{end}", key.id)
}
