//! What outlasts a restart and a new schema: everything.

use readonce::domain::{Account, NetworkTag, ReceiptId, SlotTag, StoredReceipt, Timestamp};
use readonce::store::sqlite::{OpenError, SqliteStore};
use readonce::store::{AccountStore as _, Maintenance as _, NewSecret, Outbox as _, SecretStore as _, Taken};
use rusqlite::Connection;

use super::{beside, now, opened, put};
use crate::store::laws::secrets::won;
use crate::store::sample::{
    Entries as _, account, guess, listed, locked, network, plain, posted, reveal, unlocked,
};

/// What a store was filled with: of everything something.
struct Filled {
    me: Account,
    read: NewSecret,
    unread: NewSecret,
    guesser: NetworkTag,
    keys: [(SlotTag, ReceiptId); 2],
    receipts: Vec<Option<StoredReceipt>>,
}

impl Filled {
    async fn into(store: &SqliteStore) -> Self {
        let me = account("a@example.org", now());
        store.create_account(me.clone()).await.unwrap();
        store.canary(Some(b"canary".to_vec())).await.unwrap();
        let read = put(store, plain(now())).await;
        let unread = put(store, listed(locked(now()), me.id)).await;
        let guesser = network();
        for _ in 0..3 {
            store.take(guess(&unread, guesser, now())).await.unwrap();
        }
        store.take(reveal(&read, now())).await.unwrap();
        let keys = [&read, &unread].map(|secret| (secret.receipt.tag, secret.receipt.mid));
        let receipts = store.receipts(&keys, now()).await.unwrap();
        Self { me, read, unread, guesser, keys, receipts }
    }

    async fn is_all_there(&self, store: &SqliteStore) {
        let Self { me, read, unread, guesser, keys, receipts } = self;
        assert_eq!(store.receipts(keys, now()).await.unwrap(), *receipts);
        assert!(matches!(store.take(guess(unread, *guesser, now())).await.unwrap(), Taken::Limited { .. }));
        assert_eq!(store.take(reveal(read, now())).await.unwrap(), Taken::Gone);
        assert_eq!(store.entries(&me.id, Timestamp(0), 9).await.len(), 1);
        assert_eq!(store.canary(None).await.unwrap(), Some(b"canary".to_vec()));
        assert_eq!(store.accounts().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_file_of_the_first_schema_is_upgraded_and_nothing_is_lost() {
    let (store, folder, path) = opened();
    let filled = Filled::into(&store).await;
    store.close().await;

    // The same in a file as the first version made it.
    let old = folder.path().join("first.db");
    let db = Connection::open(&old).unwrap();
    db.execute_batch(include_str!("../../../../migrations/0001_secrets_and_accounts.sql")).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.execute("ATTACH ?1 AS new", [path.to_str().unwrap()]).unwrap();
    for table in ["secrets", "tries", "singles"] {
        assert!(db.execute(&format!("INSERT INTO main.{table} SELECT * FROM new.{table}"), []).unwrap() > 0);
    }
    let accounts = "INSERT INTO main.accounts SELECT id, email, plan, token, created, disabled, locale FROM new.accounts";
    assert!(db.execute(accounts, []).unwrap() > 0);
    let entries = "INSERT INTO main.recent SELECT id, owner, created, sealed FROM new.recent";
    assert!(db.execute(entries, []).unwrap() > 0);
    drop(db);

    assert!(matches!(SqliteStore::open_as_it_is(&old), Err(OpenError::OlderSchema { found: 1, known: 6 })));
    for _ in 0..2 {
        let store = SqliteStore::open(&old).unwrap();
        filled.is_all_there(&store).await;
        put(&store, posted(plain(now()))).await;
    }
    let store = SqliteStore::open_as_it_is(&old).unwrap();
    assert_eq!(store.take(unlocked(&filled.unread, now())).await.unwrap(), won(&filled.unread));
    assert_eq!(store.outbox_depth(now()).await.unwrap().waiting, 2);
    let version = beside(&old).pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(version, 6);
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let (store, _folder, path) = opened();
    let filled = Filled::into(&store).await;

    for in_order in [false, true] {
        let before = SqliteStore::open(&path).unwrap();
        if in_order {
            before.close().await;
        }
        drop(before);
        let store = SqliteStore::open(&path).unwrap();
        filled.is_all_there(&store).await;
    }
    let store = SqliteStore::open(&path).unwrap();
    assert_eq!(store.take(unlocked(&filled.unread, now())).await.unwrap(), won(&filled.unread));
}
