//! The words that labels are made of: all there are.

/// An enum whose variants are texts, and which knows them all in order.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$what])* $variant,)*
        }

        impl $name {
            /// All of them as they stand in a scrape, in the order of their numbers.
            pub const TEXTS: &'static [&'static str] = &[$($text),*];
        }
    };
}

words! {
    /// A method of the store's port.
    Trip {
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
        Census = "census",
        /// The outbox: letters are leased, removed, put off, listed or counted.
        Letters = "letters",
    }
}

words! {
    /// What befalls a secret; each has a counter of its own.
    Ending {
        /// It was stored.
        Shared = "readonce_secrets_shared_total",
        /// A reader's claim was won.
        Revealed = "readonce_secrets_revealed_total",
        /// It was destroyed unread.
        Burned = "readonce_secrets_burned_total",
        /// It was won, and did not open.
        Orphaned = "readonce_secrets_orphaned_total",
    }
}

words! {
    /// What refuses a request for being one too many.
    Limit {
        /// `limits.create`, or a plan's.
        Create = "create",
        /// `limits.read`.
        Read = "read",
        /// `limits.login`.
        Login = "login",
        /// `limits.anonymous_secrets` and `limits.anonymous_bytes`.
        Unread = "unread",
        /// `smtp.per_hour`.
        Letters = "letters",
        /// `passphrase.tries`.
        Tries = "tries",
    }
}

words! {
    /// Trouble with the store, as its port tells it.
    StoreTrouble {
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

words! {
    /// How good a number of secrets is.
    Counted {
        /// One by one.
        Exactly = "exactly",
        /// An upper bound, from how many keys there are.
        AtMost = "at_most",
    }
}

words! {
    /// What a request is about, whatever its path is called.
    Operation {
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

impl Operation {
    /// What a route template of the API is for; `None` for all others.
    pub(super) fn of(route: &str) -> Option<Self> {
        let rest = route.strip_prefix("/api/v1/")?;
        match rest {
            "share" | "create" => return Some(Self::Share),
            "generate" => return Some(Self::Generate),
            "secret/{key}" => return Some(Self::Reveal),
            "status" | "authcheck" => return Some(Self::Status),
            _ => {}
        }
        match rest.split_once('/')?.1 {
            "recent" => Some(Self::Recent),
            "{key}" => Some(Self::Receipt),
            "{key}/burn" => Some(Self::Burn),
            _ => None,
        }
    }
}
