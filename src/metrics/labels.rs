//! The values that labels can have. Each label is a closed enum, so that nothing a client sent can become one.

use std::fmt;

/// A label of a metric: its name, and all values that it can have.
pub(super) trait Label: Copy + fmt::Debug + Send + Sync + 'static {
    /// The label's name in a scrape.
    const NAME: &'static str;
    /// All values, each at its [`Label::index`].
    const ALL: &'static [Self];

    /// This value in a scrape.
    fn value(self) -> &'static str;
    /// Where it stands in [`Label::ALL`].
    fn index(self) -> usize;
}

/// An enum that is a [`Label`].
macro_rules! label {
    ($(#[$about:meta])* $name:ident = $label:literal { $($(#[$what:meta])* $variant:ident = $value:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$what])* $variant,)*
        }

        impl Label for $name {
            const NAME: &'static str = $label;
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            fn value(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

label! {
    /// An operation of the store's port.
    StoreOp = "operation" {
        /// A secret is stored.
        Put = "put",
        /// A claim.
        Take = "take",
        /// A try is given back.
        GiveBack = "give_back",
        /// A secret did not open.
        Orphan = "orphan",
        /// One receipt.
        Receipt = "receipt",
        /// Many receipts.
        Receipts = "receipts",
        /// A list of recent shares.
        Recent = "recent",
        /// An account is read.
        Account = "account",
        /// An account is made, changed or deleted, or all are listed.
        Accounts = "accounts",
        /// The keyring's canary.
        Canary = "canary",
        /// The store is asked whether it can be written to.
        Ready = "ready",
        /// Expired things are collected.
        Sweep = "sweep",
        /// Secrets are counted.
        Counts = "counts",
        /// The outbox: notifications are leased, removed, put off, listed or counted.
        Outbox = "outbox",
    }
}

label! {
    /// What refuses a request for being one too many.
    Limit = "limit" {
        /// `limits.create`, or a plan's.
        Create = "create",
        /// `limits.read`.
        Read = "read",
        /// `limits.login`.
        Login = "login",
        /// `limits.anonymous_secrets` and `limits.anonymous_bytes`.
        AnonymousQuota = "anonymous_quota",
        /// `smtp.per_hour`.
        Notifications = "notifications",
        /// `passphrase.tries`.
        Tries = "tries",
    }
}

label! {
    /// An error of the store's port.
    StoreErrorKind = "error" {
        /// Nothing was done.
        Unavailable = "unavailable",
        /// It may have been done.
        OutcomeUnknown = "outcome_unknown",
        /// Too few replicas.
        Unconfirmed = "unconfirmed",
        /// A record cannot be read.
        Corrupt = "corrupt",
    }
}

label! {
    /// How good a number of secrets is.
    Counted = "counted" {
        /// One by one.
        Exactly = "exactly",
        /// An upper bound, from how many keys there are.
        AtMost = "at_most",
    }
}

label! {
    /// What a request is about, whatever its path is called.
    Operation = "operation" {
        /// A value is shared.
        Share = "share",
        /// A password is made up and shared.
        Generate = "generate",
        /// A value is asked for.
        Reveal = "reveal",
        /// A secret is destroyed.
        Burn = "burn",
        /// What became of a secret.
        Receipt = "receipt",
        /// An account's shares.
        Recent = "recent",
        /// Whether the server is up, and a log-in right.
        Status = "status",
    }
}

/// What can happen to a secret; each has a counter of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretEvent {
    /// It was stored.
    Shared,
    /// A reader's claim was won.
    Revealed,
    /// It was destroyed unread.
    Burned,
    /// It was won, and did not open.
    Orphaned,
}
