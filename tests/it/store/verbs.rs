//! What is played to the model and to a backend: verbs, and how often each comes.

use proptest::prelude::*;
use readonce::domain::{KeyId, NetworkTag};

use super::sample::{KEY, OTHER_KEY};

/// Secrets that are played with at a time, and accounts, and networks.
pub(super) const SLOTS: usize = 2;
pub(super) const PEOPLE: usize = 2;
pub(super) const NETWORKS: [NetworkTag; 2] = [NetworkTag([1; 8]), NetworkTag([2; 8])];
pub(super) const RINGS: [&[KeyId]; 3] = [&[KEY, OTHER_KEY], &[KEY], &[]];

#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Put {
        slot: usize,
        protected: bool,
        ttl: u32,
        owner: Option<usize>,
        notification: bool,
        other_key: bool,
        rival_by_sid: bool,
    },
    Take {
        slot: usize,
        by_receipt: bool,
        burn: bool,
        proof: Option<bool>,
        from: Option<usize>,
        ring: usize,
    },
    GiveBack {
        slot: usize,
        from: usize,
    },
    Orphan {
        slot: usize,
    },
    Receipts,
    Recent {
        owner: usize,
        ago: u64,
        limit: usize,
    },
    Lease {
        seconds: u64,
        limit: usize,
    },
    RemoveNotification {
        slot: usize,
    },
    PutOff {
        slot: usize,
        again: Option<u64>,
    },
    RetryNotification {
        slot: usize,
    },
    Notifications {
        limit: usize,
    },
    CreateAccount {
        who: usize,
    },
    SetToken {
        who: usize,
    },
    SetDisabled {
        who: usize,
        disabled: bool,
    },
    EndSessions {
        who: usize,
    },
    AddToken {
        who: usize,
    },
    RevokeToken {
        who: usize,
        which: usize,
    },
    Bind {
        who: usize,
        to: u8,
    },
    Unbind {
        who: usize,
    },
    DeleteAccount {
        who: usize,
    },
    Canary {
        new: Option<u8>,
    },
    ReplaceCanary {
        new: u8,
    },
    Sweep {
        limit: usize,
    },
    Pass {
        seconds: u64,
    },
}

pub(super) fn verbs() -> impl Strategy<Value = Vec<Verb>> {
    let mostly = || prop::bool::weighted(0.9);
    let seldom = || prop::bool::weighted(0.1);
    let rings = prop_oneof![8 => Just(0), 1 => 1..RINGS.len()];
    let slot = || 0..SLOTS;
    let who = || 0..PEOPLE;
    let from = || 0..NETWORKS.len();
    let put =
        (slot(), mostly(), 60_u32..600, prop::option::of(who()), any::<bool>(), seldom(), any::<bool>());
    let take = (slot(), any::<bool>(), seldom(), prop::option::weighted(0.1, any::<bool>()));
    let take = (take, prop::option::weighted(0.9, from()), rings);
    let verb = prop_oneof![
        5 => put.prop_map(|(slot, protected, ttl, owner, notification, other_key, rival_by_sid)| {
            Verb::Put { slot, protected, ttl, owner, notification, other_key, rival_by_sid }
        }),
        14 => take.prop_map(|((slot, by_receipt, burn, proof), from, ring)| {
            Verb::Take { slot, by_receipt, burn, proof, from, ring }
        }),
        3 => (slot(), from()).prop_map(|(slot, from)| Verb::GiveBack { slot, from }),
        1 => slot().prop_map(|slot| Verb::Orphan { slot }),
        1 => Just(Verb::Receipts),
        1 => (who(), 0_u64..500, 0_usize..5).prop_map(|(owner, ago, limit)| Verb::Recent { owner, ago, limit }),
        3 => (1_u64..90, 0_usize..4).prop_map(|(seconds, limit)| Verb::Lease { seconds, limit }),
        1 => slot().prop_map(|slot| Verb::RemoveNotification { slot }),
        2 => (slot(), prop::option::weighted(0.7, 0_u64..200)).prop_map(|(slot, again)| Verb::PutOff { slot, again }),
        1 => slot().prop_map(|slot| Verb::RetryNotification { slot }),
        2 => (0_usize..4).prop_map(|limit| Verb::Notifications { limit }),
        1 => who().prop_map(|who| Verb::CreateAccount { who }),
        1 => who().prop_map(|who| Verb::SetToken { who }),
        1 => (who(), any::<bool>()).prop_map(|(who, disabled)| Verb::SetDisabled { who, disabled }),
        1 => who().prop_map(|who| Verb::EndSessions { who }),
        1 => who().prop_map(|who| Verb::AddToken { who }),
        1 => (who(), 0_usize..3).prop_map(|(who, which)| Verb::RevokeToken { who, which }),
        1 => (who(), 0_u8..2).prop_map(|(who, to)| Verb::Bind { who, to }),
        1 => who().prop_map(|who| Verb::Unbind { who }),
        1 => who().prop_map(|who| Verb::DeleteAccount { who }),
        1 => prop::option::of(any::<u8>()).prop_map(|new| Verb::Canary { new }),
        1 => any::<u8>().prop_map(|new| Verb::ReplaceCanary { new }),
        2 => (0_usize..4).prop_map(|limit| Verb::Sweep { limit }),
        4 => (1_u64..100).prop_map(|seconds| Verb::Pass { seconds }),
    ];
    prop::collection::vec(verb, 1..60)
}
