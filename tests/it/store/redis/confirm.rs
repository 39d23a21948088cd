//! Writes that replicas have to confirm.

use std::time::Duration;

use readonce::domain::{Binding, TokenDigest, random};
use readonce::store::redis::{Confirm, RedisStore, Settings};
use readonce::store::{
    AccountStore as _, Added, Bound, Error, Maintenance as _, Outbox as _, Put, SecretStore as _, Taken,
};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::now;
use crate::store::sample::{
    TTL, account, burn, guess, locked, named_token, network, plain, posted, reveal, unlocked,
};
use crate::support::eventually;
use crate::support::redis::{Server, settings};
use crate::support::redis_group::replica_of;

async fn confirming(server: &Server, replicas: u32) -> RedisStore {
    let confirm = Confirm::Replicas(replicas);
    RedisStore::open(Settings { confirm, ..settings(&server.url()) }).await.unwrap()
}

/// What came of it; nothing when the replica was slow to say so, as on a machine that stands still for a moment.
fn acknowledged<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Err(Error::Unconfirmed) => None,
        answer => Some(answer.unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_acknowledged_is_on_the_replica() {
    let master = Server::start().await;
    let replica = replica_of(&master).await;
    let store = confirming(&master, 1).await;
    let mut rounds = JoinSet::new();
    for _ in 0..24 {
        let store = store.clone();
        rounds.spawn(async move {
            let (read, kept) = (plain(now()), posted(plain(now())));
            for secret in [&read, &kept] {
                assert_eq!(acknowledged(store.put(secret.clone()).await)?, Put::Stored);
            }
            let taken = acknowledged(store.take(reveal(&read, now())).await)?;
            assert!(matches!(taken, Taken::Won(_)));
            Some((read, kept))
        });
    }
    let ledger: Vec<_> = rounds.join_all().await.into_iter().flatten().collect();
    assert!(ledger.len() > 12, "{} of 24 were acknowledged", ledger.len());
    // The replica never waits for the master again, and so holds exactly what it has now.
    replica.call(&["REPLICAOF", "NO", "ONE"]).await;
    let promoted = RedisStore::open(settings(&replica.url())).await.unwrap();
    let leases = promoted.lease_notifications(now(), Duration::from_mins(1), 100).await.unwrap();
    assert!((ledger.len()..=24).contains(&leases.notifications.len()), "{}", leases.notifications.len());
    assert_eq!(leases.dropped, 0);
    for (read, kept) in ledger {
        assert_eq!(promoted.take(reveal(&read, now())).await.unwrap(), Taken::Gone);
        assert!(matches!(promoted.take(reveal(&kept, now())).await.unwrap(), Taken::Won(_)));
    }
}

#[tokio::test]
async fn without_enough_replicas_nothing_is_begun() {
    let master = Server::start().await;
    let store = confirming(&master, 1).await;
    let plainly = RedisStore::open(settings(&master.url())).await.unwrap();
    let secret = plain(now());
    plainly.put(secret.clone()).await.unwrap();
    let started = Instant::now();
    for result in [
        store.put(plain(now())).await.map(|_| ()),
        store.put(posted(plain(now()))).await.map(|_| ()),
        store.take(reveal(&secret, now())).await.map(|_| ()),
        store.take(burn(&secret, now())).await.map(|_| ()),
        store.ready(100).await,
    ] {
        let Err(Error::Unavailable(cause)) = result else { panic!("{result:?}") };
        assert!(cause.to_string().contains("NOREPLICAS"), "{cause}");
    }
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(master.keys().await.len(), 2, "nothing of the refused share");
    assert!(matches!(plainly.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
    // What takes nothing needs nobody.
    assert_eq!(store.take(reveal(&secret, now())).await.unwrap(), Taken::Gone);
}

#[tokio::test]
async fn a_replica_that_hangs_leaves_the_write_unconfirmed_and_the_value_withheld() {
    let master = Server::start().await;
    let replica = replica_of(&master).await;
    let store = confirming(&master, 1).await;
    let (read, burned) = (plain(now()), plain(now()));
    for secret in [&read, &burned] {
        store.put(secret.clone()).await.unwrap();
    }
    replica.pause();
    let started = Instant::now();
    for result in [
        store.put(plain(now())).await.map(|_| ()),
        store.take(reveal(&read, now())).await.map(|_| ()),
        store.take(burn(&burned, now())).await.map(|_| ()),
        store.ready(100).await,
    ] {
        assert!(matches!(result, Err(Error::Unconfirmed)), "{result:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    replica.resume();
    assert_eq!(store.take(reveal(&read, now())).await.unwrap(), Taken::Gone, "consumed where it was");
    eventually("writes are confirmed again", || async { store.put(plain(now())).await.ok() }).await;
}

#[tokio::test]
async fn protected_secrets_are_confirmed_too() {
    let master = Server::start().await;
    let _replica = replica_of(&master).await;
    let store = confirming(&master, 1).await;
    let secret = locked(now());
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Conflict);
    assert_eq!(store.take(reveal(&secret, now())).await.unwrap(), Taken::Protected);
    let tried = store.take(guess(&secret, network(), now())).await.unwrap();
    assert!(matches!(tried, Taken::Locked(_)), "{tried:?}");
    let late = now().plus(u64::from(TTL));
    assert_eq!(store.take(unlocked(&secret, late)).await.unwrap(), Taken::Gone);
    assert!(matches!(store.take(unlocked(&secret, now())).await.unwrap(), Taken::Won(_)));
}

/// What changes an account: a token that was revoked must not be good again after a fail-over.
#[tokio::test]
async fn what_changes_an_account_is_confirmed_too() {
    let master = Server::start().await;
    let replica = replica_of(&master).await;
    let store = confirming(&master, 1).await;
    let (first, token) = (account("a@example.org", now()), named_token("ci", now()));
    let other = account("b@example.org", now());
    let (id, binding) = (first.id, Binding(random::bytes()));
    assert!(acknowledged(store.create_account(first).await).unwrap());
    assert_eq!(acknowledged(store.add_token(&id, token.clone()).await).unwrap(), Added::Added);
    assert_eq!(acknowledged(store.bind(&id, binding).await).unwrap(), Bound::Bound);
    replica.pause();
    for (what, result) in [
        ("create_account", store.create_account(other).await.map(drop)),
        ("set_token", store.set_token(&id, TokenDigest(random::bytes()), now()).await.map(drop)),
        ("set_disabled", store.set_disabled(&id, true).await.map(drop)),
        ("end_sessions", store.end_sessions(&id).await.map(drop)),
        ("add_token", store.add_token(&id, named_token("other", now())).await.map(drop)),
        ("revoke_token", store.revoke_token(&id, &token.digest.id()).await.map(drop)),
        ("unbind", store.unbind(&id).await.map(drop)),
        ("bind", store.bind(&id, binding).await.map(drop)),
        ("delete_account", store.delete_account(&id).await.map(drop)),
    ] {
        assert!(matches!(result, Err(Error::Unconfirmed)), "{what}: {result:?}");
    }
    replica.resume();
    // What was done is done, and told once it can be confirmed.
    eventually("it is confirmed again", || async { store.delete_account(&id).await.ok() }).await;
    assert!(store.account(&id).await.unwrap().is_none());
}
