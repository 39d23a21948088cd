//! Import from an upstream server (v0.18 to v0.23): accounts with tokens and recent lists, unread secrets, receipts.
//!
//! ```text
//! accounts, secrets, receipts ──► source (its Redis, only ever read) ──► record (its hashes)
//!      │        │                      └─► lifetime                        report: counts and reasons
//!      └────────┴──► vault (decrypts, re-encrypts), store (imports)        check: is that its secret?
//! ```
//!
//! Every step is idempotent: what is already here stays as it is, in whatever state, so a second run changes nothing
//! and an interrupted one is completed by the next. The trap: that rests on receipts, which outlive their secrets. So
//! no secret is ever imported without one, even if its own is lost (docs/decisions/0014).

use std::sync::Arc;

use crate::domain::{Clock, Progress, Timestamp};
use crate::store::{self, Store};
use crate::vault::{self, UpstreamSecret, Vault};

mod accounts;
mod check;
mod lifetime;
mod receipts;
mod record;
mod report;
mod secrets;
mod source;

pub use report::{Report, Skip, Tally};
pub use source::Old;

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
        "the old Redis cannot be read\nhint: is the address right? its user needs `+@connection +info +scan +hgetall +pttl \
         +exists +zrevrangebyscore ~*`; run the import again, it goes on where it stopped"
    )]
    Source(#[from] redis::RedisError),
    /// That Redis holds no record of an upstream server.
    #[error(
        "no account, secret or receipt of an upstream server up to v0.23 is in that Redis\nhint: is it the right one? \
         docs/moving-from-onetimesecret.md tells about other versions"
    )]
    Nothing,
    /// The given secret is not the one the old server used.
    #[error(
        "of {looked} secrets without a passphrase none opens: this is not the old server's secret\nhint: it is `SECRET` in the \
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
    /// The old server's secret.
    pub secret: UpstreamSecret,
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
        if includes(Only::Accounts) {
            self.accounts(old, &mut report, &mut steps).await?;
        }
        if includes(Only::Secrets) {
            self.secrets(old, &mut report, &mut steps).await?;
        }
        if includes(Only::Metadata) {
            self.receipts(old, &mut report, &mut steps).await?;
        }
        Ok(report)
    }

    /// Whether the old server's secret decrypts a sample: `false` when there is nothing to try it on.
    pub async fn check_secret(old: &Old, secret: &UpstreamSecret) -> Result<bool, Error> {
        check::secret(old, secret).await
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
