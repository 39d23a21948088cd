//! `[secrets]`: sizes and lifetimes.

use serde::Deserialize;

use super::Error;
use super::check::Check;

/// A year, in seconds: longer than that nothing is kept.
pub(super) const YEAR: u32 = 365 * 24 * 60 * 60;

/// The largest `max_size`. A secret is held in memory whole, several times over while it is sealed and sent, and its
/// request may be six times as large; a million bytes is what upstream ever took, and keeps a request at 6 MB.
pub(super) const LARGEST: usize = 1_000_000;

/// What holds for every secret, and for those made without an account.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// The largest secret without an account, in bytes.
    pub max_size: usize,
    /// The shortest lifetime, in seconds.
    pub ttl_min: u32,
    /// The lifetime when none is asked for.
    pub ttl_default: u32,
    /// The longest lifetime without an account.
    pub ttl_max_anonymous: u32,
    /// The longest lifetime of all.
    pub ttl_max: u32,
}

impl Secrets {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        check.within("secrets.max_size", self.max_size, 1..=LARGEST)?;
        check.at_least("secrets.ttl_min", self.ttl_min, 1)?;
        check.within("secrets.ttl_max", self.ttl_max, 1..=YEAR)?;
        let ladder = [
            ("secrets.ttl_min", self.ttl_min),
            ("secrets.ttl_default", self.ttl_default),
            ("secrets.ttl_max_anonymous", self.ttl_max_anonymous),
            ("secrets.ttl_max", self.ttl_max),
        ];
        ladder.windows(2).try_for_each(|pair| check.not_more(pair[0], pair[1]))
    }
}
