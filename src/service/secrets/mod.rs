//! Secrets: what callers do with them, a verb a file.
//!
//! Every way out of the store is a claim (`claim`).

use std::sync::Arc;

use tokio::sync::Notify;

use super::clock_watch::ClockWatch;
use super::limits::RateLimits;
use super::passphrase_lock::PassphraseLock;
use super::{Caller, Keys, Policy};
use crate::audit::Trail;
use crate::domain::{AccountId, AuditEvent, AuditKind, ClientNetwork, Clock, SecretId};
use crate::metrics::Metrics;
use crate::store::Store;
use crate::vault::Vault;

mod burn;
mod burn_all;
mod captcha;
mod claim;
mod generate;
mod look;
mod my_shares;
mod page;
pub mod password;
mod receipt;
mod recent;
mod reveal;
mod second_answers;
mod share;
mod share_domain;
mod turns;

pub use burn::Burned;
pub use burn_all::BurnedAll;
pub use captcha::Captcha;
pub use generate::GenerateRequest;
pub use look::SecretView;
pub use my_shares::MyShares;
pub use receipt::{ReceiptView, Undelivered};
pub use recent::RecentList;
pub use reveal::{Reveal, Revealed};
pub(super) use second_answers::SecondAnswers;
pub use share::{ShareOptions, ShareRequest, Shared};
pub use turns::Turn;
pub(super) use turns::Turns;

/// Shares secrets, and gives out or destroys what was shared.
#[derive(Debug)]
pub struct Secrets {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Arc<Vault>,
    pub(super) clock: Arc<dyn Clock>,
    /// For what is taken off lists because it has expired.
    pub(super) clock_watch: Arc<ClockWatch>,
    pub(super) policy: Arc<Policy>,
    pub(super) limits: Arc<RateLimits>,
    /// For keys that are new in the keyring.
    pub(super) keys: Arc<Keys>,
    pub(super) passphrase_lock: Arc<PassphraseLock>,
    /// For pages whose form comes twice.
    pub(super) second_answers: SecondAnswers,
    /// For lists of recent shares.
    pub(super) turns: Turns,
    /// Tells the outbox of a new notification; `None` where no mail server is configured.
    pub(super) wake: Option<Arc<Notify>>,
    pub(super) metrics: Metrics,
    /// Who has to be told what happened; `None` where nobody asked for it.
    pub(super) trail: Option<Trail>,
}

impl Secrets {
    /// Tells the audit trail, where there is one, what happened to a secret.
    fn note(
        &self,
        kind: AuditKind,
        secret: SecretId,
        account: Option<AccountId>,
        network: Option<ClientNetwork>,
    ) {
        if let Some(trail) = &self.trail {
            let at = self.clock.now();
            trail.note(AuditEvent { kind, at, secret: Some(secret), account, network });
        }
    }

    /// The same, of what a caller did.
    fn note_of(&self, kind: AuditKind, secret: SecretId, caller: &Caller) {
        self.note(kind, secret, caller.account().map(|account| account.id), Some(caller.network));
    }
}
