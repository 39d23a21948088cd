//! What lies in Redis, for how long, how large, and in how many calls it got there.

use std::time::Duration;

use readonce::domain::{Binding, Failure, NetworkTag, SlotTag, State, StoredReceipt, Timestamp, random};
use readonce::store::redis::RedisStore;
use readonce::store::{
    AccountStore as _, ImportStore as _, ImportedSecret, Maintenance as _, NewSecret, Outbox as _,
    SecretStore as _, Taken,
};
use redis::Value;

use super::now;
use crate::store::sample::{
    Entries as _, TTL, account, burn, guess, listed, locked, network, plain, posted, reveal, sealed,
    unlocked, with,
};
use crate::support::redis::{Server, open};

/// A share as anonymous clients make it: 100 bytes, padded and sealed, and a sealed key of 28 characters.
fn anonymous() -> NewSecret {
    let secret = sealed(now(), false, 144);
    let receipt = StoredReceipt {
        owner: None,
        recipient: String::new(),
        share_domain: String::new(),
        sealed: random::bytes::<64>().to_vec(),
        ..secret.receipt
    };
    NewSecret { receipt, ..secret }
}

pub(super) async fn pttl(server: &Server, key: &[u8]) -> i64 {
    redis::cmd("PTTL").arg(key).query_async(&mut server.connect().await.unwrap()).await.unwrap()
}

/// Does everything that leaves something behind.
async fn live(store: &RedisStore) {
    let me = account("a@example.org", now());
    store.create_account(me.clone()).await.unwrap();
    // In hex it is digits alone.
    store.bind(&me.id, Binding([0x11; 32])).await.unwrap();
    store.canary(Some(b"canary".to_vec())).await.unwrap();
    store.ready(100).await.unwrap();
    let (unread, read, tried) = (anonymous(), listed(plain(now()), me.id), locked(now()));
    for secret in [&unread, &read, &tried] {
        store.put(secret.clone()).await.unwrap();
    }
    store.take(reveal(&read, now())).await.unwrap();
    store.orphan(read.receipt.tag, read.receipt.mid, now()).await.unwrap();
    let from = network();
    store.take(guess(&tried, from, now())).await.unwrap();
    store.take(guess(&tried, from, now())).await.unwrap();
    store.give_back(tried.receipt.tag, tried.receipt.sid, from, now()).await.unwrap();
    store.give_back(tried.receipt.tag, tried.receipt.sid, NetworkTag([0; 8]), now()).await.unwrap();
    let (burned, proved) = (locked(now()), locked(now()));
    for secret in [&burned, &proved] {
        store.put(secret.clone()).await.unwrap();
        store.take(guess(secret, from, now())).await.unwrap();
    }
    store.take(burn(&burned, now())).await.unwrap();
    store.take(unlocked(&proved, now())).await.unwrap();
    // Later than their end, and where nothing is.
    store.orphan(tried.receipt.tag, proved.receipt.mid, now()).await.unwrap();
    store.give_back(proved.receipt.tag, proved.receipt.sid, from, now()).await.unwrap();
    store.set_disabled(&me.id, true).await.unwrap();
    post(store).await;
}

/// Notifications in every state: one dead, one sent, one dropped, one changed after its end.
async fn post(store: &RedisStore) {
    let [dead, sent, dropped] = [posted(plain(now())), posted(plain(now())), posted(plain(now()))];
    for secret in [&dead, &sent, &dropped] {
        store.put(secret.clone()).await.unwrap();
    }
    store.put(dead.clone()).await.unwrap();
    store.take(reveal(&dropped, now())).await.unwrap();
    let leases = store.lease_notifications(now(), Duration::from_mins(1), 10).await.unwrap();
    assert_eq!((leases.notifications.len(), leases.dropped), (2, 1));
    let [dead, sent, dropped] = [dead, sent, dropped].map(|secret| secret.notification.unwrap().id);
    store.remove_notification(&sent).await.unwrap();
    for gone in [sent, dropped] {
        store.put_off(&gone, Failure::Silent, Some(now())).await.unwrap();
        store.retry_notification(&gone, now()).await.unwrap();
    }
    store.put_off(&dead, Failure::Refused(550), Some(now())).await.unwrap();
    store.retry_notification(&dead, now()).await.unwrap();
    store.put_off(&dead, Failure::Refused(550), None).await.unwrap();
}

#[tokio::test]
async fn every_key_has_an_expiry_but_accounts_and_the_canary() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    live(&store).await;
    let keys = server.keys().await;
    let kind = |key: &[u8]| match key {
        [b'r', b'o', b':', b'{', _, _, _, b'}', b':', kind, b':', id @ ..] => {
            assert_eq!(id.len(), if *kind == b'o' { 16 } else { 32 }, "an id in bytes");
            char::from(*kind).to_string()
        }
        key => String::from_utf8(key.to_vec())
            .unwrap()
            .split(['{', ' '])
            .next()
            .unwrap()
            .trim_end_matches(char::is_numeric)
            .to_owned(),
    };
    let mut kinds: Vec<_> = keys.iter().map(|key| kind(key)).collect();
    kinds.sort();
    // Unread, tried and posted; all eight receipts; tries of the one that is still there; one notification and its entry.
    let expected = [
        "f",
        "m",
        "m",
        "m",
        "m",
        "m",
        "m",
        "m",
        "m",
        "o",
        "ro:accounts",
        "ro:acct:",
        "ro:bound:",
        "ro:canary",
        "ro:ends:",
        "ro:outbox:",
        "ro:recent:",
        "ro:shares:",
        "s",
        "s",
        "s",
        "s",
    ];
    assert_eq!(kinds, expected);
    for key in &keys {
        let (kind, left) = (kind(key), pttl(&server, key).await);
        let most = match kind.as_str() {
            "ro:accounts" | "ro:acct:" | "ro:bound:" | "ro:canary" => {
                assert_eq!(left, -1, "{kind}");
                continue;
            }
            "ro:outbox:" => i64::from(TTL) * 1000 + 60_000,
            "s" | "f" | "o" => i64::from(TTL) * 1000,
            "m" => 2 * i64::from(TTL) * 1000,
            _ => 60 * 86_400_000,
        };
        assert!(left <= most && left > most - 30_000, "{kind}: {left} of {most}");
    }
}

#[tokio::test]
async fn a_secret_is_forgotten_by_redis_itself() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let mut secret = anonymous();
    secret.receipt.ttl = 4;
    store.put(secret).await.unwrap();
    assert_eq!(server.keys().await.len(), 2);
    crate::support::eventually("both keys are gone", || async {
        server.keys().await.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_vanished_receipt_is_not_made_anew_and_does_not_take_its_secret_along() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let secret = anonymous();
    store.put(secret.clone()).await.unwrap();
    let key = receipt_key(&secret);
    let mut admin = server.connect().await.unwrap();
    redis::cmd("DEL").arg(&key).exec_async(&mut admin).await.unwrap();
    let Taken::Won(won) = store.take(reveal(&secret, now())).await.unwrap() else { panic!("not won") };
    assert_eq!(won.envelope, secret.envelope);
    assert_eq!((won.receipt.sid, won.receipt.mid), (secret.receipt.sid, secret.receipt.mid));
    store.orphan(secret.receipt.tag, secret.receipt.mid, now()).await.unwrap();
    assert_eq!(server.keys().await, Vec::<Vec<u8>>::new());
}

/// By the clock of a caller who is ahead they would be forgotten long before it, and be guessed anew.
#[tokio::test]
async fn tries_are_kept_as_long_as_their_secret_whatever_the_callers_clock_says() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    for off in [-100, 100, i64::from(TTL) - 2] {
        let secret = locked(now());
        store.put(secret.clone()).await.unwrap();
        let seen = Timestamp(now().0.strict_add_signed(off));
        assert!(matches!(store.take(guess(&secret, network(), seen)).await.unwrap(), Taken::Locked(_)));
        let lives = pttl(&server, &own_key(&secret, b's')).await;
        let kept = pttl(&server, &own_key(&secret, b'f')).await;
        // The one was looked at after the other.
        assert!(lives.abs_diff(kept) < 30_000, "{off:+} s: {kept} of {lives} ms");
    }
}

/// Redis forgets it by its own clock; a caller who is behind is not told that it was lost.
#[tokio::test]
async fn a_secret_that_redis_forgot_at_its_end_has_expired_for_callers_who_are_behind() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let mut secret = anonymous();
    secret.receipt.ttl = 2;
    store.put(secret.clone()).await.unwrap();
    let seen = async |off| {
        let now = Timestamp(secret.receipt.created.0.strict_add_signed(off));
        store.receipt(secret.receipt.tag, secret.receipt.mid, now).await.unwrap().map(|receipt| receipt.state)
    };
    assert_eq!(seen(-100).await, Some(State::New));
    crate::support::eventually("the secret is gone", || async {
        (pttl(&server, &own_key(&secret, b's')).await < 0).then_some(())
    })
    .await;
    for off in [-100, 0, 1] {
        assert_eq!(seen(off).await, Some(State::Expired), "{off:+} s");
    }
}

#[tokio::test]
async fn a_lost_secret_is_answered_as_orphaned() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let secret = anonymous();
    store.put(secret.clone()).await.unwrap();
    let key = own_key(&secret, b's');
    let mut admin = server.connect().await.unwrap();
    assert_eq!(redis::cmd("DEL").arg(&key).query_async(&mut admin).await, Ok(1));
    let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, now()).await.unwrap().unwrap();
    assert_eq!((receipt.state, receipt.sealed.len()), (State::Orphaned, 0));
    assert_eq!(store.take(burn(&secret, now())).await.unwrap(), Taken::Gone);
}

#[tokio::test]
async fn what_is_damaged_is_said_to_be_and_not_consumed() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let secret = anonymous();
    store.put(secret.clone()).await.unwrap();
    let mut admin = server.connect().await.unwrap();
    let key = receipt_key(&secret);
    redis::cmd("HSET").arg(&key).arg("b").arg("x").exec_async(&mut admin).await.unwrap();
    let (tag, mid) = (secret.receipt.tag, secret.receipt.mid);
    let error = store.receipt(tag, mid, now()).await.unwrap_err();
    assert_eq!(error.to_string(), "a stored record is damaged: a receipt");
    store.take(burn(&secret, now())).await.unwrap_err();
    assert_eq!(server.keys().await.len(), 2);
    redis::pipe()
        .del(&key)
        .set_options(&key, "x", redis::SetOptions::default().with_expiration(redis::SetExpiry::EX(60)))
        .exec_async(&mut admin)
        .await
        .unwrap();
    let error = store.receipt(tag, mid, now()).await.unwrap_err();
    assert_eq!(error.to_string(), "a stored record is damaged: a key of another type");
}

#[tokio::test]
async fn a_live_secret_of_100_bytes_takes_at_most_700_bytes() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    store.put(anonymous()).await.unwrap();
    let mut connection = server.connect().await.unwrap();
    let mut sum = 0;
    for key in server.keys().await {
        let size: i64 =
            redis::cmd("MEMORY").arg("USAGE").arg(&key).query_async(&mut connection).await.unwrap();
        let encoding: String =
            redis::cmd("OBJECT").arg("ENCODING").arg(&key).query_async(&mut connection).await.unwrap();
        eprintln!("{}: {size} bytes, {encoding}", char::from(key[9]));
        assert_eq!(encoding, if key[9] == b'm' { "listpack" } else { "raw" });
        sum += size;
    }
    eprintln!("together: {sum} bytes");
    assert!(sum <= 700, "{sum} bytes");
}

#[tokio::test]
async fn each_operation_is_one_call() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    live(&store).await; // every script is known now
    store.receipt(plain(now()).receipt.tag, plain(now()).receipt.mid, now()).await.unwrap();
    let (read, burned, tried) = (anonymous(), anonymous(), locked(now()));
    let receipt = (read.receipt.tag, read.receipt.mid);
    assert_eq!(server.commands(store.put(read.clone())).await, ["EVALSHA"]);
    assert_eq!(server.commands(store.receipt(receipt.0, receipt.1, now())).await, ["EVALSHA"]);
    assert_eq!(server.commands(store.take(reveal(&read, now()))).await, ["EVALSHA"]);
    assert_eq!(server.commands(store.receipt(receipt.0, receipt.1, now())).await, ["EVALSHA"]);
    store.put(burned.clone()).await.unwrap();
    assert_eq!(server.commands(store.take(burn(&burned, now()))).await, ["EVALSHA"]);
    store.put(tried.clone()).await.unwrap();
    assert_eq!(server.commands(store.take(guess(&tried, network(), now()))).await, ["EVALSHA"]);
    assert_eq!(server.commands(store.take(unlocked(&tried, now()))).await, ["EVALSHA"]);
    assert_eq!(server.commands(store.ready(100)).await, ["EVALSHA"]);
    let me = account("b@example.org", now());
    assert_eq!(server.commands(store.account(&me.id)).await.len(), 2, "the first time, its text is sent");
    assert_eq!(server.commands(store.account(&me.id)).await, ["EVALSHA"]);
    // What an import brought: its link leads straight to it, its old receipt key by way of a pointer.
    let brought = anonymous();
    let [asked_by, another] = ["0zz", "0zy"].map(|tag| SlotTag::parse(tag).unwrap());
    let asked_by = if brought.receipt.tag == asked_by { another } else { asked_by };
    let receipt = brought.receipt.clone();
    let record =
        ImportedSecret { envelope: Some(brought.envelope.clone()), receipt: receipt.clone(), asked_by };
    store.import(vec![record], now()).await.unwrap();
    let looked = ["EVALSHA", "EVALSHA"];
    assert_eq!(server.commands(store.receipt(asked_by, receipt.mid, now())).await, looked);
    assert_eq!(server.commands(store.receipt(receipt.tag, receipt.mid, now())).await, ["EVALSHA"]);
    assert_eq!(server.commands(store.take(reveal(&brought, now()))).await, ["EVALSHA"]);
    let by_receipt = with(burn(&brought, now()), |asked| asked.tag = asked_by);
    assert_eq!(server.commands(store.take(by_receipt)).await, looked);
    // The list entry, and the secret.
    let listed = listed(plain(now()), me.id);
    assert_eq!(server.commands(store.put(listed)).await, ["EVALSHA", "EVALSHA"]);
}

#[tokio::test]
async fn a_list_is_bounded() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let me = account("a@example.org", now());
    store.put(listed(plain(now()), me.id)).await.unwrap();
    let list = server.keys().await.into_iter().find(|key| key.starts_with(b"ro:recent")).unwrap();
    // As if 10,050 had been shared since, and the oldest entry were older than a list gets.
    let fill = "for i = 1, 10050 do redis.call('ZADD', KEYS[1], ARGV[1], struct.pack('>I8', i) .. 'sealed') end \
                redis.call('ZADD', KEYS[1], 1, struct.pack('>I8', 0) .. 'old')";
    let mut connection = server.connect().await.unwrap();
    redis::cmd("EVAL").arg(fill).arg(1).arg(&list).arg(now().0).exec_async(&mut connection).await.unwrap();
    let newest = listed(plain(now()), me.id);
    store.put(newest.clone()).await.unwrap();
    let entries = store.entries(&me.id, Timestamp(0), usize::MAX).await;
    assert_eq!(entries.len(), 10_000);
    assert_eq!(Some(&entries[0].sealed), newest.entry.as_ref().map(|entry| &entry.sealed));
    assert!(entries.iter().all(|entry| entry.sealed != b"old"));
}

/// The key of its value or of its tries.
fn own_key(secret: &NewSecret, kind: u8) -> Vec<u8> {
    [&receipt_key(secret)[..9], &[kind, b':'], &secret.receipt.sid.0].concat()
}

fn receipt_key(secret: &NewSecret) -> Vec<u8> {
    let mut key = format!("ro:{{{}}}:m:", secret.receipt.tag.as_str()).into_bytes();
    key.extend(secret.receipt.mid.0);
    key
}

#[tokio::test]
async fn databases_are_apart() {
    let server = Server::start().await;
    let (zero, three) = (open(&server.url()).await, open(&format!("{}/3", server.url())).await);
    let secret = plain(now());
    zero.put(secret.clone()).await.unwrap();
    assert_eq!(three.take(reveal(&secret, now())).await.unwrap(), Taken::Gone);
    assert!(matches!(zero.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
    let keys = server.call(&["DBSIZE"]).await;
    assert_eq!(keys, Value::Int(1), "the receipt");
}
