//! Moving in from an upstream server (v0.18 to v0.23): accounts with their tokens and lists, open secrets, receipts.
//!
//! ```text
//! accounts, secrets, receipts ──► source (its Redis, only ever read) ──► record (its hashes)
//!      │        │                      └─► lifetime                        report: counts and reasons
//!      └────────┴──► vault (opens, seals anew), store (adopts)             check: is that its secret?
//! ```
//!
//! Every step may be done again: what is here already stays as it is, in whatever state, so a second run changes nothing
//! and an interrupted one is finished by the next. The trap: that rests on receipts, which outlive their secrets. So no
//! secret is ever brought without one, even if its own is lost (docs/decisions/0014).

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

/// What is to be taken over.
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
    /// The old server's Redis.
    #[error(
        "the old Redis cannot be read\nhint: is the address right? its user needs `+@connection +info +scan +hgetall +pttl \
         +exists +zrevrangebyscore ~*`; run the import again, it goes on where it stopped"
    )]
    Source(#[from] redis::RedisError),
    /// Nothing of an upstream server is in there.
    #[error(
        "no account, secret or receipt of an upstream server up to v0.23 is in that Redis\nhint: is it the right one? \
         docs/moving-from-onetimesecret.md tells about other versions"
    )]
    Nothing,
    /// It is not the secret that the old server used.
    #[error(
        "of {looked} secrets without a passphrase none opens: this is not the old server's secret\nhint: it is `SECRET` in the \
         old server's environment, or `site: secret:` in its etc/config.yaml; nothing was written"
    )]
    WrongSecret {
        /// How many were tried.
        looked: u64,
    },
    /// Our own store.
    #[error(
        "the store did not take it\nhint: when it does again, run the import again: it goes on where it stopped"
    )]
    Store(#[from] store::Error),
    /// Our own keyring.
    #[error("sealing failed")]
    Sealing(#[from] vault::Error),
    /// A task ended early.
    #[error("a part of the work ended early\nhint: run the import again, it goes on where it stopped")]
    Task(#[from] tokio::task::JoinError),
}

/// Where to, and under which rules.
#[derive(Debug)]
pub struct Import {
    /// The store that takes it over; `None` to only look.
    pub store: Option<Arc<dyn Store>>,
    /// What seals it. When only looking, any.
    pub vault: Arc<Vault>,
    /// The old server's secret.
    pub secret: UpstreamSecret,
    /// The plans that are configured.
    pub plans: Vec<String>,
    /// Asked for each batch: remaining lives count from when they were read, and an import may take an hour.
    pub clock: Arc<dyn Clock>,
}

impl Import {
    /// Takes over what `only` says, or all.
    pub async fn run(&self, old: &Old, only: Option<Only>, progress: &Progress) -> Result<Report, Error> {
        let mut report = Report::default();
        let wanted = |part| only.is_none_or(|only| only == part);
        let parts = [Only::Accounts, Only::Secrets, Only::Metadata].map(wanted);
        let mut steps = source::Steps::new(old, parts, progress);
        if wanted(Only::Accounts) {
            self.accounts(old, &mut report, &mut steps).await?;
        }
        if wanted(Only::Secrets) {
            self.secrets(old, &mut report, &mut steps).await?;
        }
        if wanted(Only::Metadata) {
            self.receipts(old, &mut report, &mut steps).await?;
        }
        Ok(report)
    }

    /// Whether the old server's secret is right, as far as that can be told: `false` when there is nothing to try it on.
    pub async fn check_secret(old: &Old, secret: &UpstreamSecret) -> Result<bool, Error> {
        check::secret(old, secret).await
    }

    /// The present.
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Hands records to the store, and counts what became of them, which it answers in order.
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
