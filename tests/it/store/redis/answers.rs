//! What the server may answer instead of a result, and what we make of it.

use std::time::Duration;

use readonce::store::{Error, Maintenance as _, Put, SecretStore as _, Taken};
use redis::Value;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::now;
use crate::store::rows::{NETWORK, Rows as _};
use crate::store::sample::{burn, guess, locked, network, plain, reveal};
use crate::support::eventually;
use crate::support::ports::free_port;
use crate::support::redis::{Server, open};
use crate::support::redis_group::replica_of;

/// The text of what was behind an `Unavailable`.
#[track_caller]
fn cause<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Unavailable(cause)) => cause.to_string(),
        other => panic!("not unavailable: {other:?}"),
    }
}

#[tokio::test]
async fn flushed_scripts_cost_one_more_call_and_no_failure() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let secret = plain(now());
    store.put(secret.clone()).await.unwrap();
    for _ in 0..2 {
        server.call(&["SCRIPT", "FLUSH"]).await;
        let before = server.script_calls().await;
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Conflict);
        store.put(secret.clone()).await.unwrap();
        assert_eq!(server.script_calls().await - before, 3, "refused by hash, run by text, run by hash");
    }
    server.call(&["SCRIPT", "FLUSH"]).await;
    let claims = (0..32).map(|_| {
        let (store, claim) = (store.clone(), reveal(&secret, now()));
        async move { store.take(claim).await.unwrap() }
    });
    let taken = claims.collect::<JoinSet<_>>().join_all().await;
    assert_eq!(taken.iter().filter(|taken| matches!(taken, Taken::Won(_))).count(), 1);
}

#[tokio::test]
async fn out_of_memory_refuses_shares_and_still_gives_out_and_burns() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (read, burned, protected) = (plain(now()), plain(now()), locked(now()));
    for secret in [&read, &burned, &protected] {
        store.put(secret.clone()).await.unwrap();
    }
    server.call(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let refused = plain(now());
    assert!(cause(store.put(refused.clone()).await).contains("OOM"));
    assert!(cause(store.ready(100).await).contains("OOM"));
    // A try is counted all the same: the right passphrase lets a secret leave.
    assert!(matches!(store.take(guess(&protected, network(), now())).await.unwrap(), Taken::Locked(_)));
    assert!(matches!(store.take(reveal(&read, now())).await.unwrap(), Taken::Won(_)));
    assert!(matches!(store.take(burn(&burned, now())).await.unwrap(), Taken::Won(_)));
    server.call(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert_eq!(store.take(reveal(&refused, now())).await.unwrap(), Taken::Gone, "nothing of it was stored");
    assert_eq!(store.put(refused).await.unwrap(), Put::Stored);
    store.ready(100).await.unwrap();
}

/// Nor is the count of the secret, which no number would be left of.
#[tokio::test]
async fn a_try_that_cannot_be_read_is_not_given_back() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    for how in ["'n', 'x'", "'anetwork', ''", "'anetwork', 'short'"] {
        let secret = locked(now());
        store.put(secret.clone()).await.unwrap();
        store.take(guess(&secret, NETWORK, now())).await.unwrap();
        server.change(&secret, &format!("redis.call('HSET', KEYS[3], {how})")).await;
        let before = server.contents().await;
        store.give_back(secret.receipt.tag, secret.receipt.sid, NETWORK, now()).await.unwrap();
        assert_eq!(server.contents().await, before, "{how}");
    }
}

#[tokio::test]
async fn a_replica_is_read_only_and_consumes_nothing() {
    let master = Server::start().await;
    let replica = replica_of(&master).await;
    let secret = plain(now());
    let (to_master, to_replica) = (open(&master.url()).await, open(&replica.url()).await);
    to_master.put(secret.clone()).await.unwrap();
    eventually("the replica has it", || async { (replica.keys().await.len() == 2).then_some(()) }).await;
    let refused = cause(to_replica.put(plain(now())).await);
    assert!(refused.contains("ReadOnly"), "{refused}");
    assert!(cause(to_replica.ready(100).await).contains("ReadOnly"));
    for claim in [reveal(&secret, now()), burn(&secret, now())] {
        assert!(cause(to_replica.take(claim).await).contains("ReadOnly"));
    }
    assert!(matches!(to_master.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
    // Made a master, it serves the same clients without their doing.
    replica.call(&["REPLICAOF", "NO", "ONE"]).await;
    assert_eq!(to_replica.put(plain(now())).await.unwrap(), Put::Stored);
}

#[tokio::test]
async fn a_server_that_is_loading_is_waited_for_within_the_deadline() {
    let mut server = Server::with(&["--save", "", "--appendonly", "yes", "--appendfsync", "always"]).await;
    let secret = plain(now());
    let store = open(&server.url()).await;
    store.put(secret.clone()).await.unwrap();
    let fill = "for i = 1, 8000 do redis.call('SET', 'fill:' .. i, i) end";
    server.call(&["EVAL", fill, "0"]).await;
    server.call(&["BGREWRITEAOF"]).await;
    eventually("the file is rewritten", || async {
        let persistence = server.info("persistence").await;
        let idle = ["aof_rewrite_in_progress:0", "aof_rewrite_scheduled:0"];
        idle.iter().all(|state| persistence.contains(state)).then_some(())
    })
    .await;
    server.kill();
    // Half a millisecond a key: four seconds, in which it answers.
    server.add_options(&["--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"]);
    server.restart();
    eventually("it listens", || async { server.connect().await.ok() }).await;
    let started = Instant::now();
    assert!(cause(store.take(reveal(&secret, now())).await).contains("BusyLoading"));
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    // Nobody restarts the store: it serves again by itself, and the refused claim took nothing.
    eventually("it has loaded", || async { store.ready(100).await.ok() }).await;
    assert!(matches!(store.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
}

#[tokio::test]
async fn a_server_busy_with_a_script_is_unavailable_and_recovers() {
    let server = Server::with(&["--save", "", "--appendonly", "no", "--busy-reply-threshold", "100"]).await;
    let store = open(&server.url()).await;
    let secret = plain(now());
    store.put(secret.clone()).await.unwrap();
    let mut hog = server.connect().await.unwrap();
    let hogging = tokio::spawn(async move {
        redis::cmd("EVAL").arg("while true do end").arg(0).query_async::<Value>(&mut hog).await
    });
    let busy = eventually("the server says so", || async {
        match store.take(reveal(&secret, now())).await {
            Err(Error::Unavailable(cause)) if cause.to_string().contains("BUSY") => Some(cause),
            Ok(Taken::Won(_)) => panic!("a busy server cannot give it out"),
            _ => None,
        }
    })
    .await;
    drop(busy);
    server.call(&["SCRIPT", "KILL"]).await;
    hogging.await.unwrap().unwrap_err();
    // A claim sent before it said so may have been executed after all: then it is gone, and once.
    let taken = store.take(reveal(&secret, now())).await.unwrap();
    assert!(matches!(taken, Taken::Won(_) | Taken::Gone), "{taken:?}");
    assert_eq!(store.put(plain(now())).await.unwrap(), Put::Stored);
}

#[tokio::test]
async fn too_few_replicas_for_the_servers_own_rule_is_unavailable() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let secret = plain(now());
    store.put(secret.clone()).await.unwrap();
    server.call(&["CONFIG", "SET", "min-replicas-to-write", "1"]).await;
    assert!(cause(store.put(plain(now())).await).contains("NOREPLICAS"));
    assert!(cause(store.take(reveal(&secret, now())).await).contains("NOREPLICAS"));
    server.call(&["CONFIG", "SET", "min-replicas-to-write", "0"]).await;
    assert!(matches!(store.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
}

#[tokio::test]
async fn nobody_there_is_said_at_the_start_without_the_password() {
    let url = format!("redis://app:hunter2@127.0.0.1:{}", free_port());
    let settings = crate::support::redis::settings(&url);
    let error = readonce::store::redis::RedisStore::open(settings).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("cannot be reached") && text.contains("app:[redacted]@"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
