//! Limits (security-design.md §6): rates of requests, of failed log-ins and of notifications, and the quota of unread anonymous
//! secrets, per client network; for accounts, rates per account. In memory, of this instance: a restart forgets, and N
//! instances allow N times as much.
//!
//! Everything here is bounded. Each rate remembers [`MOST_CLIENTS`] at most: with 131,072 slots of 49 bytes, that is 6.4 MB
//! each for reading, creating, log-ins and notifications; [`MOST_UNREAD`] entries, each from another network, take about
//! 38 MB. Accounts that create are remembered per plan, and are as many as the operator made.
//!
//! Time here is that since the machine started: a clock that is set forgets no client, and keeps none out.
//!
//! The trap is the order. A request is counted after its credentials are checked, and demanded where they are
//! (v1-contract.md §3), and before its parameters are looked at (v1-contract.md §5.9), so it is the surfaces that call
//! `admit_…`, and the verbs that ask for what it returns.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::policy::{Access, DEFAULT_PLAN, Policy};
use super::{Caller, Error, Service};
use crate::domain::{ClientNetwork, Clock, StoredReceipt};
use crate::metrics::{Limit, Metrics};
use crate::store::Store;

mod admitted;
mod anonymous_quota;
mod bounded_map;
mod free_disk;
mod gcra;
mod rate;

pub use admitted::{AccountPermit, CreatePermit, ReadPermit, ReceiptPermit};

use anonymous_quota::{AnonymousQuota, Full};
pub use free_disk::Refused;

use free_disk::FreeDisk;
use rate::{Client, Rate};

/// Clients that one rate remembers. A full one forgets the half that has used least (`bounded_map`).
const MOST_CLIENTS: usize = 100_000;
/// Unread secrets that are remembered, of all networks together. What happens then is said in `anonymous_quota`.
const MOST_UNREAD: usize = 200_000;
/// The window of failed log-ins.
const LOGIN_WINDOW: Duration = Duration::from_mins(10);
/// The window of notifications.
const NOTIFICATION_WINDOW: Duration = Duration::from_hours(1);
/// When to come back if there is no room: a guess, as room comes with the next read or expiry.
const NO_ROOM_RETRY: Duration = Duration::from_mins(10);

/// How much may be asked for. 0 is no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Secrets that a network creates in `window`. Accounts go by their plan.
    pub create: u32,
    /// Secrets and receipts that a network, or an account, asks for or burns in `window`.
    pub read: u32,
    /// The window of both, in settings a number of seconds.
    #[serde(deserialize_with = "seconds")]
    pub window: Duration,
    /// Failed log-ins of a network in 600 seconds, counted as the other rates are.
    pub login: u32,
    /// Unread secrets that a network has here at once, accounts' not counted.
    pub anonymous_secrets: u32,
    /// Bytes of them.
    pub anonymous_bytes: u64,
    /// Bytes of free disk below which only accounts share, but at most a tenth of the file system.
    pub free_disk_anonymous: u64,
    /// Bytes of free disk below which nobody shares, but at most a twentieth of the file system.
    pub free_disk: u64,
}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u32::deserialize(deserializer).map(|seconds| Duration::from_secs(seconds.into()))
}

/// What stands in front of the verbs, and remembers who asked for how much.
#[derive(Debug)]
pub(super) struct RateLimits {
    read: Rate,
    create: Rate,
    /// For accounts, by plan.
    create_by_plan: BTreeMap<String, Rate>,
    /// Failed ones, of networks alone. Looks and counts are two steps, so that only failures count: log-ins on their way
    /// together are all checked. A token is 160 bits; what matters is that guessing does not go on.
    logins: Rate,
    notifications: Rate,
    anonymous_quota: AnonymousQuota,
    free_disk: FreeDisk,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

impl RateLimits {
    pub(super) fn new(
        policy: &Policy,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
        metrics: &Metrics,
    ) -> Self {
        let limits = &policy.limits;
        let rate = |n, window| Rate::new(n, window, MOST_CLIENTS, clock);
        let plans = policy.plans.iter();
        Self {
            read: rate(limits.read, limits.window),
            create: rate(limits.create, limits.window),
            create_by_plan: plans
                .map(|(name, plan)| (name.clone(), rate(plan.create, limits.window)))
                .collect(),
            logins: rate(limits.login, LOGIN_WINDOW),
            notifications: rate(policy.notifications_per_hour, NOTIFICATION_WINDOW),
            anonymous_quota: AnonymousQuota::new(
                limits.anonymous_secrets,
                limits.anonymous_bytes,
                MOST_UNREAD,
            ),
            free_disk: FreeDisk::new(store.clone(), *limits, policy.largest_value()),
            clock: clock.clone(),
            metrics: metrics.clone(),
        }
    }

    /// The one way to refuse for being too many: counted, and told when to come back.
    fn refuse(&self, limit: Limit) -> impl FnOnce(Duration) -> Error {
        move |retry_after| {
            self.metrics.rate_limited(limit);
            Error::Limited { retry_after }
        }
    }

    fn creating(&self, caller: &Caller) -> &Rate {
        let Some(account) = caller.account() else { return &self.create };
        let plan = |name| self.create_by_plan.get(name);
        plan(account.plan.as_str()).or_else(|| plan(DEFAULT_PLAN)).unwrap_or(&self.create)
    }

    /// Whether credentials from `network` are looked at. Consumes nothing.
    pub(super) fn may_sign_in(&self, network: ClientNetwork) -> Result<(), Error> {
        self.logins.peek(Client::Network(network)).map_err(self.refuse(Limit::Login))
    }

    /// Counts a failed log-in.
    pub(super) fn sign_in_failed(&self, network: ClientNetwork) {
        self.logins.charge(Client::Network(network));
        self.metrics.failed_login();
    }

    /// Counts a notification that is about to be stored, or refuses it.
    pub(super) fn count_notification(&self, caller: &Caller) -> Result<(), Error> {
        self.notifications.count(client(caller)).map_err(self.refuse(Limit::Notifications))
    }

    /// Refuses a value where the disk is short of room for what `caller` shares.
    pub(super) async fn spare_disk(&self, caller: &Caller, bytes: usize) -> Result<(), Error> {
        let admitted = self.free_disk.admit(caller.account().is_some(), bytes).await;
        admitted.map_err(|refused| {
            self.metrics.rate_limited(Limit::FreeDisk);
            let accounts_may = refused == Refused::Anonymous;
            Error::DiskShort { accounts_may, retry_after: NO_ROOM_RETRY }
        })
    }

    /// Whether the disk is so short of room that nobody may share.
    pub(super) async fn is_disk_short(&self) -> bool {
        self.free_disk.refused().await == Refused::Everybody
    }

    /// Takes room for a secret that is about to be stored. Accounts need none.
    pub(super) fn take_room(
        &self,
        caller: &Caller,
        secret: &StoredReceipt,
        bytes: usize,
    ) -> Result<(), Error> {
        if caller.account().is_some() {
            return Ok(());
        }
        let taken = self.anonymous_quota.take(caller.network, secret, bytes, self.clock.uptime());
        taken.map_err(|Full| self.refuse(Limit::AnonymousQuota)(NO_ROOM_RETRY))
    }

    /// Frees the room of a secret that is gone, or was not stored.
    pub(super) fn free_room(&self, secret: &StoredReceipt) {
        if secret.owner.is_none() {
            self.anonymous_quota.free(secret);
        }
    }

    /// Forgets what no limit needs any more.
    pub(super) async fn sweep(&self) {
        let rates = [&self.read, &self.create, &self.logins, &self.notifications];
        rates.into_iter().chain(self.create_by_plan.values()).for_each(Rate::sweep);
        self.anonymous_quota.sweep(self.clock.uptime()).await;
    }
}

impl Service {
    /// Counts a request to create a secret, for the account or else the network, or refuses it.
    pub fn admit_create(&self, caller: Caller) -> Result<CreatePermit, Error> {
        demand(self.policy.create, &caller)?;
        let counted = self.limits.creating(&caller).count(client(&caller));
        counted.map_err(self.limits.refuse(Limit::Create))?;
        Ok(CreatePermit(caller))
    }

    /// Counts a request for a secret, or refuses it. The link is the right: no account is demanded.
    pub fn admit_read(&self, caller: Caller) -> Result<ReadPermit, Error> {
        self.limits.read.count(client(&caller)).map_err(self.limits.refuse(Limit::Read))?;
        Ok(ReadPermit(caller))
    }

    /// Counts a request for a receipt or for a burn, or refuses it.
    pub fn admit_receipt(&self, caller: Caller) -> Result<ReceiptPermit, Error> {
        demand(self.policy.metadata, &caller)?;
        self.limits.read.count(client(&caller)).map_err(self.limits.refuse(Limit::Read))?;
        Ok(ReceiptPermit(caller))
    }

    /// Counts a request for what is an account's own, or refuses it.
    pub fn admit_account(&self, caller: Caller) -> Result<AccountPermit, Error> {
        let client = client(&caller);
        let signed_in = caller.signed_in.ok_or(Error::NotAuthorized)?;
        self.limits.read.count(client).map_err(self.limits.refuse(Limit::Read))?;
        Ok(AccountPermit(signed_in))
    }
}

/// Refuses anonymous callers where accounts are demanded.
fn demand(access: Access, caller: &Caller) -> Result<(), Error> {
    match access {
        Access::Account if caller.signed_in.is_none() => Err(Error::NotAuthorized),
        Access::Account | Access::Anyone => Ok(()),
    }
}

fn client(caller: &Caller) -> Client {
    caller.account().map_or(Client::Network(caller.network), |account| Client::Account(account.id))
}
