//! Notices and their index: what they cost, how long they lie there, and what becomes of one whose claimer could not say so.

use std::time::Duration;

use readonce::domain::{NotificationId, SecretEnd, Timestamp};
use readonce::store::redis::RedisStore;
use readonce::store::{NOTICE_KEPT, NewSecret, Notice, Notices as _, Put, SecretStore as _, Taken};
use redis::Value;

use super::keys::pttl;
use super::now;
use crate::store::laws::notices::noticed;
use crate::store::sample::{TTL, plain, reveal};
use crate::support::eventually;
use crate::support::redis::{Server, open};

const LEASE: Duration = Duration::from_mins(1);

fn key(id: NotificationId) -> Vec<u8> {
    [format!("ro:{{{}}}:n:", id.tag.as_str()).as_bytes(), &id.serial].concat()
}

fn index_key(id: NotificationId) -> String {
    format!("ro:notices:{}", id.serial[0] % 16)
}

async fn share(store: &RedisStore) -> (NewSecret, NotificationId) {
    let secret = noticed(plain(now()), 1);
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    let id = secret.notices[0].id;
    (secret, id)
}

async fn lease(store: &RedisStore, at: Timestamp) -> Vec<Notice> {
    store.lease_notices(at, LEASE, 100).await.unwrap()
}

/// What the index says of it: members and scores. Another one may be in the same set of it.
async fn index(server: &Server, id: NotificationId) -> Vec<(Vec<u8>, u64)> {
    let mut range = redis::cmd("ZRANGE");
    range.arg(index_key(id)).arg(0).arg(-1).arg("WITHSCORES");
    let mut all: Vec<(Vec<u8>, u64)> = range.query_async(&mut server.connect().await.unwrap()).await.unwrap();
    all.retain(|(member, _)| member.windows(id.serial.len()).any(|part| part == id.serial));
    all
}

async fn is_due_by_the_index(server: &Server, id: NotificationId, at: Timestamp) {
    eventually("the index", async || {
        let index = index(server, id).await;
        assert_eq!(index.len(), 1);
        (index[0].1 == at.0).then_some(())
    })
    .await;
}

/// Makes the index say of its one notice what it said before the claim.
async fn as_before(server: &Server, secret: &NewSecret) {
    let id = secret.notices[0].id;
    let [(member, _)] = &index(server, id).await[..] else { panic!("one notice") };
    let mut add = redis::cmd("ZADD");
    add.arg(index_key(id)).arg(secret.receipt.secret_expires().0).arg(member);
    add.exec_async(&mut server.connect().await.unwrap()).await.unwrap();
}

async fn claim(store: &RedisStore, secret: &NewSecret, at: Timestamp) {
    assert!(matches!(store.take(reveal(secret, at)).await.unwrap(), Taken::Won(_)));
}

#[tokio::test]
async fn only_a_share_with_a_notice_costs_more() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let count = async |name: &str, expected: usize, seen: Vec<String>| {
        assert!(seen.iter().all(|command| command == "EVALSHA"), "{name}: {seen:?}");
        assert_eq!(seen.len(), expected, "{name}");
    };
    // Every script is known from here on.
    let (known, id) = share(&store).await;
    claim(&store, &known, now()).await;
    is_due_by_the_index(&server, id, now()).await;
    store.find_notices(now()).await.unwrap();
    lease(&store, now()).await;
    store.put_off_notice(&id, None, None).await.unwrap();
    store.notices(now(), 9).await.unwrap();
    store.remove_notice(&id).await.unwrap();

    let silent = plain(now());
    count("without", 1, server.commands(store.put(silent.clone())).await).await;
    count("claim", 1, server.commands(claim(&store, &silent, now())).await).await;
    count("an empty look", 16, server.commands(lease(&store, now())).await).await;
    let secret = noticed(plain(now()), 1);
    count("with", 2, server.commands(store.put(secret.clone())).await).await;
    let (at, before) = (now(), server.script_calls().await);
    claim(&store, &secret, at).await;
    is_due_by_the_index(&server, secret.notices[0].id, at).await;
    assert_eq!(server.script_calls().await - before, 2, "the claim, and the index behind it");
    count("not its turn", 1, server.commands(store.find_notices(now())).await).await;
}

#[tokio::test]
async fn a_notice_lies_there_a_week_longer_than_its_secret_could() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (secret, id) = share(&store).await;
    let longest = i64::from(TTL + NOTICE_KEPT) * 1000;
    let left = pttl(&server, &key(id)).await;
    assert!((longest - 5000..=longest).contains(&left), "{left}");
    claim(&store, &secret, now()).await;
    let left = pttl(&server, &key(id)).await;
    assert!((longest - 5000..=longest).contains(&left), "{left}: the claim does not make it live for ever");
    assert!(pttl(&server, index_key(id).as_bytes()).await >= longest - 5000);
    assert!(server.immortal().await.is_empty());
}

/// Killed between the claim and the index: the claim itself has turned the notice, and somebody finds it.
#[tokio::test]
async fn a_notice_whose_claimer_ended_before_it_was_indexed_is_found() {
    let server = Server::start().await;
    let (store, other) = (open(&server.url()).await, open(&server.url()).await);
    let (secret, id) = share(&store).await;
    let (_, unread) = share(&store).await;
    let at = now();
    claim(&store, &secret, at).await;
    is_due_by_the_index(&server, id, at).await;
    as_before(&server, &secret).await;
    assert_eq!(lease(&other, at).await, [], "the index says that it is not due");
    other.find_notices(at).await.unwrap();
    let leased = lease(&other, at).await;
    assert_eq!(
        leased.iter().map(|notice| (notice.id, notice.end)).collect::<Vec<_>>(),
        [(id, SecretEnd::Read)]
    );
    assert_ne!(leased[0].id, unread);
    // One looks for all of them, and not again within 20 seconds.
    as_before(&server, &secret).await;
    store.find_notices(at).await.unwrap();
    assert_eq!(index(&server, id).await[0].1, secret.receipt.secret_expires().0);
    let left = pttl(&server, b"ro:notices:turn").await;
    assert!((1..=20_000).contains(&left), "{left}");
}

/// While the instances of a server are upgraded one by one, an older one claims and knows no notices.
#[tokio::test]
async fn a_claim_that_turned_no_notice_is_seen_by_the_receipt() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    for (ending, end) in [("r", SecretEnd::Read), ("b", SecretEnd::Burned)] {
        let (secret, id) = share(&store).await;
        let at = now();
        let tag = secret.receipt.tag.as_str();
        let script =
            "redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[2], 'e', ARGV[1], 'u', ARGV[2], 's', '')";
        let mut claim = redis::cmd("EVAL");
        claim
            .arg(script)
            .arg(2)
            .arg([format!("ro:{{{tag}}}:s:").as_bytes(), &secret.receipt.sid.0].concat())
            .arg([format!("ro:{{{tag}}}:m:").as_bytes(), &secret.receipt.mid.0].concat())
            .arg(ending)
            .arg(at.0);
        let _: Value = claim.query_async(&mut server.connect().await.unwrap()).await.unwrap();
        server.call(&["DEL", "ro:notices:turn"]).await;
        store.find_notices(at).await.unwrap();
        let leased = lease(&store, at).await;
        assert_eq!(leased.len(), 1);
        assert_eq!((leased[0].id, leased[0].end, leased[0].ended), (id, end, at));
    }
}

/// An entry is made before its notice, and one that never came is taken out again.
#[tokio::test]
async fn an_entry_without_a_notice_goes() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (secret, id) = share(&store).await;
    let deleted: i64 =
        redis::cmd("DEL").arg(key(id)).query_async(&mut server.connect().await.unwrap()).await.unwrap();
    assert_eq!(deleted, 1);
    let soon = secret.receipt.created.plus(59);
    store.find_notices(soon).await.unwrap();
    assert_eq!(index(&server, id).await.len(), 1, "it may be on its way");
    server.call(&["DEL", "ro:notices:turn"]).await;
    store.find_notices(soon.plus(1)).await.unwrap();
    assert_eq!(index(&server, id).await, []);
}
