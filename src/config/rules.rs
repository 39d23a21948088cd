//! `[secrets]`, `[passphrase]` and the check of `[limits]`: how large, how long and how often.

use serde::Deserialize;

use super::Error;
use super::check::Check;
use crate::domain::passphrase::MAX_CHARS;
use crate::service::Limits;

/// A year, in seconds: longer than that nothing is kept.
pub(super) const YEAR: u32 = 365 * 24 * 60 * 60;

/// The largest `max_size`. A secret is held in memory whole, several times over while it is sealed and sent, and its
/// request may be six times as large; a million bytes is what upstream ever took, and keeps a request at 6 MB.
pub(super) const LARGEST: usize = 1_000_000;

/// `[secrets]`: what holds for every secret, and for those made without an account.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretsSection {
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

impl SecretsSection {
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

/// `[passphrase]`: how passphrases are hashed, how often one may be guessed, and what new ones have to be like.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseSection {
    /// bcrypt's cost: 2 to the power of it rounds.
    pub cost: u32,
    /// Wrong tries per secret and client network within the window.
    pub tries: u32,
    /// The window, in seconds.
    pub window: u32,
    /// Whether every secret needs one.
    pub required: bool,
    /// The shortest one, in characters.
    pub min_length: usize,
}

impl PassphraseSection {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        let (key, cost) = ("passphrase.cost", self.cost);
        if (4..10).contains(&cost) && !check.insecure_test {
            let problem = format!(
                "expected 10 to 14, found `{cost}`\nhint: 4 to 9 is for tests, with `READONCE_INSECURE_TEST=1`"
            );
            return Err(Error::about(key, &problem, &check.origin(key)));
        }
        check.within(key, cost, if check.insecure_test { 4 } else { 10 }..=14)?;
        // No tries at all would make every protected secret unreadable.
        check.at_least("passphrase.tries", self.tries, 1)?;
        check.at_least("passphrase.window", self.window, 1)?;
        check.within("passphrase.min_length", self.min_length, 0..=MAX_CHARS)
    }
}

/// `[limits]`: 0 turns any of them off, but a window of nothing is none.
pub(super) fn check_limits(limits: &Limits, check: &Check<'_>) -> Result<(), Error> {
    check.at_least("limits.window", limits.window.as_secs(), 1)
}
