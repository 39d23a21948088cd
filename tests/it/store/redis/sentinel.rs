//! A master that Sentinels watch: found through them, and found again after a failover.

use futures_util::future::join_all;
use readonce::store::redis::preflight::acl_rule;
use readonce::store::redis::{Confirm, OpenError, RedisStore, Settings, TlsFiles};
use readonce::store::{Error, Maintenance as _, Outbox as _, Put, SecretStore as _, Taken};
use tokio::time::{Duration, timeout};

use super::now;
use crate::store::sample::{plain, posted, reveal};
use crate::support::certificates::Authority;
use crate::support::eventually;
use crate::support::ports::free_port;
use crate::support::redis::settings;
use crate::support::redis_group::Watched;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failover_the_new_master_is_found_without_restart() {
    let group = Watched::start().await;
    let settings = settings(&group.url());
    fails_over(group, settings).await;
}

/// The same over TLS to sentinels and servers, as a user with no more than the documented rights.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_failover_over_tls_the_new_master_is_found_without_restart() {
    let (authority, other) = (Authority::new(), Authority::new());
    let group = Watched::secured(&authority, &acl_rule("ro")).await;
    let settings = settings(&group.url());
    let trusting = |ca: &Authority| TlsFiles { ca: Some(ca.file()), ..TlsFiles::default() };
    // Another authority, the system's, and no TLS at all.
    let strangers = Settings { tls: trusting(&other), ..settings.clone() };
    let plain = group.url().replace("rediss-", "redis-");
    for refused in [strangers, settings.clone(), crate::support::redis::settings(&plain)] {
        let refused = RedisStore::open(refused).await;
        assert!(matches!(refused, Err(OpenError::Unreachable { .. })), "{refused:?}");
    }
    fails_over(group, Settings { tls: trusting(&authority), ..settings }).await;
}

async fn fails_over(mut group: Watched, settings: Settings) {
    let store = RedisStore::open(settings).await.unwrap();
    let (early, late) = (plain(now()), posted(plain(now())));
    for secret in [&early, &late] {
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    }
    assert!(matches!(store.take(reveal(&early, now())).await.unwrap(), Taken::Won(_)));
    eventually("the replica has it all", || async { (group.replica.keys().await.len() == 5).then_some(()) })
        .await;
    group.master.kill();
    // Until the sentinels have agreed, every answer is clear and in time.
    eventually("the replica has taken over", || async {
        match timeout(Duration::from_secs(6), store.ready(100)).await.unwrap() {
            Ok(()) => Some(()),
            Err(Error::Unavailable(_) | Error::OutcomeUnknown(_)) => None,
            Err(error) => panic!("{error}"),
        }
    })
    .await;
    assert!(group.replica.info("replication").await.contains("role:master"));
    assert_eq!(store.take(reveal(&early, now())).await.unwrap(), Taken::Gone);
    let leases = store.lease_notifications(now(), Duration::from_mins(1), 9).await.unwrap();
    assert_eq!((leases.notifications.len(), leases.dropped), (1, 0));
    assert!(matches!(store.take(reveal(&late, now())).await.unwrap(), Taken::Won(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deposed_master_that_still_answers_is_left() {
    let group = Watched::start().await;
    let store = RedisStore::open(settings(&group.url())).await.unwrap();
    let secret = plain(now());
    store.put(secret.clone()).await.unwrap();
    eventually("the replica has it", || async { (group.replica.keys().await.len() == 2).then_some(()) })
        .await;
    // Both stay up: the old master is made a replica, and our connection to it stays open.
    group.sentinels[0].call(&["SENTINEL", "FAILOVER", "main"]).await;
    eventually("the roles are changed", || async {
        group.master.info("replication").await.contains("role:slave").then_some(())
    })
    .await;
    eventually("the new master is found", || async {
        match store.put(plain(now())).await {
            Ok(Put::Stored) => Some(()),
            Ok(Put::Conflict) => panic!("ids are random"),
            Err(Error::Unavailable(_)) => None,
            Err(error) => panic!("READONLY proves that nothing was done: {error:?}"),
        }
    })
    .await;
    assert!(matches!(store.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
}

#[tokio::test]
async fn sentinels_that_are_down_or_do_not_know_the_name() {
    let group = Watched::start().await;
    let dead = format!("redis-sentinel://127.0.0.1:{},", free_port());
    let with_a_dead_one = group.url().replace("redis-sentinel://", &dead);
    let store = RedisStore::open(settings(&with_a_dead_one)).await.unwrap();
    store.ready(100).await.unwrap();
    let wrong_name = group.url().replace("/main", "/other");
    let error = RedisStore::open(settings(&wrong_name)).await.unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    assert!(format!("{error:?}").contains("not found in sentinel"), "{error:?}");
}

/// Each has a connection of its own, for which sentinels are asked: side by side, though one of them says nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_sentinel_delays_confirmed_shares_and_does_not_refuse_them() {
    let group = Watched::start().await;
    let confirm = Confirm::Replicas(1);
    let store = RedisStore::open(Settings { confirm, ..settings(&group.url()) }).await.unwrap();
    group.sentinels[0].pause();
    let shared = join_all((0..8).map(|_| store.put(plain(now())))).await;
    group.sentinels[0].resume();
    let stored = shared.iter().filter(|share| matches!(share, Ok(Put::Stored))).count();
    // Of eight, not of one after the other in the two seconds that each has; some may be late where the machine is.
    assert!(stored >= 4, "{stored} of 8: {shared:#?}");
}
