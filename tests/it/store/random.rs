//! Random sequences of verbs, played to the model and to a backend: every answer has to be the same.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use readonce::domain::{
    Account, Attempt, Binding, Clock as _, Ending, Failure, FakeClock, NotificationId, SystemClock,
    Timestamp, TokenDigest, TokenId, TryLimits, Unlocked, random,
};
use readonce::store::{Claim, NewSecret, Store, Target};

use super::laws::accounts::face;
use super::model::Model;
use super::sample::{
    Entries as _, OTHER_KEY, account, envelope, listed, named_token, posted, reveal, sealed,
};
use super::verbs::{NETWORKS, PEOPLE, RINGS, SLOTS, Verb, verbs};

/// Plays random sequences to a backend that `fresh` makes anew for each.
pub(crate) fn play<Fresh, Making, Guard>(fresh: Fresh)
where
    Fresh: Fn() -> Making,
    Making: Future<Output = (Arc<dyn Store>, Guard)>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // What a backend shares between its stores, such as a cluster that takes seconds to form, lasts as long as one does.
    let _kept = runtime.block_on(fresh());
    let config = Config { cases: 48, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let played = TestRunner::new(config).run(&verbs(), |verbs| {
        runtime.block_on(async {
            let (store, _guard) = fresh().await;
            let mut game = Game::new(store);
            for verb in verbs {
                game.play(verb).await?;
            }
            game.store.close().await;
            Ok(())
        })
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
}

const LIMITS: TryLimits = TryLimits { tries: 2, window: Duration::from_mins(2), lifetime: 4 };

struct Game {
    store: Arc<dyn Store>,
    model: Model,
    clock: FakeClock,
    people: [Account; PEOPLE],
    /// The secret last put at a slot; at first, one that never was.
    slots: [NewSecret; SLOTS],
}

impl Game {
    fn new(store: Arc<dyn Store>) -> Self {
        let now = SystemClock.now();
        Self {
            store,
            model: Model::default(),
            clock: FakeClock::at(now),
            people: [account("a@example.org", now), account("b@example.org", now)],
            slots: std::array::from_fn(|_| sealed(now, true, 10)),
        }
    }

    async fn play(&mut self, verb: Verb) -> Result<(), TestCaseError> {
        let now = self.clock.now();
        match verb {
            Verb::Put { slot, protected, ttl, owner, notification, other_key, rival_by_sid } => {
                let mut secret = sealed(now, protected, 10);
                secret.receipt.ttl = ttl;
                if other_key {
                    secret.envelope = envelope(OTHER_KEY, protected, 10);
                }
                if let Some(owner) = owner {
                    secret = listed(secret, self.people[owner].id);
                }
                self.put(slot, secret, notification, rival_by_sid, now).await?;
            }
            Verb::Take { slot, by_receipt, burn, proof, from, ring } => {
                let claim = self.claim(slot, by_receipt, burn, proof, from, ring);
                prop_assert_eq!(self.store.take(claim.clone()).await.unwrap(), self.model.take(&claim));
            }
            Verb::GiveBack { slot, from } => {
                let (receipt, network) = (&self.slots[slot].receipt, NETWORKS[from]);
                self.store.give_back(receipt.tag, receipt.sid, network, now).await.unwrap();
                self.model.give_back(receipt.sid, network, now);
            }
            Verb::Orphan { slot } => {
                let receipt = &self.slots[slot].receipt;
                self.store.orphan(receipt.tag, receipt.mid, now).await.unwrap();
                self.model.orphan(receipt.mid, now);
            }
            Verb::Receipts => {
                let which: Vec<_> =
                    self.slots.iter().map(|slot| (slot.receipt.tag, slot.receipt.mid)).collect();
                let expected: Vec<_> = which.iter().map(|(_, mid)| self.model.receipt(*mid, now)).collect();
                prop_assert_eq!(self.store.receipts(&which, now).await.unwrap(), expected);
            }
            Verb::Recent { owner, ago, limit } => {
                let (owner, since) = (self.people[owner].id, now.minus(ago));
                let entries = self.store.entries(&owner, since, limit).await;
                prop_assert_eq!(entries, self.model.recent(owner, since, limit));
            }
            Verb::Canary { new } => {
                let new = new.map(|byte| vec![byte; 20]);
                prop_assert_eq!(self.store.canary(new.clone()).await.unwrap(), self.model.canary(new));
            }
            Verb::ReplaceCanary { new } => {
                self.store.replace_canary(vec![new; 20]).await.unwrap();
                self.model.replace_canary(vec![new; 20]);
            }
            Verb::Sweep { limit } => {
                prop_assert!(self.store.sweep(now, limit).await.unwrap() <= limit);
            }
            Verb::Pass { seconds } => self.clock.advance(seconds),
            Verb::Lease { .. }
            | Verb::RemoveNotification { .. }
            | Verb::PutOff { .. }
            | Verb::RetryNotification { .. }
            | Verb::Notifications { .. } => self.post(verb, now).await?,
            Verb::CreateAccount { .. }
            | Verb::SetToken { .. }
            | Verb::SetDisabled { .. }
            | Verb::EndSessions { .. }
            | Verb::AddToken { .. }
            | Verb::RevokeToken { .. }
            | Verb::Bind { .. }
            | Verb::Unbind { .. }
            | Verb::DeleteAccount { .. } => self.manage(verb).await?,
        }
        self.compare_receipts().await
    }

    /// Puts a secret at its slot, or, where one is alive, a rival with one of its ids.
    async fn put(
        &mut self,
        slot: usize,
        mut secret: NewSecret,
        notification: bool,
        by_sid: bool,
        now: Timestamp,
    ) -> Result<(), TestCaseError> {
        let present = &self.slots[slot].receipt;
        let alive = self.model.receipt(present.mid, now).is_some_and(|seen| !seen.sealed.is_empty());
        if alive {
            secret.receipt.tag = present.tag;
            if by_sid {
                secret.receipt.sid = present.sid;
            } else {
                secret.receipt.mid = present.mid;
            }
        }
        if notification {
            secret = posted(secret);
        }
        if !alive {
            self.slots[slot] = secret.clone();
        }
        let put = self.store.put(secret.clone()).await.unwrap();
        prop_assert_eq!(put, self.model.put(secret, now));
        Ok(())
    }

    fn claim(
        &self,
        slot: usize,
        by_receipt: bool,
        burn: bool,
        proof: Option<bool>,
        from: Option<usize>,
        ring: usize,
    ) -> Claim {
        let secret = &self.slots[slot];
        let mut claim = reveal(secret, self.clock.now());
        claim.ring = RINGS[ring].into();
        let asked = &mut claim.request;
        if by_receipt {
            asked.target = Target::Receipt(secret.receipt.mid);
        }
        if burn {
            asked.ending = Ending::Burned;
        }
        asked.proof = proof
            .map(|right| if right { secret.envelope.nonce() } else { random::bytes() })
            .map(Unlocked::verified);
        asked.attempt = from.map(|from| Attempt { network: NETWORKS[from], limits: LIMITS });
        claim
    }

    async fn post(&mut self, verb: Verb, now: Timestamp) -> Result<(), TestCaseError> {
        match verb {
            Verb::Lease { seconds, limit } => {
                let leases =
                    self.store.lease_notifications(now, Duration::from_secs(seconds), limit).await.unwrap();
                let expected = self.model.lease_notifications(now, now.plus(seconds), limit);
                prop_assert_eq!(leases.notifications, expected.notifications);
                // A sweep may have been quicker with those that expired.
                let most = expected.ended + expected.expired;
                prop_assert!((expected.ended..=most).contains(&leases.dropped), "{} dropped", leases.dropped);
            }
            Verb::RemoveNotification { slot } => {
                let id = self.notification(slot);
                // Whether an expired one is still there to be removed is the store's own affair; here and below.
                if !self.model.has_expired_notification(id, now) {
                    prop_assert_eq!(
                        self.store.remove_notification(&id).await.unwrap(),
                        self.model.remove_notification(id)
                    );
                }
            }
            Verb::PutOff { slot, again } => {
                let (id, again) = (self.notification(slot), again.map(|seconds| now.plus(seconds)));
                if !self.model.has_expired_notification(id, now) {
                    let there = self.store.put_off(&id, Failure::Silent, again).await.unwrap();
                    prop_assert_eq!(there, self.model.put_off(id, Failure::Silent, again, now));
                }
            }
            Verb::RetryNotification { slot } => {
                let id = self.notification(slot);
                let there = self.store.retry_notification(&id, now).await.unwrap();
                prop_assert_eq!(there, self.model.retry_notification(id, now));
                let seen = self.store.notification(&id, now).await.unwrap();
                prop_assert_eq!(
                    seen,
                    self.model.notifications(now, usize::MAX).into_iter().find(|it| it.id == id)
                );
            }
            Verb::Notifications { limit } => {
                let listed = self.store.notifications(now, limit).await.unwrap();
                prop_assert_eq!(listed, self.model.notifications(now, limit));
            }
            other => panic!("{other:?} is not about notifications"),
        }
        prop_assert_eq!(self.store.outbox_depth(now).await.unwrap(), self.model.outbox_depth(now));
        Ok(())
    }

    /// The notification of the secret last put at a slot, or one that never was.
    fn notification(&self, slot: usize) -> NotificationId {
        let secret = &self.slots[slot];
        secret
            .notification
            .as_ref()
            .map_or_else(|| NotificationId { tag: secret.receipt.tag, serial: random::bytes() }, |it| it.id)
    }

    async fn manage(&mut self, verb: Verb) -> Result<(), TestCaseError> {
        match verb {
            Verb::CreateAccount { who } => {
                let created = self.store.create_account(self.people[who].clone()).await.unwrap();
                prop_assert_eq!(created, self.model.create_account(self.people[who].clone()));
            }
            Verb::SetToken { who } => {
                let (id, token) = (self.people[who].id, TokenDigest(random::bytes()));
                let set = self.store.set_token(&id, token, self.clock.now()).await.unwrap();
                prop_assert_eq!(set, self.model.set_token(id, token, self.clock.now()));
            }
            Verb::SetDisabled { who, disabled } => {
                let id = self.people[who].id;
                let set = self.store.set_disabled(&id, disabled).await.unwrap();
                prop_assert_eq!(set, self.model.set_disabled(id, disabled));
            }
            Verb::EndSessions { who } => {
                let id = self.people[who].id;
                prop_assert_eq!(self.store.end_sessions(&id).await.unwrap(), self.model.end_sessions(id));
            }
            Verb::AddToken { who } => {
                let (id, token) = (self.people[who].id, named_token("ci", self.clock.now()));
                let token_id = token.digest.id();
                let added = self.store.add_token(&id, token).await.unwrap();
                prop_assert_eq!(added, self.model.add_token(id, token_id));
            }
            Verb::RevokeToken { who, which } => {
                let id = self.people[who].id;
                let token = self.model.tokens(id).get(which).copied().unwrap_or(TokenId([0; 8]));
                let revoked = self.store.revoke_token(&id, &token).await.unwrap();
                prop_assert_eq!(revoked, self.model.revoke_token(id, token));
            }
            Verb::Bind { who, to } => {
                let (id, binding) = (self.people[who].id, Binding([to; 32]));
                prop_assert_eq!(self.store.bind(&id, binding).await.unwrap(), self.model.bind(id, binding));
            }
            Verb::Unbind { who } => {
                let id = self.people[who].id;
                prop_assert_eq!(self.store.unbind(&id).await.unwrap(), self.model.unbind(id));
            }
            Verb::DeleteAccount { who } => {
                let id = self.people[who].id;
                let deleted = self.store.delete_account(&id).await.unwrap();
                prop_assert_eq!(deleted, self.model.delete_account(id));
            }
            other => panic!("{other:?} is not about accounts"),
        }
        let (found, expected) = (self.store.accounts().await.unwrap(), self.model.accounts());
        prop_assert_eq!(
            found.iter().map(face).collect::<Vec<_>>(),
            expected.iter().map(face).collect::<Vec<_>>()
        );
        for Account { id, .. } in &self.people {
            let tokens = self.store.tokens(id).await.unwrap();
            let mut ids: Vec<_> = tokens.iter().map(|token| token.digest.id()).collect();
            ids.sort();
            prop_assert_eq!(ids, self.model.tokens(*id));
        }
        for binding in [Binding([0; 32]), Binding([1; 32])] {
            let found = self.store.bound_to(&binding).await.unwrap();
            prop_assert_eq!(found.map(|account| account.id), self.model.bound_to(binding));
        }
        Ok(())
    }

    /// What anybody can see of the secrets, after every verb.
    async fn compare_receipts(&self) -> Result<(), TestCaseError> {
        for slot in &self.slots {
            let (tag, mid) = (slot.receipt.tag, slot.receipt.mid);
            let seen = self.store.receipt(tag, mid, self.clock.now()).await.unwrap();
            prop_assert_eq!(seen, self.model.receipt(mid, self.clock.now()));
            let now = self.clock.now();
            let tries = self.store.tries(tag, slot.receipt.sid, LIMITS, now).await.unwrap();
            if let Some(expected) = self.model.tries(slot.receipt.sid, LIMITS, now) {
                prop_assert_eq!(tries, Some(expected));
            }
        }
        Ok(())
    }
}
