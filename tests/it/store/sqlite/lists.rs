//! Long lists: emptied by a mark, deleted and shortened in steps.

use std::path::Path;

use readonce::domain::receipt::NewEntry;
use readonce::domain::{AccountId, Timestamp, TokenDigest, random};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{AccountStore as _, ImportStore as _, ListStore as _, Maintenance as _};

use super::{beside, count, now, opened, put};
use crate::store::sample::{Entries as _, account, account_id, listed, plain};

async fn fill(store: &SqliteStore, owner: AccountId, entries: usize) {
    let entry = |_| (NewEntry { owner, sealed: random::bytes::<60>().to_vec() }, now());
    store.import_entries((0..entries).map(entry).collect()).await.unwrap();
}

/// A list as it grew before there was a limit.
fn overgrow(path: &Path, owner: AccountId, entries: i64) {
    let db = beside(path);
    db.execute_batch("BEGIN").unwrap();
    for _ in 0..entries {
        db.prepare_cached("INSERT INTO recent (owner, created, sealed) VALUES (?1, ?2, randomblob(60))")
            .unwrap()
            .execute(rusqlite::params![owner.0, now().0.cast_signed() - 60])
            .unwrap();
    }
    db.execute("INSERT INTO lists VALUES (?1, 0, ?2, 0)", rusqlite::params![owner.0, entries]).unwrap();
    db.execute_batch("COMMIT").unwrap();
}

#[tokio::test]
async fn a_long_list_is_emptied_by_a_mark_and_deleted_in_steps() {
    for delete in [false, true] {
        let (store, _folder, path) = opened();
        let me = account("a@example.org", now());
        store.create_account(me.clone()).await.unwrap();
        fill(&store, me.id, 1000).await;
        // By one process, and deleted by another.
        let administrator = SqliteStore::open(&path).unwrap();
        if delete {
            assert!(administrator.delete_account(&me.id).await.unwrap());
        } else {
            assert!(administrator.set_token(&me.id, TokenDigest(random::bytes()), now()).await.unwrap());
        }
        administrator.close().await;
        let left = count(&path, "recent");
        assert!((800..1000).contains(&left), "{left} of 1,000 are left: a step of it");
        assert_eq!(store.entries(&me.id, Timestamp(0), 9).await, []);
        put(&store, listed(plain(now()), me.id)).await;
        let mut steps = 0;
        while store.tidy_lists(128).await.unwrap() > 0 {
            steps += 1;
        }
        assert!(steps >= left / 128, "{left} in {steps} steps");
        assert_eq!((count(&path, "recent"), count(&path, "lists")), (1, 1));
        assert_eq!(store.entries(&me.id, Timestamp(0), 9).await.len(), 1);
    }
}

#[tokio::test]
async fn a_list_that_nothing_stands_in_leaves_nothing_behind() {
    let (store, _folder, path) = opened();
    let [forgotten, renewed, aged] =
        [account("a@example.org", now()), account("b@example.org", now()), account("c@example.org", now())];
    for one in [&forgotten, &renewed, &aged] {
        store.create_account(one.clone()).await.unwrap();
        fill(&store, one.id, 3).await;
    }
    let page = store.recent(&forgotten.id, Timestamp(0), None, 9).await.unwrap();
    store.forget_entries(&forgotten.id, page.entries).await.unwrap();
    store.set_token(&renewed.id, renewed.token, now()).await.unwrap();
    assert_eq!(count(&path, "lists"), 1);
    assert_eq!(store.sweep(now().plus(61 * 86_400), 9).await.unwrap(), 3);
    assert_eq!((count(&path, "recent"), count(&path, "lists")), (0, 0));
    // Its numbers begin anew, and it is a list like any other.
    fill(&store, renewed.id, 2).await;
    assert_eq!(store.entries(&renewed.id, Timestamp(0), 9).await.len(), 2);
}

#[tokio::test]
async fn a_list_that_grew_before_there_was_a_limit_shrinks_by_shares_and_by_steps() {
    let (store, _folder, path) = opened();
    let me = account_id();
    overgrow(&path, me, 10_500);
    for shared in 1..=3 {
        put(&store, listed(plain(now()), me)).await;
        assert_eq!(count(&path, "recent"), 10_500 - 7 * shared, "a share takes eight off");
    }
    let mut steps = 0;
    loop {
        match store.tidy_lists(128).await.unwrap() {
            0 => break,
            some => assert!(some <= 128),
        }
        steps += 1;
    }
    assert_eq!((count(&path, "recent"), steps), (10_000, 4));
    assert_eq!(store.entries(&me, now().minus(1), 9).await.len(), 3, "the oldest go");
    // Emptied with more than any step deletes.
    overgrow(&path, account_id(), 1);
    store
        .create_account(readonce::domain::Account { id: me, ..account("a@example.org", now()) })
        .await
        .unwrap();
    store.set_token(&me, TokenDigest(random::bytes()), now()).await.unwrap();
    assert_eq!(store.entries(&me, Timestamp(0), 9).await, []);
    while store.tidy_lists(1000).await.unwrap() > 0 {}
    assert_eq!(count(&path, "recent"), 1);
}

/// An instance of the version before lists entries without a row that counts them.
#[tokio::test]
async fn what_an_older_instance_lists_is_listed_and_emptied() {
    let (store, _folder, path) = opened();
    let me = account("a@example.org", now());
    store.create_account(me.clone()).await.unwrap();
    overgrow(&path, me.id, 200);
    beside(&path).execute("DELETE FROM lists", []).unwrap();
    let page = store.recent(&me.id, Timestamp(0), None, 300).await.unwrap();
    assert_eq!(page.entries.len(), 200);
    assert!(page.entries.iter().all(|listed| listed.expires.is_none()));
    store.set_token(&me.id, me.token, now()).await.unwrap();
    assert_eq!(store.entries(&me.id, Timestamp(0), 9).await, []);
    while store.tidy_lists(50).await.unwrap() > 0 {}
    assert_eq!((count(&path, "recent"), count(&path, "lists")), (0, 0));
}

/// Without its index, a look for what is to be tidied would be one at every list, many times a minute.
#[tokio::test]
async fn what_is_to_be_tidied_is_found_by_its_index() {
    let (_store, _folder, path) = opened();
    let db = beside(&path);
    let plan = |sql: &str| {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        lines.map(Result::unwrap).collect::<Vec<_>>().join("; ")
    };
    let look = "SELECT owner, stale > 0, entries FROM lists WHERE stale > 0 OR entries > 10000 LIMIT 1";
    assert!(plan(look).contains("lists_to_tidy"), "{}", plan(look));
    let page = "SELECT id FROM recent WHERE owner = x'00' AND generation = 0 AND created BETWEEN 1 AND 2 \
                ORDER BY created DESC, id DESC";
    assert!(plan(page).contains("recent_by_list") && !plan(page).contains("TEMP"), "{}", plan(page));
}
