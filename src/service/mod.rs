//! The verbs, in parts that hold only what they use: secrets (share, generate, reveal, burn, receipt, recent, my shares), accounts,
//! sessions, outbox, keys, maintenance, readiness, stats; and the rate limits in front of them.
//!
//! It knows no HTTP and no named backend; it is where keys are hashed, values sealed and opened, and where the order of
//! checks stands. Plaintext leaves [`Secrets::reveal`] only, through a claim that was won.

use std::sync::Arc;

use limits::RateLimits;

use crate::metrics::Metrics;

mod accounts;
mod builder;
mod caller;
mod clock_watch;
mod deadline;
mod error;
mod keys;
mod limits;
mod maintenance;
mod outbox;
mod passphrase_lock;
mod policy;
mod provider;
mod readiness;
mod secrets;
mod sessions;
mod stats;
mod token_uses;
mod tokens;

pub use crate::store::{Bound, Cursor, OutboxDepth};
pub use crate::vault::owner_id;
pub use accounts::Accounts;
pub use builder::ServiceBuilder;
pub use caller::{Caller, SignedIn};
pub use error::{BadPasswordRule, Error};
pub use keys::{CanaryCheckError, KeySource, KeySourceError, Keys, Reloaded};
pub use limits::{AccountPermit, CreatePermit, Limits, ReadPermit, ReceiptPermit, Refused};
pub use maintenance::Maintenance;
pub use outbox::{Listed, ListedNotice, Outbox};
pub use policy::{Access, Join, LinkDomain, Plan, Policy};
pub use provider::NotLetIn;
pub use readiness::Readiness;
pub use secrets::{
    Burned, BurnedAll, Captcha, GenerateRequest, MyShares, ReceiptView, RecentList, Reveal, Revealed,
    SecretView, Secrets, ShareOptions, ShareRequest, Shared, Turn, Undelivered, password,
};
pub use sessions::{NotJoined, Session, Sessions};
pub use stats::Stats;
pub use tokens::{ListedToken, TokenMade, which_token};

/// All parts of one server, made by a [`ServiceBuilder`]. Who may use a verb of [`Secrets`] is decided here: `admit_…`
/// gives the permit that it takes.
#[derive(Debug)]
pub struct Service {
    policy: Arc<Policy>,
    limits: Arc<RateLimits>,
    metrics: Metrics,
    secrets: Secrets,
    accounts: Accounts,
    sessions: Sessions,
    outbox: Arc<Outbox>,
    keys: Arc<Keys>,
    maintenance: Maintenance,
    readiness: Readiness,
    stats: Stats,
}

impl Service {
    /// The rules it follows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Where it records what it does.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Secrets and their receipts.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Accounts and their tokens.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Sessions of people who sign in at the pages.
    #[must_use]
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Notifications of recipients.
    #[must_use]
    pub fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// The keyring, and whether it is the store's.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// What keeps the store in order.
    #[must_use]
    pub fn maintenance(&self) -> &Maintenance {
        &self.maintenance
    }

    /// Whether this instance can do its work.
    #[must_use]
    pub fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// How the server and its store do.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }
}
