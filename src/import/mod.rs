//! Import from an upstream server (v0.18 to v0.26): accounts with tokens and recent lists, unread secrets, receipts.
//!
//! ```text
//! accounts, secrets, receipts ──► source (its Redis, only ever read: which layout, which database)
//!      │      │    │               └─► record, old_secret (its hashes), addresses, lifetime
//!      │      └► seal               report: counts and reasons
//!      └────────┴──► vault (decrypts, re-encrypts), store (imports)        check: are these its secrets?
//! ```
//!
//! Every step is idempotent: what is already here stays as it is, in whatever state, so a second run changes nothing
//! and an interrupted one is completed by the next. The trap: that rests on receipts, which outlive their secrets. So
//! no secret is ever imported without one, even if its own is lost (docs/decisions/0014). Of two layouts in one Redis only the newer
//! is taken (docs/decisions/0074).

use std::sync::Arc;

use crate::domain::{Clock, Progress, Timestamp};
use crate::store::{self, Store};
use crate::vault::{self, UpstreamSecret, UpstreamSecrets, Vault};

mod accounts;
mod addresses;
mod check;
mod lifetime;
mod old_secret;
mod receipts;
mod record;
mod report;
mod seal;
mod secrets;
mod source;

pub use check::Checked;
pub use report::{Report, Skip, Tally};
pub use source::{Layout, Old};

use addresses::Addresses;

/// A part of the data, to import only that.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Only {
    /// Accounts and their lists of recent shares.
    Accounts,
    /// Secrets that can still be read, with their receipts.
    Secrets,
    /// Receipts of secrets that have ended.
    Metadata,
}

/// Why an import ended early. Shows no key, value or address.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The old server's Redis failed.
    #[error(
        "the old Redis cannot be read\nhint: is the address right? its user needs `+@connection +info +scan +hscan +get +hgetall \
         +pttl +exists +zrevrangebyscore ~*`; run the import again, it goes on where it stopped"
    )]
    Source(#[from] redis::RedisError),
    /// That Redis holds no record of an upstream server.
    #[error(
        "no account, secret or receipt of an upstream server is in that Redis\nhint: is it the right one, and the right database? \
         docs/moving-from-onetimesecret.md tells which versions are read"
    )]
    Nothing,
    /// The database asked for is of v0.23 or earlier, and another one of a later version.
    #[error(
        "that database holds what is left of v0.23 or earlier, and another one of the same Redis what v0.24 or later keeps: what was \
         read since the upgrade would open again\nhint: leave the database's number out of the address; if the two never belonged \
         together, copy the older into a Redis of its own"
    )]
    OlderOfTwo,
    /// Of the later version there is nothing but that it was started.
    #[error(
        "that Redis holds what v0.24 or later leaves when it is started, without a single account, receipt or secret, and beside it \
         records of v0.23 or earlier: had that server ever served from it, what was read since would open again\nhint: if it never \
         took the earlier ones over, copy their databases into a Redis of their own, and import from there; nothing was written"
    )]
    OnlyStarted,
    /// Somebody writes to the old server's databases.
    #[error(
        "the old Redis is being written to, so the old server still runs: a secret could be read there and here\nhint: stop it, and \
         run the import again; nothing was written"
    )]
    Busy,
    /// Somebody wrote there while it was read.
    #[error(
        "the old Redis was written to while it was read, so the old server still runs: what was shared there meanwhile may be missing \
         here, and what was read there may open here once more\nhint: stop the old server, and run the import again for what is missing"
    )]
    WrittenMeanwhile,
    /// The given secrets are not those that the old server recognises.
    #[error(
        "this is not the old server's secret: its Redis says so\nhint: it is `SECRET` in the old server's environment; after a \
         rotation give those of `SECRET_PREVIOUS` as well, each by another `--secret-file`; nothing was written"
    )]
    OtherVerifier,
    /// Some values were sealed under a secret that was not given.
    #[error(
        "{unopened} secrets were sealed under another secret of the old server than those given\nhint: give those of its \
         `SECRET_PREVIOUS` as well, each by another `--secret-file`, or leave these secrets there with `--leave-unopened`; nothing \
         was written"
    )]
    MissingSecret {
        /// How many were looked at and do not open.
        unopened: u64,
    },
    /// Nothing tells which of several secrets protected values of v0.23 were sealed under.
    #[error(
        "nothing tells which of the given secrets {protected} protected secrets of v0.23 or earlier were sealed under: under another \
         one they would never open\nhint: give the one that the old server had up to v0.23, and leave out what it never had or has \
         shared nothing under since; nothing was written"
    )]
    UnclearSecret {
        /// How many there are.
        protected: u64,
    },
    /// The given secret is not the one the old server used.
    #[error(
        "none of {looked} secrets that were tried opens: this is not the old server's secret\nhint: it is `SECRET` in the \
         old server's environment, or `site: secret:` in its etc/config.yaml; nothing was written"
    )]
    WrongSecret {
        /// How many were tried.
        looked: u64,
    },
    /// The target store failed.
    #[error(
        "the store did not take it\nhint: when it does again, run the import again: it goes on where it stopped"
    )]
    Store(#[from] store::Error),
    /// Sealing failed.
    #[error("sealing failed")]
    Sealing(#[from] vault::Error),
    /// A task panicked or was cancelled.
    #[error("a part of the work ended early\nhint: run the import again, it goes on where it stopped")]
    Task(#[from] tokio::task::JoinError),
}

/// An import: target and settings.
#[derive(Debug)]
pub struct Import {
    /// The target store; `None` for a dry run.
    pub store: Option<Arc<dyn Store>>,
    /// Seals the records. Any vault, in a dry run.
    pub vault: Arc<Vault>,
    /// The old server's secrets.
    pub secrets: UpstreamSecrets,
    /// The one of them that it had up to v0.23 ([`Checked::site`]).
    pub site: UpstreamSecret,
    /// The configured plans.
    pub plans: Vec<String>,
    /// Read for each batch: remaining lifetimes count from when they were read, and an import may take an hour.
    pub clock: Arc<dyn Clock>,
}

impl Import {
    /// Imports what `only` says, or everything.
    pub async fn run(&self, old: &Old, only: Option<Only>, progress: &Progress) -> Result<Report, Error> {
        let mut report = Report::default();
        let includes = |part| only.is_none_or(|only| only == part);
        let parts = [Only::Accounts, Only::Secrets, Only::Metadata].map(includes);
        let mut steps = source::ScanProgress::new(old, parts, progress);
        let mut addresses = Addresses::load(old).await?;
        if includes(Only::Accounts) {
            self.accounts(old, &addresses, &mut report, &mut steps).await?;
        }
        if includes(Only::Secrets) {
            self.secrets(old, &mut addresses, &mut report, &mut steps).await?;
        }
        if includes(Only::Metadata) {
            self.receipts(old, &mut addresses, &mut report, &mut steps).await?;
        }
        Ok(report)
    }

    /// Checks that these are the old server's secrets. If some of its values were sealed under one that is missing, that is an
    /// error, unless they are to be left (`leave`).
    pub async fn check_secrets(old: &Old, secrets: &UpstreamSecrets, leave: bool) -> Result<Checked, Error> {
        check::secrets(old, secrets, leave).await
    }

    /// The current time.
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Stores records and counts the outcomes, which are returned in order.
    async fn import(
        &self,
        records: Vec<store::ImportedSecret>,
        tally: &mut Tally,
    ) -> Result<Vec<store::Put>, Error> {
        let puts = match &self.store {
            Some(store) => store.import(records, self.now()).await?,
            None => vec![store::Put::Stored; records.len()],
        };
        for put in &puts {
            match put {
                store::Put::Stored => tally.taken += 1,
                store::Put::Conflict => tally.there += 1,
            }
        }
        Ok(puts)
    }
}
