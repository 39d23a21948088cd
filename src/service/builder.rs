//! Puts a [`Service`] together, and hands each part what it uses.

use std::sync::Arc;

use tokio::sync::Notify;

use super::accounts::Accounts;
use super::clock_watch::ClockWatch;
use super::keys::{KeySource, Keys};
use super::limits::RateLimits;
use super::maintenance::Maintenance;
use super::outbox::{Delivery, Outbox};
use super::passphrase_lock::PassphraseLock;
use super::readiness::Readiness;
use super::secrets::{SecondAnswers, Secrets, Turns};
use super::sessions::Sessions;
use super::stats::Stats;
use super::token_uses::TokenUses;
use super::{Policy, Service};
use crate::audit::Trail;
use crate::domain::Clock;
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::store::Store;
use crate::vault::Vault;

/// What a [`Service`] is made of.
#[derive(Debug)]
pub struct ServiceBuilder {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    metrics: Metrics,
    key_source: Option<Arc<dyn KeySource>>,
    mailer: Option<Arc<dyn Mailer>>,
    trail: Option<Trail>,
}

impl ServiceBuilder {
    /// A service over a store and a vault, under a policy: without metrics or mail, with the keyring it has.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, vault: Arc<Vault>, clock: Arc<dyn Clock>, policy: Policy) -> Self {
        Self {
            store,
            vault,
            clock,
            policy,
            metrics: Metrics::default(),
            key_source: None,
            mailer: None,
            trail: None,
        }
    }

    /// Records what it does in `metrics`.
    #[must_use]
    pub fn metrics(self, metrics: &Metrics) -> Self {
        Self { metrics: metrics.clone(), ..self }
    }

    /// Reloads its keyring from `source`. Without one, the ring it has is all it ever has.
    #[must_use]
    pub fn key_source(self, source: Arc<dyn KeySource>) -> Self {
        Self { key_source: Some(source), ..self }
    }

    /// Sends mail by `mailer`. Without one, a share with a recipient is refused.
    #[must_use]
    pub fn mailer(self, mailer: Arc<dyn Mailer>) -> Self {
        Self { mailer: Some(mailer), ..self }
    }

    /// Tells a trail what happens. Without one, nothing is noted.
    #[must_use]
    pub fn trail(self, trail: Option<Trail>) -> Self {
        Self { trail, ..self }
    }

    /// The service.
    #[must_use]
    pub fn build(self) -> Service {
        let Self { store, vault, clock, policy, metrics, key_source, mailer, trail } = self;
        let limits = RateLimits::new(&policy, &store, &clock, &metrics);
        let (limits, policy) = (Arc::new(limits), Arc::new(policy));
        let clock_watch = Arc::new(ClockWatch::new(store.clone(), clock.clone()));
        let passphrase_lock = Arc::new(PassphraseLock::default());
        let keys =
            Arc::new(Keys::new(store.clone(), vault.clone(), clock.clone(), metrics.clone(), key_source));
        let uses = Arc::new(TokenUses::default());
        let wake = mailer.as_ref().map(|_| Arc::new(Notify::new()));
        let delivery = mailer.zip(wake.clone()).map(|(mailer, wake)| Delivery::new(mailer, wake));
        let outbox = Arc::new(Outbox {
            store: store.clone(),
            vault: vault.clone(),
            clock: clock.clone(),
            policy: policy.clone(),
            keys: keys.clone(),
            metrics: metrics.clone(),
            delivery,
        });
        Service {
            secrets: Secrets {
                store: store.clone(),
                vault: vault.clone(),
                clock: clock.clone(),
                clock_watch: clock_watch.clone(),
                policy: policy.clone(),
                limits: limits.clone(),
                keys: keys.clone(),
                passphrase_lock: passphrase_lock.clone(),
                second_answers: SecondAnswers::default(),
                turns: Turns::default(),
                wake,
                metrics: metrics.clone(),
                trail: trail.clone(),
            },
            accounts: Accounts {
                store: store.clone(),
                clock: clock.clone(),
                limits: limits.clone(),
                uses: uses.clone(),
                trail: trail.clone(),
            },
            sessions: Sessions {
                store: store.clone(),
                vault: vault.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
                metrics: metrics.clone(),
                trail: trail.clone(),
            },
            maintenance: Maintenance {
                store: store.clone(),
                clock: clock_watch.clone(),
                limits: limits.clone(),
                keys: keys.clone(),
                uses,
                trail,
                wanted: Notify::new(),
            },
            readiness: Readiness::new(store.clone(), policy.largest_value(), limits.clone(), metrics.clone()),
            stats: Stats {
                store,
                vault,
                clock,
                passphrase_lock,
                outbox: outbox.clone(),
                metrics: metrics.clone(),
            },
            policy,
            limits,
            metrics,
            outbox,
            keys,
        }
    }
}
