//! What came of an import: counts and reasons. No keys, values or addresses; of plans the names, if they are names.

use std::collections::BTreeMap;

/// Why something was not brought.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Skip {
    /// It was read or burned there.
    Ended,
    /// Its time is over.
    Expired,
    /// Made by the old server itself, to verify an account.
    Verification,
    /// Not an account but the site's counters.
    Counters,
    /// An account that was deleted there.
    Deleted,
    /// An entry of a list whose receipt is gone.
    NoReceipt,
    /// Its key is none that could be asked for.
    BadKey,
    /// Not a record of this kind.
    NoRecord,
    /// Does not open, or not to what its checksum says.
    Damaged,
    /// Sealed in a way nobody knows.
    UnknownCipher,
    /// Protected by something that is no bcrypt string.
    OldPassphrase,
    /// Not an e-mail address.
    BadEmail,
    /// The account is here, with another token.
    OtherToken,
}

impl Skip {
    /// Whether nothing is lost by it.
    #[must_use]
    pub fn is_harmless(self) -> bool {
        self < Self::BadKey
    }

    /// The reason, for people.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Ended => "read or burned there",
            Self::Expired => "expired",
            Self::Verification => "made by the old server to verify an account",
            Self::Counters => "the whole site's counters, not an account",
            Self::Deleted => "deleted there",
            Self::NoReceipt => "their receipts are gone",
            Self::BadKey => "the key is not 25 to 31 letters and digits",
            Self::NoRecord => "not a record of this kind",
            Self::Damaged => "damaged: does not open, or not to what its checksum says",
            Self::UnknownCipher => "sealed in an unknown way",
            Self::OldPassphrase => "the passphrase was not kept as a bcrypt string",
            Self::BadEmail => "the name is no e-mail address",
            Self::OtherToken => "here already, with another token: the old one does not work",
        }
    }
}

/// Counts of one kind of records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Brought by this run, or, when only looking, to be brought.
    pub taken: u64,
    /// Here already, and left as they are.
    pub there: u64,
    /// Not brought, by reason.
    pub skipped: BTreeMap<Skip, u64>,
}

impl Tally {
    pub(super) fn skip(&mut self, why: Skip) {
        *self.skipped.entry(why).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.taken += other.taken;
        self.there += other.there;
        for (why, count) in &other.skipped {
            *self.skipped.entry(*why).or_default() += count;
        }
    }
}

/// What came of it all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Accounts.
    pub accounts: Tally,
    /// Entries of their lists of recent shares.
    pub entries: Tally,
    /// Secrets that can be read, each with its receipt.
    pub secrets: Tally,
    /// Receipts of secrets that have ended.
    pub receipts: Tally,
    /// Of the secrets brought, how many are protected and stay sealed as the old server did.
    pub legacy: u64,
    /// Accounts brought that were not verified there; they work here as they did.
    pub unverified: u64,
    /// Accounts brought that had no token there.
    pub without_token: u64,
    /// Accounts brought, by plans that are not configured here.
    pub unknown_plans: BTreeMap<String, u64>,
}

impl Report {
    /// Every kind with its counts.
    pub fn tallies(&self) -> [(&'static str, &Tally); 4] {
        [
            ("accounts", &self.accounts),
            ("entries of recent lists", &self.entries),
            ("secrets", &self.secrets),
            ("ended receipts", &self.receipts),
        ]
    }

    /// How many records were not brought, though something is lost by it.
    #[must_use]
    pub fn lost(&self) -> u64 {
        let skipped = self.tallies().into_iter().flat_map(|(_, tally)| &tally.skipped);
        skipped.filter(|(why, _)| !why.is_harmless()).map(|(_, count)| count).sum()
    }
}
