//! Looking at a Redis before trusting it.

use readonce::domain::{ClockLook, ClockReading, FakeClock, SystemClock, Timestamp};
use readonce::store::redis::preflight::acl_rule;
use readonce::store::redis::{Confirm, RedisStore, Settings};
use readonce::store::{Finding, Level, Maintenance as _};

use super::now;
use crate::support::redis::{Server, open, settings};
use crate::support::redis_group::{Cluster, replica_of};

async fn look(store: &RedisStore) -> Vec<Finding> {
    store.preflight(&SystemClock).await.unwrap()
}

/// The level of the finding that says this.
#[track_caller]
fn level(findings: &[Finding], what: &str) -> Level {
    let found = findings.iter().find(|finding| finding.what.contains(what));
    found.unwrap_or_else(|| panic!("nothing says `{what}`: {findings:#?}")).level
}

fn worst(findings: &[Finding]) -> Level {
    findings.iter().map(|finding| finding.level).max().unwrap()
}

#[tokio::test]
async fn a_good_server_is_described_and_left_as_it_was() {
    let server = Server::with(&["--save", "", "--appendonly", "yes", "--appendfsync", "always"]).await;
    let findings = look(&open(&server.url()).await).await;
    assert_eq!(worst(&findings), Level::Info, "{findings:#?}");
    let is_version =
        |finding: &Finding| finding.what.contains(": Redis 7.") || finding.what.contains(": Valkey ");
    assert!(findings.iter().any(is_version), "{findings:#?}");
    level(&findings, "`maxmemory-policy` is `noeviction`");
    level(&findings, "synced always");
    let keys = server.keys().await;
    assert!(keys.is_empty(), "something was left: {keys:?}");
}

#[tokio::test]
async fn each_weakness_is_told() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let set = async |name: &str, value: &str| server.call(&["CONFIG", "SET", name, value]).await;
    assert_eq!(level(&look(&store).await, "no append-only file"), Level::Warning);
    set("maxmemory-policy", "allkeys-lru").await;
    assert_eq!(level(&look(&store).await, "`maxmemory-policy` is `allkeys-lru`"), Level::Error);
    set("maxmemory-policy", "noeviction").await;
    set("appendonly", "yes").await;
    assert_eq!(level(&look(&store).await, "synced every second"), Level::Warning);
    set("appendfsync", "no").await;
    assert_eq!(level(&look(&store).await, "`appendfsync no`"), Level::Warning);
    set("maxmemory", "1").await;
    assert_eq!(level(&look(&store).await, "a write is refused"), Level::Error);
}

#[tokio::test]
async fn replicas_are_held_against_what_is_asked_of_them() {
    let master = Server::start().await;
    let replica = replica_of(&master).await;
    let to_replica = look(&open(&replica.url()).await).await;
    assert_eq!(level(&to_replica, "a replica"), Level::Error);
    for (asked, expected) in [(0, Level::Info), (1, Level::Info), (2, Level::Error)] {
        let confirm = if asked == 0 { Confirm::None } else { Confirm::Replicas(asked) };
        let store = RedisStore::open(Settings { confirm, ..settings(&master.url()) }).await.unwrap();
        let findings = look(&store).await;
        assert_eq!(level(&findings, &format!("`redis.confirm` asks for {asked}")), expected);
        assert_eq!(level(&findings, "`min-replicas-to-write` is not set"), Level::Warning);
    }
}

#[tokio::test]
async fn missing_rights_are_named_before_anything_fails_half_way() {
    let server = Server::start().await;
    let rule = acl_rule("ro").replace("+hset ", "").replace("+zadd ", "");
    let user = format!("ACL SETUSER readonce on >pw {rule}");
    server.call(&user.split(' ').collect::<Vec<_>>()).await;
    let url = format!("redis://readonce:pw@127.0.0.1:{}", server.port());
    let findings = look(&open(&url).await).await;
    assert_eq!(level(&findings, "our user may not: hset, zadd"), Level::Error);
    let elsewhere = Settings { prefix: "xy".to_owned(), ..settings(&url) };
    let findings = look(&RedisStore::open(elsewhere).await.unwrap()).await;
    assert_eq!(level(&findings, "keys like `xy:canary`"), Level::Error);
    server.call(&["CONFIG", "SET", "appendonly", "yes"]).await;
    let findings = look(&open(&url).await).await;
    assert_eq!(level(&findings, "how often it is synced cannot be seen"), Level::Note);
}

#[tokio::test]
async fn clocks_apart_are_noticed() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    for (ours, noticed) in
        [(now().minus(60), true), (now().plus(60), true), (now(), false), (now().plus(1), false)]
    {
        let findings = store.preflight(&FakeClock::at(ours)).await.unwrap();
        let found = findings.iter().find(|finding| finding.what.contains("its clock and ours"));
        assert_eq!(found.is_some(), noticed, "{found:?}");
        assert!(found.is_none_or(|finding| finding.level == Level::Warning));
    }
}

/// Our clock and the server's, while it runs: two minutes.
#[tokio::test]
async fn two_minutes_are_apart_and_less_is_not() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    for (off, is_apart) in [(0, false), (100, false), (-100, false), (130, true), (-130, true)] {
        let ours = FakeClock::at(Timestamp(now().0.strict_add_signed(off)));
        let look = store.look_at_clock(ClockReading::of(&ours)).await.unwrap();
        match look {
            ClockLook::Steady => assert!(!is_apart, "{off:+} s"),
            ClockLook::Apart { seconds } => {
                assert!(is_apart && seconds.abs_diff(130) < 10, "{off:+} s: {seconds}");
            }
            other => panic!("{off:+} s: {other:?}"),
        }
    }
}

#[tokio::test]
async fn every_master_of_a_cluster_is_looked_at() {
    let cluster = Cluster::start(false).await;
    let store = open(&cluster.url()).await;
    cluster.nodes[1].call(&["CONFIG", "SET", "maxmemory-policy", "volatile-lru"]).await;
    let findings = look(&store).await;
    for (index, node) in cluster.nodes.iter().enumerate() {
        let name = format!("127.0.0.1:{}: `maxmemory-policy`", node.port());
        let expected = if index == 1 { Level::Error } else { Level::Info };
        assert_eq!(level(&findings, &name), expected);
    }
}

#[tokio::test]
async fn a_server_that_is_away_cannot_be_looked_at() {
    let mut server = Server::start().await;
    let store = open(&server.url()).await;
    server.kill();
    assert!(store.preflight(&SystemClock).await.is_err());
}

/// What `appendfsync always` is worth while the file is rewritten; and what no file and no snapshot keep.
#[tokio::test]
async fn what_each_setting_loses_is_told_as_it_is() {
    let server = Server::with(&["--save", "", "--appendonly", "yes", "--appendfsync", "always"]).await;
    let store = open(&server.url()).await;
    let set = async |name: &str, value: &str| server.call(&["CONFIG", "SET", name, value]).await;
    set("no-appendfsync-on-rewrite", "yes").await;
    assert_eq!(level(&look(&store).await, "but while it is rewritten"), Level::Warning);
    set("no-appendfsync-on-rewrite", "no").await;
    assert_eq!(level(&look(&store).await, "synced always"), Level::Info);
    set("appendonly", "no").await;
    assert_eq!(level(&look(&store).await, "and no snapshots (`save \"\"`)"), Level::Warning);
    set("save", "3600 1").await;
    let findings = look(&store).await;
    let file = findings.iter().find(|finding| finding.what.contains("no append-only file")).unwrap();
    assert!(!file.what.contains("snapshots") && file.why.contains("last snapshot"), "{file:?}");
}

/// No right of readonce's user shows another password of the server's.
#[tokio::test]
async fn the_documented_rights_read_no_password() {
    let server = Server::start().await;
    let user = format!("ACL SETUSER readonce on >pw {}", acl_rule("ro"));
    server.call(&user.split(' ').collect::<Vec<_>>()).await;
    server.call(&["CONFIG", "SET", "masterauth", "of-the-master"]).await;
    let client = redis::Client::open(format!("redis://readonce:pw@127.0.0.1:{}", server.port())).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for words in [
        &["CONFIG", "GET", "masterauth"][..],
        &["CONFIG", "GET", "*"],
        &["ACL", "LIST"],
        &["CONFIG", "SET", "save", ""],
    ] {
        let answer = redis::cmd(words[0]).arg(&words[1..]).query_async::<redis::Value>(&mut connection).await;
        let refused = answer.expect_err("it may");
        assert_eq!(refused.kind(), redis::ErrorKind::Server(redis::ServerErrorKind::NoPerm), "{words:?}");
    }
}

#[tokio::test]
async fn a_command_that_was_renamed_away_is_named_and_so_is_what_to_do() {
    for (hidden, what) in [("EVAL", "the server does not know: eval"), ("INFO", "`INFO` is refused")] {
        let server = Server::with(&["--save", "", "--rename-command", hidden, ""]).await;
        let findings = look(&open(&server.url()).await).await;
        assert_eq!(level(&findings, what), Level::Error);
        let found = findings.iter().find(|finding| finding.what.contains(what)).unwrap();
        assert!(found.hint.as_ref().unwrap().contains("rename-command"), "{found:?}");
    }
}
