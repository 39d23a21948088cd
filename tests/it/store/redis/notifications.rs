//! Notifications and their index: what they cost, and what becomes of one without the other.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Duration;

use readonce::domain::{Clock as _, Failure, FakeClock, NotificationId, SlotTag, Timestamp};
use readonce::store::redis::RedisStore;
use readonce::store::{Error, Leased, Leases, NewSecret, Outbox as _, Put, SecretStore as _, Taken};

use super::keys::pttl;
use super::now;
use crate::store::sample::{account_id, listed, plain, posted, reveal};
use crate::support::eventually;
use crate::support::redis::{Server, open};
use crate::support::redis_group::Cluster;

const LEASE: Duration = Duration::from_mins(1);

fn notification_key(id: NotificationId) -> Vec<u8> {
    [format!("ro:{{{}}}:o:", id.tag.as_str()).as_bytes(), &id.serial].concat()
}

fn index_key(id: NotificationId) -> String {
    format!("ro:outbox:{}", id.serial[0] % 16)
}

fn id_of(secret: &NewSecret) -> NotificationId {
    secret.notification.as_ref().unwrap().id
}

async fn share(store: &RedisStore) -> (NewSecret, NotificationId) {
    let secret = posted(plain(now()));
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    let id = id_of(&secret);
    (secret, id)
}

async fn lease(store: &RedisStore, at: Timestamp) -> Leases {
    store.lease_notifications(at, LEASE, 100).await.unwrap()
}

fn leased(secret: &NewSecret) -> Leased {
    let notification = secret.notification.clone().unwrap();
    Leased { id: notification.id, sealed: notification.sealed, attempts: 0 }
}

fn ids(leases: &Leases) -> Vec<NotificationId> {
    leases.notifications.iter().map(|notification| notification.id).collect()
}

/// What the index says: members and scores.
async fn index(server: &Server, id: NotificationId) -> Vec<(Vec<u8>, u64)> {
    let mut range = redis::cmd("ZRANGE");
    range.arg(index_key(id)).arg(0).arg(-1).arg("WITHSCORES");
    range.query_async(&mut server.connect().await.unwrap()).await.unwrap()
}

/// Makes the index say of its one notification that it is due at another time.
async fn misplace(server: &Server, id: NotificationId, score: u64) {
    let [(member, _)] = &index(server, id).await[..] else { panic!("one notification") };
    let mut add = redis::cmd("ZADD");
    add.arg(index_key(id))
        .arg(score)
        .arg(member)
        .exec_async(&mut server.connect().await.unwrap())
        .await
        .unwrap();
}

async fn delete(server: &Server, key: &[u8]) {
    let mut delete = redis::cmd("DEL");
    let deleted: i64 = delete.arg(key).query_async(&mut server.connect().await.unwrap()).await.unwrap();
    assert_eq!(deleted, 1);
}

#[tokio::test]
async fn only_a_share_with_a_notification_costs_more() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let count = async |name: &str, expected: usize, seen: Vec<String>| {
        assert!(seen.iter().all(|command| command == "EVALSHA"), "{name}: {seen:?}");
        assert_eq!(seen.len(), expected, "{name}");
    };
    // Every script is known from here on.
    let (_, id) = share(&store).await;
    store.put(listed(plain(now()), account_id())).await.unwrap();
    store.take(reveal(&plain(now()), now())).await.unwrap();
    lease(&store, now()).await;
    store.put_off(&id, Failure::Silent, None).await.unwrap();
    store.notifications(now(), 9).await.unwrap();
    store.outbox_depth(now()).await.unwrap();
    store.expire_notifications(now(), 9).await.unwrap();
    store.remove_notification(&id).await.unwrap();

    let plain_one = plain(now());
    count("without", 1, server.commands(store.put(plain_one.clone())).await).await;
    count("claim", 1, server.commands(store.take(reveal(&plain_one, now()))).await).await;
    count("an empty look", 16, server.commands(lease(&store, now())).await).await;
    let secret = posted(plain(now()));
    let id = id_of(&secret);
    count("with", 2, server.commands(store.put(secret)).await).await;
    let secret = posted(listed(plain(now()), account_id()));
    count("with, listed", 3, server.commands(store.put(secret)).await).await;
    count("two leased", 16 + 2 * 2, server.commands(lease(&store, now())).await).await;
    count("put off", 3, server.commands(store.put_off(&id, Failure::Silent, None)).await).await;
    count("retried", 3, server.commands(store.retry_notification(&id, now())).await).await;
    count("two listed", 16 + 2, server.commands(store.notifications(now(), 9)).await).await;
    count("none expired", 16, server.commands(store.expire_notifications(now(), 9)).await).await;
    count("depth", 16, server.commands(store.outbox_depth(now())).await).await;
    count("sent", 2, server.commands(store.remove_notification(&id)).await).await;
    count("not there", 1, server.commands(store.remove_notification(&id)).await).await;
}

#[tokio::test]
async fn an_entry_without_a_notification_is_dropped_after_a_minute_and_not_before() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (secret, id) = share(&store).await;
    delete(&server, &notification_key(id)).await;
    let shared = secret.receipt.created;
    for seconds in [0, 59] {
        assert_eq!(lease(&store, shared.plus(seconds)).await, Leases::default());
        assert_eq!(index(&server, id).await.len(), 1, "a put may be on its way");
    }
    assert_eq!(lease(&store, shared.plus(60)).await, Leases::default());
    assert!(index(&server, id).await.is_empty());
}

#[tokio::test]
async fn a_lease_that_the_index_never_heard_of_ends_all_the_same() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (secret, id) = share(&store).await;
    let shared = secret.receipt.created;
    assert_eq!(ids(&lease(&store, shared).await), [id]);
    // As after a crash between the two steps.
    misplace(&server, id, shared.0).await;
    assert_eq!(lease(&store, shared.plus(10)).await, Leases::default());
    assert_eq!(index(&server, id).await[0].1, shared.plus(60).0, "put right in passing");
    misplace(&server, id, shared.0).await;
    assert_eq!(ids(&lease(&store, shared.plus(60)).await), [id]);
}

#[tokio::test]
async fn a_dead_notification_that_the_index_holds_for_due_stays_dead() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (secret, id) = share(&store).await;
    store.put_off(&id, Failure::Refused(550), None).await.unwrap();
    let for_ever = index(&server, id).await[0].1;
    misplace(&server, id, secret.receipt.created.0).await;
    assert_eq!(lease(&store, now()).await, Leases::default());
    assert_eq!(index(&server, id).await[0].1, for_ever);
    assert_eq!(store.outbox_depth(now()).await.unwrap().dead, 1);
    // Nobody needs the entry once the secret has expired.
    assert_eq!(lease(&store, secret.receipt.secret_expires().minus(1)).await, Leases::default());
    assert_eq!(index(&server, id).await.len(), 1);
    // But by our clock alone it goes on being there: that may be wrong.
    assert_eq!(lease(&store, secret.receipt.secret_expires()).await, Leases::default());
    assert_eq!(index(&server, id).await.len(), 1);
    store.remove_notification(&id).await.unwrap();
    let mut brief = posted(plain(now()));
    brief.receipt.ttl = 1;
    let id = id_of(&brief);
    store.put(brief).await.unwrap();
    store.put_off(&id, Failure::Refused(550), None).await.unwrap();
    assert_eq!(index(&server, id).await.len(), 1);
    eventually("both clocks say so", || async {
        assert_eq!(lease(&store, now()).await, Leases::default());
        index(&server, id).await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_index_lives_as_long_as_the_longest_notification_in_it() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let mut index = Vec::new();
    for (ttl, least) in [(600, 600), (3600, 3600), (60, 3600)] {
        let mut secret = posted(plain(now()));
        secret.receipt.ttl = ttl;
        secret.notification.as_mut().unwrap().id.serial[0] = 16;
        index = index_key(id_of(&secret)).into_bytes();
        let notification = notification_key(id_of(&secret));
        store.put(secret).await.unwrap();
        let left = pttl(&server, &notification).await;
        assert!((i64::from(ttl) * 1000 - 30_000..=i64::from(ttl) * 1000).contains(&left), "{left}");
        let left = pttl(&server, &index).await;
        let most = (least + 60) * 1000;
        assert!((most - 30_000..=most).contains(&left), "{left} of {most}");
        assert!(left > pttl(&server, &notification).await);
    }
    // Nor does anything that is done to a notification change that.
    let before = pttl(&server, &index).await;
    let leases = lease(&store, now()).await;
    for id in ids(&leases) {
        store.put_off(&id, Failure::Silent, None).await.unwrap();
        store.retry_notification(&id, now()).await.unwrap();
        assert!(pttl(&server, &notification_key(id)).await > 0);
    }
    let after = pttl(&server, &index).await;
    assert!(after > 0 && before - after < 30_000, "{before} {after}");
}

#[tokio::test]
async fn a_notification_that_redis_forgot_is_counted_once() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let mut secret = posted(plain(now()));
    secret.receipt.ttl = 1;
    let id = id_of(&secret);
    store.put(secret.clone()).await.unwrap();
    eventually("the notification is gone", || async {
        (!server.keys().await.contains(&notification_key(id))).then_some(())
    })
    .await;
    let expired = secret.receipt.secret_expires();
    assert_eq!(lease(&store, expired).await, Leases { notifications: vec![], dropped: 1 });
    assert_eq!(lease(&store, expired).await, Leases::default());
}

#[tokio::test]
async fn a_notification_that_redis_forgot_before_it_was_sent_is_told_of_once() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let [mut waiting, mut dead] = [posted(plain(now())), posted(plain(now()))];
    for secret in [&mut waiting, &mut dead] {
        secret.receipt.ttl = 1;
        store.put(secret.clone()).await.unwrap();
    }
    let expired = waiting.receipt.secret_expires();
    store.put_off(&id_of(&dead), Failure::Refused(550), None).await.unwrap();
    eventually("the notification is gone", || async {
        (!server.keys().await.contains(&notification_key(id_of(&waiting)))).then_some(())
    })
    .await;
    assert_eq!(store.expire_notifications(expired.minus(1), 9).await.unwrap(), []);
    assert_eq!(store.expire_notifications(expired, 9).await.unwrap(), [id_of(&waiting)]);
    assert_eq!(store.expire_notifications(expired, 9).await.unwrap(), []);
    assert_eq!(lease(&store, expired).await, Leases::default());
}

#[tokio::test]
async fn a_damaged_notification_does_not_hold_up_the_others() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let mut shared = Vec::new();
    for _ in 0..5 {
        shared.push(share(&store).await.1);
    }
    let mut admin = server.connect().await.unwrap();
    let (typed, torn) = (notification_key(shared[0]), notification_key(shared[1]));
    redis::cmd("SET").arg(&typed).arg("x").arg("EX").arg(90).exec_async(&mut admin).await.unwrap();
    redis::cmd("HSET").arg(&torn).arg("b").arg("x").exec_async(&mut admin).await.unwrap();
    let mut seen = ids(&lease(&store, now()).await);
    seen.sort();
    let mut fine = shared.split_off(2);
    fine.sort();
    assert_eq!(seen, fine);
    // When there is nothing else, it is said.
    let alone = store.lease_notifications(now(), LEASE, 9).await;
    assert!(matches!(alone, Err(Error::Corrupt(_))), "{alone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_whose_secret_is_at_another_node_is_not_dropped() {
    let cluster = Cluster::start(false).await;
    let store = open(&cluster.url()).await;
    let (owner, slot) = cluster.owner("{abc}").await;
    let to = (owner + 1) % 3;
    let in_slot = || {
        let mut secret = plain(now());
        secret.receipt.tag = SlotTag::parse("abc").unwrap();
        posted(secret)
    };
    // The notification alone has moved; the secret alone; both.
    let [ahead, behind, moved] = [in_slot(), in_slot(), in_slot()];
    for secret in [&ahead, &behind, &moved] {
        store.put(secret.clone()).await.unwrap();
    }
    let secret_key = |secret: &NewSecret| [&b"ro:{abc}:s:"[..], &secret.receipt.sid.0].concat();
    let keys = [
        notification_key(id_of(&ahead)),
        secret_key(&behind),
        notification_key(id_of(&moved)),
        secret_key(&moved),
    ];
    super::reshard::half_moved(&cluster, owner, to, slot, &keys).await;
    // What is whole is sent; of the others nobody can say whether their secrets are there.
    let whole = Leases { notifications: vec![leased(&moved)], dropped: 0 };
    assert_eq!(lease(&store, now()).await, whole);
    let torn = store.lease_notifications(now(), LEASE, 9).await;
    assert!(matches!(torn, Err(Error::Unavailable(_))), "{torn:?}");
    super::reshard::migrate(&cluster, slot, owner, to).await;
    let mut seen = ids(&lease(&store, now()).await);
    seen.sort();
    let mut expected = [id_of(&ahead), id_of(&behind)];
    expected.sort();
    assert_eq!(seen, expected);
    assert!(matches!(store.take(reveal(&ahead, now())).await.unwrap(), Taken::Won(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_away_holds_up_its_own_notifications_only() {
    let cluster = Cluster::start(false).await;
    for node in &cluster.nodes {
        node.call(&["CONFIG", "SET", "cluster-require-full-coverage", "no"]).await;
    }
    let store = open(&cluster.url()).await;
    let (away, _) = cluster.owner("{abc}").await;
    let (mut here, mut there) = (Vec::new(), Vec::new());
    while here.len() < 3 || there.len() < 3 {
        let (_, id) = share(&store).await;
        let at = |key: String| {
            let cluster = &cluster;
            async move { cluster.owner(&key).await.0 == away }
        };
        let notification_is_away = at(format!("{{{}}}", id.tag.as_str())).await;
        if notification_is_away || at(index_key(id)).await { there.push(id) } else { here.push(id) }
    }
    cluster.nodes[away].pause();
    let mut seen = ids(&lease(&store, now()).await);
    cluster.nodes[away].resume();
    seen.sort();
    here.sort();
    assert_eq!(seen, here);
    // Whose lease was granted and not heard of, comes again when it ends.
    let late = FakeClock::at(now());
    let seen = Mutex::new(HashSet::new());
    eventually("all of them come", || async {
        late.advance(61);
        let leases = store.lease_notifications(late.now(), LEASE, 100).await.ok()?;
        let mut seen = seen.lock().unwrap();
        seen.extend(ids(&leases));
        there.iter().all(|id| seen.contains(id)).then_some(())
    })
    .await;
}
