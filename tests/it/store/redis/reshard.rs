//! A cluster whose slots move and whose masters die, under load.

use std::time::Duration;

use readonce::domain::{SlotTag, State};
use readonce::store::redis::{Confirm, RedisStore, Settings};
use readonce::store::{Error, Maintenance as _, NewSecret, Put, SecretStore as _, Taken};
use redis::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::ledger::{Account, LONGEST, Ledger, Load};
use super::now;
use crate::store::sample::{burn, guess, locked, network, plain, reveal, unlocked};
use crate::support::eventually;
use crate::support::redis::{open, settings};
use crate::support::redis_group::{Cluster, text};

/// Moves a slot key by key, so slowly that requests fall in between.
pub(super) async fn migrate(cluster: &Cluster, slot: u16, from: usize, to: usize) -> usize {
    let slot = slot.to_string();
    let (source, target) = (&cluster.nodes[from], &cluster.nodes[to]);
    let (source_id, target_id) = (cluster.id(from).await, cluster.id(to).await);
    target.call(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source_id]).await;
    source.call(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target_id]).await;
    let mut admin = source.connect().await.unwrap();
    let mut moved = 0;
    loop {
        let mut ask = redis::cmd("CLUSTER");
        let keys: Vec<Vec<u8>> =
            ask.arg("GETKEYSINSLOT").arg(&slot).arg(8).query_async(&mut admin).await.unwrap();
        if keys.is_empty() {
            break;
        }
        for key in keys {
            let mut migrate = redis::cmd("MIGRATE");
            migrate.arg("127.0.0.1").arg(target.port()).arg(&key).arg(0).arg(5000);
            // Without REPLACE: a key that is at the target already would be one that was made twice.
            let done: Value = migrate.query_async(&mut admin).await.unwrap();
            moved += usize::from(done == Value::Okay);
        }
    }
    for node in [target, source].into_iter().chain(&cluster.nodes) {
        // A replica takes no such order; it learns.
        let _ = node.try_call(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id]).await;
    }
    moved
}

/// A key of a secret of slot `{abc}`.
fn key(kind: &str, id: [u8; 32]) -> Vec<u8> {
    [format!("ro:{{abc}}:{kind}:").as_bytes(), &id].concat()
}

/// In the middle of a move: the slot is on its way from one node to another, with what `keys` names.
pub(super) async fn half_moved(cluster: &Cluster, from: usize, to: usize, slot: u16, keys: &[Vec<u8>]) {
    let (source, target, slot) = (&cluster.nodes[from], &cluster.nodes[to], slot.to_string());
    target.call(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &cluster.id(from).await]).await;
    source.call(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &cluster.id(to).await]).await;
    for key in keys {
        let mut migrate = redis::cmd("MIGRATE");
        migrate.arg("127.0.0.1").arg(target.port()).arg(key).arg(0).arg(5000);
        let moved: Value = migrate.query_async(&mut source.connect().await.unwrap()).await.unwrap();
        assert_eq!(moved, Value::Okay);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_whose_keys_are_at_two_nodes_is_waited_for_and_never_torn() {
    let cluster = Cluster::start(false).await;
    let store = open(&cluster.url()).await;
    let (owner, slot) = cluster.owner("{abc}").await;
    let to = (owner + 1) % 3;
    let in_slot = |mut secret: NewSecret| {
        secret.receipt.tag = SlotTag::parse("abc").unwrap();
        secret
    };
    // The record alone has moved; the receipt alone; both, but not the tries; nothing.
    let [ahead, behind, tried, still] =
        [plain(now()), plain(now()), locked(now()), plain(now())].map(in_slot);
    for secret in [&ahead, &behind, &tried, &still] {
        store.put(secret.clone()).await.unwrap();
    }
    let from = network();
    for _ in 0..3 {
        store.take(guess(&tried, from, now())).await.unwrap();
    }
    let moved = [
        key("s", ahead.receipt.sid.0),
        key("m", behind.receipt.mid.0),
        key("s", tried.receipt.sid.0),
        key("m", tried.receipt.mid.0),
    ];
    half_moved(&cluster, owner, to, slot, &moved).await;

    let receipt = async |secret: &NewSecret| {
        store.receipt(secret.receipt.tag, secret.receipt.mid, now()).await.map(|receipt| receipt.unwrap())
    };
    for secret in [&ahead, &behind] {
        for claim in [reveal(secret, now()), burn(secret, now())] {
            let taken = store.take(claim.clone()).await;
            assert!(matches!(taken, Err(Error::Unavailable(_))), "{claim:?}: {taken:?}");
        }
        let seen = receipt(secret).await;
        assert!(matches!(seen, Err(Error::Unavailable(_))), "{seen:?}");
    }
    // Were the tries forgotten, a fourth guess would be let through.
    let taken = store.take(guess(&tried, from, now())).await;
    assert!(matches!(taken, Err(Error::Unavailable(_))), "{taken:?}");
    // What is whole is served, at the old node and at the new one.
    assert_eq!(receipt(&still).await.unwrap(), still.receipt);
    assert_eq!(receipt(&tried).await.unwrap(), tried.receipt);
    let fresh = in_slot(plain(now()));
    assert_eq!(store.put(fresh.clone()).await.unwrap(), Put::Stored);
    assert!(matches!(store.take(reveal(&fresh, now())).await.unwrap(), Taken::Won(_)));

    migrate(&cluster, slot, owner, to).await;
    for secret in [&ahead, &behind, &still] {
        let Taken::Won(won) = store.take(reveal(secret, now())).await.unwrap() else { panic!("not won") };
        assert_eq!(won.receipt, secret.receipt);
        assert_eq!(receipt(secret).await.unwrap().state, State::Revealed);
    }
    let limited = store.take(guess(&tried, from, now())).await.unwrap();
    assert!(matches!(limited, Taken::Limited { .. }), "{limited:?}");
    assert!(matches!(store.take(unlocked(&tried, now())).await.unwrap(), Taken::Won(_)));
}

/// Moves the slot of `{abc}` to a node and back, again and again, under load.
async fn moved_under_load(cluster: &Cluster, store: &RedisStore, to: usize) -> Account {
    let tag = SlotTag::parse("abc").unwrap();
    let (owner, slot) = cluster.owner("{abc}").await;
    let until = Instant::now() + Duration::from_secs(5);
    let mut workers: JoinSet<_> = (0..6).map(|_| Load::on(store, until).in_slot(tag).run()).collect();
    workers.spawn(Load::on(store, until).run());
    while Instant::now() + Duration::from_secs(1) < until {
        let moved = migrate(cluster, slot, owner, to).await;
        let back = migrate(cluster, slot, to, owner).await;
        eprintln!("moved {moved} keys, and {back} back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ledger = Ledger::of(workers).await;
    eventually("it serves", || async { store.put(plain(now())).await.ok() }).await;
    ledger.settle(store).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_moves_under_load_loses_and_doubles_nothing() {
    let mut cluster = Cluster::start(false).await;
    let store = open(&cluster.url()).await;
    // A node that joins when the store is open already: nobody has told it.
    let new = cluster.grow().await;
    let account = moved_under_load(&cluster, &store, new).await;
    eprintln!("{account:?}");
    assert_eq!(account.unknown, 0, "no connection was lost: {account:?}");
    account.holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_moves_under_confirmed_load_loses_and_doubles_nothing() {
    let cluster = Cluster::start(true).await;
    let confirm = Confirm::Replicas(1);
    let store = RedisStore::open(Settings { confirm, ..settings(&cluster.url()) }).await.unwrap();
    let (owner, _) = cluster.owner("{abc}").await;
    let account = moved_under_load(&cluster, &store, (owner + 1) % 3).await;
    eprintln!("{account:?}");
    account.holds();
}

/// Kills a master under load and waits until its replica has taken over; how the ledger compares.
async fn a_master_killed(confirm: Confirm) -> Account {
    let mut cluster = Cluster::start(true).await;
    let store = RedisStore::open(Settings { confirm, ..settings(&cluster.url()) }).await.unwrap();
    let begun = Instant::now();
    let workers: JoinSet<_> =
        (0..8).map(|_| Load::on(&store, begun + Duration::from_secs(6)).run()).collect();
    sleep_until(begun + Duration::from_millis(1500)).await;
    cluster.nodes[0].kill();
    let ledger = Ledger::of(workers).await;
    promoted(&cluster, 3).await;
    // Whoever looks afterwards asks for no confirmation: the shard has no replica left.
    let after = open(&cluster.url()).await;
    eventually("all slots are served again", || async {
        for _ in 0..20 {
            after.ready(100).await.ok()?;
        }
        Some(())
    })
    .await;
    ledger.settle(&after).await
}

/// Waits until a replica is a master, for its neighbours too.
async fn promoted(cluster: &Cluster, replica: usize) {
    let id = cluster.id(replica).await;
    eventually("the replica has taken over", || async {
        for node in &cluster.nodes[1..] {
            let nodes = text(node.call(&["CLUSTER", "NODES"]).await);
            let line = nodes.lines().find(|line| line.starts_with(&id))?.to_owned();
            let whole = text(node.call(&["CLUSTER", "INFO"]).await).contains("cluster_state:ok");
            if !line.contains("master") || !whole {
                return None;
            }
        }
        Some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_master_loses_and_returns_nothing_that_its_replica_confirmed() {
    let account = a_master_killed(Confirm::Replicas(1)).await;
    eprintln!("with `redis.confirm = replicas:1`: {account:?}");
    account.holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_master_without_confirmation_still_leaves_clear_answers() {
    let account = a_master_killed(Confirm::None).await;
    // Losses are possible then, and documented; how many there were is for the reader of the log.
    eprintln!("with `redis.confirm = none`: {account:?}");
    assert!(account.stored > 50 && account.ended > 50, "{account:?}");
    assert_eq!(account.unconfirmed, 0, "nobody asked for it: {account:?}");
    assert!(account.unavailable + account.unknown > 0, "the master's death went unnoticed: {account:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_master_is_replaced_without_restart() {
    let cluster = Cluster::start(true).await;
    let store = open(&cluster.url()).await;
    cluster.nodes[0].pause();
    let begun = Instant::now();
    eventually("every slot is served again", || async {
        let mut fine = true;
        for tag in ["aaa", "aab", "aac", "aad", "aae", "aaf", "aag", "aah"] {
            let mut secret = plain(now());
            secret.receipt.tag = SlotTag::parse(tag).unwrap();
            match timeout(LONGEST, store.put(secret)).await.unwrap() {
                Ok(_) => {}
                Err(Error::Unavailable(_) | Error::OutcomeUnknown(_)) => fine = false,
                Err(error) => panic!("{error}"),
            }
        }
        fine.then_some(())
    })
    .await;
    eprintln!("served again after {:?}", begun.elapsed());
    cluster.nodes[0].resume();
}
