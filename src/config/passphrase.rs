//! `[passphrase]`: the cost of hashing one, and how often one may be guessed.

use serde::Deserialize;

use super::Error;
use super::check::Check;

/// How passphrases are kept and tried.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassphraseRules {
    /// bcrypt's cost: 2 to the power of it rounds.
    pub cost: u32,
    /// Wrong tries per secret and client network within the window.
    pub tries: u32,
    /// The window, in seconds.
    pub window: u32,
}

impl PassphraseRules {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        let cheapest = if check.insecure_test { 4 } else { 10 };
        if (4..10).contains(&self.cost) && !check.insecure_test {
            return Err(Error::about(
                "passphrase.cost",
                &format!(
                    "expected 10 to 14, found `{}`\nhint: 4 to 9 is for tests, with `READONCE_INSECURE_TEST=1`",
                    self.cost
                ),
                &check.origin("passphrase.cost"),
            ));
        }
        check.within("passphrase.cost", self.cost, cheapest..=14)?;
        // No tries at all would make every protected secret unreadable.
        check.at_least("passphrase.tries", self.tries, 1)?;
        check.at_least("passphrase.window", self.window, 1)
    }
}
