//! Label values. Each label is a closed enum, so that nothing a client sent can become one.

use std::fmt;

/// A label of a metric: its name, and all its values.
pub(super) trait Label: Copy + fmt::Debug + Send + Sync + 'static {
    /// The label's name in a scrape.
    const NAME: &'static str;
    /// All values, in the order of [`Label::index`].
    const ALL: &'static [Self];

    /// This value as text in a scrape.
    fn value(self) -> &'static str;
    /// Its index in [`Label::ALL`].
    fn index(self) -> usize;
}

/// Declares an enum that is a [`Label`].
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
    /// A store operation.
    StoreOp = "operation" {
        /// A secret is stored.
        Put = "put",
        /// A claim.
        Take = "take",
        /// A passphrase attempt is given back.
        GiveBack = "give_back",
        /// A secret that did not open is marked as orphaned.
        Orphan = "orphan",
        /// One receipt.
        Receipt = "receipt",
        /// A secret, by its link and unread.
        Look = "look",
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
        /// A readiness check: whether the store can be written to.
        Ready = "ready",
        /// Expired records are deleted.
        Sweep = "sweep",
        /// Secrets are counted.
        Counts = "counts",
        /// Outbox entries are leased, removed, postponed, listed or counted.
        Outbox = "outbox",
    }
}

label! {
    /// The limit that refused a request.
    Limit = "limit" {
        /// `limits.create`, or a plan's.
        Create = "create",
        /// `limits.read`.
        Read = "read",
        /// `limits.login`.
        Login = "login",
        /// `limits.anonymous_secrets` and `limits.anonymous_bytes`.
        AnonymousQuota = "anonymous_quota",
        /// `limits.free_disk_anonymous` and `limits.free_disk`.
        FreeDisk = "free_disk",
        /// `smtp.per_hour`.
        Notifications = "notifications",
        /// `passphrase.tries`.
        Tries = "tries",
    }
}

label! {
    /// The kind of a store error.
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
    /// What became of a notification in the end.
    NotificationEnd = "outcome" {
        /// The mail server accepted it.
        Sent = "sent",
        /// It was given up, until an operator has it tried again.
        Dead = "dead",
        /// Its secret expired before it was sent.
        Expired = "expired",
        /// It was not wanted any more: its secret was read or burned, or its account is gone.
        Dropped = "dropped",
    }
}

label! {
    /// What became of a notice in the end.
    NoticeEnd = "outcome" {
        /// Its receiver accepted it.
        Sent = "sent",
        /// It was given up, until an operator has it tried again.
        Dead = "dead",
        /// Nobody wanted to hear of that end, or its account is gone or disabled.
        Dropped = "dropped",
    }
}

label! {
    /// Why the outbox waits.
    OutboxTrouble = "cause" {
        /// The mail server refuses user and password, or offers no way to log in.
        Login = "login",
        /// It cannot be reached, or takes nothing from here.
        Server = "server",
    }
}

label! {
    /// What became of somebody who wanted to sign in at the pages.
    SignIn = "outcome" {
        /// In, by an API token.
        Token = "token",
        /// In, by a trusted header.
        Header = "header",
        /// In, by OpenID Connect.
        Oidc = "oidc",
        /// Address and API token do not go together.
        Wrong = "wrong",
        /// Vouched for, but without an account.
        Unknown = "unknown",
        /// Vouched for, but the account is disabled.
        Disabled = "disabled",
        /// The trusted header names nobody, or more than one.
        Unnamed = "unnamed",
        /// The provider could not be had.
        ProviderAway = "provider_away",
        /// The provider and this server do not agree: settings.
        ProviderSetup = "provider_setup",
        /// What the provider, or somebody in its name, said does not hold.
        ProviderUntrusted = "provider_untrusted",
        /// Come back late, or not to what was begun.
        ProviderStale = "provider_stale",
        /// Refused at the provider.
        ProviderDenied = "provider_denied",
        /// Not among those of the provider who may.
        NotAllowed = "not_allowed",
        /// The provider named no address.
        NoAddress = "no_address",
        /// The provider did not say that it checked the address.
        Unverified = "unverified",
        /// Somebody else at the provider than the account is bound to.
        OtherSubject = "other_subject",
    }
}

label! {
    /// How exact a number of secrets is.
    Counted = "counted" {
        /// One by one.
        Exactly = "exactly",
        /// An upper bound, from the number of keys.
        AtMost = "at_most",
    }
}

label! {
    /// The API operation of a request; several routes can share one.
    Operation = "operation" {
        /// A value is shared.
        Share = "share",
        /// A password is made up and shared.
        Generate = "generate",
        /// A secret is read.
        Reveal = "reveal",
        /// A secret is destroyed.
        Burn = "burn",
        /// A receipt is read.
        Receipt = "receipt",
        /// An account's recent list.
        Recent = "recent",
        /// The status of the server, and the check of credentials.
        Status = "status",
        /// A value is shared, by v2.
        V2Conceal = "v2_conceal",
        /// A password is made up and shared, by v2.
        V2Generate = "v2_generate",
        /// A secret is looked at before it is read, or asked whether it is there; by v2, as v1 has no such thing.
        V2Show = "v2_show",
        /// A secret is read, by v2.
        V2Reveal = "v2_reveal",
        /// A secret is destroyed, by v2.
        V2Burn = "v2_burn",
        /// A receipt is read, by v2.
        V2Receipt = "v2_receipt",
        /// An account's recent list, by v2.
        V2Recent = "v2_recent",
        /// The status of the server, its languages and the contract it speaks, by v2.
        V2Status = "v2_status",
    }
}

/// An event in the life of a secret; each has its own counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretEvent {
    /// It was stored.
    Shared,
    /// It was claimed by a reader.
    Revealed,
    /// It was destroyed unread.
    Burned,
    /// It was claimed, and did not open.
    Orphaned,
}
