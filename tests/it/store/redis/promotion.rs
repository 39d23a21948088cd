//! What is told before a replica takes over and undoes what was acknowledged: by sentinels, by a cluster, by what may not be asked.

use readonce::domain::SystemClock;
use readonce::store::redis::preflight::acl_rule;
use readonce::store::redis::{Confirm, RedisStore, Settings};
use readonce::store::{Level, Maintenance as _};

use crate::support::eventually;
use crate::support::redis::{Server, settings};
use crate::support::redis_group::{Cluster, Watched};

/// What is told of replicas and of who takes over: level and text.
async fn told(url: &str, confirm: Confirm) -> Vec<(Level, String)> {
    let store = RedisStore::open(Settings { confirm, ..settings(url) }).await.unwrap();
    let findings = store.preflight(&SystemClock).await.unwrap();
    store.close().await;
    let about = ["redis.confirm", "min-replicas", "down-after"];
    let about = findings.into_iter().filter(|found| about.iter().any(|word| found.what.contains(word)));
    about
        .map(|found| {
            let hint = found.hint.unwrap_or_default();
            assert!(found.level == Level::Info || !hint.is_empty(), "no hint: {}", found.what);
            (found.level, format!("{}: {} ({hint})", found.what, found.why))
        })
        .collect()
}

/// The level of what is told in these words, `None` where nothing is.
fn level(told: &[(Level, String)], words: &str) -> Option<Level> {
    told.iter().find(|(_, text)| text.contains(words)).map(|(level, _)| *level)
}

async fn set(server: &Server, name: &str, value: &str) {
    server.call(&["CONFIG", "SET", name, value]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watched_master_that_nobody_confirms_is_told_and_one_that_stops_too_late() {
    let mut group = Watched::start().await;
    let found = told(&group.url(), Confirm::None).await;
    assert_eq!(level(&found, "1 replicas, `redis.confirm` asks for 0"), Some(Level::Warning), "{found:?}");
    assert_eq!(level(&found, "`min-replicas-to-write` is not set"), Some(Level::Warning), "{found:?}");
    assert_eq!(level(&found, "down-after"), None, "it never stops: {found:?}");

    set(&group.master, "min-replicas-to-write", "1").await;
    let found = told(&group.url(), Confirm::None).await;
    let words = "`min-replicas-max-lag` is 10 s, and Sentinel's `down-after-milliseconds` is 1000";
    assert_eq!(level(&found, words), Some(Level::Warning), "{found:?}");
    assert_eq!(level(&found, "is not set"), None, "{found:?}");
    for sentinel in &group.sentinels {
        sentinel.call(&["SENTINEL", "SET", "main", "down-after-milliseconds", "12000"]).await;
    }
    let found = told(&group.url(), Confirm::None).await;
    assert_eq!(level(&found, "down-after"), None, "{found:?}");

    // Whoever confirms has it.
    let found = told(&group.url(), Confirm::Replicas(1)).await;
    assert_eq!(
        level(&found, "whichever takes over has what was acknowledged"),
        Some(Level::Info),
        "{found:?}"
    );
    assert_eq!(found.len(), 1, "{found:?}");

    // With the documented rights.
    let user = format!("ACL SETUSER readonce on >pw {}", acl_rule("ro"));
    group.master.call(&user.split(' ').collect::<Vec<_>>()).await;
    let careful = group.url().replace("://", "://readonce:pw@");
    let found = told(&careful, Confirm::None).await;
    assert_eq!(level(&found, "of 12000 cannot be seen"), Some(Level::Note), "{found:?}");

    // A replica that is away may come back and take over.
    group.replica.kill();
    eventually("the master is alone", || async {
        group.master.info("replication").await.contains("connected_slaves:0").then_some(())
    })
    .await;
    set(&group.master, "min-replicas-to-write", "0").await;
    let found = told(&group.url(), Confirm::None).await;
    assert_eq!(level(&found, "0 replicas and 1 that are away"), Some(Level::Warning), "{found:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_with_replicas_that_nobody_confirms_is_told_of_each_master() {
    let cluster = Cluster::start(true).await;
    for (confirm, expected) in [(0, Level::Warning), (1, Level::Info)] {
        let asked = if confirm == 0 { Confirm::None } else { Confirm::Replicas(confirm) };
        let found = told(&cluster.url(), asked).await;
        for master in &cluster.nodes[..3] {
            let words = format!(":{}: 1 replicas, `redis.confirm` asks for {confirm}", master.port());
            assert_eq!(level(&found, &words), Some(expected), "{found:?}");
        }
    }
}
