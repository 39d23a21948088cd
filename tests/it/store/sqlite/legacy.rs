//! Secrets that are sealed as another server did: counted without a look at all secrets where none was ever brought.

use readonce::domain::secret::layout;
use readonce::domain::{Envelope, SlotTag};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{ImportStore as _, ImportedSecret, NewSecret};
use rusqlite::Connection;

use super::{beside, now, opened, put};
use crate::store::sample::{TTL, locked, plain};

/// Changes how a stored secret says it is sealed.
fn make_legacy(db: &Connection, secret: &NewSecret) {
    let mut bytes = secret.envelope.as_bytes().to_vec();
    bytes[layout::KDF] = layout::KDF_LEGACY;
    let changed =
        db.execute("UPDATE secrets SET envelope = ?2 WHERE sid = ?1", (secret.receipt.sid.0, bytes));
    assert_eq!(changed.unwrap(), 1);
}

#[tokio::test]
async fn where_none_was_brought_none_is_looked_for() {
    let (store, _folder, path) = opened();
    let unnoticed = put(&store, locked(now())).await;
    make_legacy(&beside(&path), &unnoticed);
    assert_eq!(store.legacy(now()).await.unwrap(), 0, "no secret was looked at");

    let mut brought = locked(now());
    let mut bytes = brought.envelope.as_bytes().to_vec();
    bytes[layout::KDF] = layout::KDF_LEGACY;
    brought.envelope = Envelope::from_bytes(bytes).unwrap();
    let record = ImportedSecret {
        envelope: Some(brought.envelope),
        receipt: brought.receipt,
        asked_by: SlotTag::parse("abc").unwrap(),
    };
    store.import(vec![record], now()).await.unwrap();
    assert_eq!(store.legacy(now()).await.unwrap(), 2, "now all are");
    assert_eq!(store.legacy(now().plus(u64::from(TTL) + 9)).await.unwrap(), 0);
}

#[tokio::test]
async fn those_of_a_file_of_an_earlier_schema_are_counted() {
    let (store, folder, path) = opened();
    let secrets = [put(&store, locked(now())).await, put(&store, plain(now())).await];
    readonce::store::Maintenance::close(&*store).await;
    make_legacy(&beside(&path), &secrets[0]);
    for (name, with_legacy) in [("with.db", true), ("without.db", false)] {
        let old = folder.path().join(name);
        let db = Connection::open(&old).unwrap();
        db.execute_batch(include_str!("../../../../migrations/0001_secrets_and_accounts.sql")).unwrap();
        db.execute_batch(include_str!("../../../../migrations/0002_outbox.sql")).unwrap();
        db.pragma_update(None, "user_version", 2).unwrap();
        db.execute("ATTACH ?1 AS new", [path.to_str().unwrap()]).unwrap();
        db.execute("INSERT INTO main.secrets SELECT * FROM new.secrets WHERE protected <= ?1", [with_legacy])
            .unwrap();
        drop(db);
        let store = SqliteStore::open(&old).unwrap();
        let marks = "SELECT count(*) FROM singles WHERE name = 'legacy'";
        let marks: i64 = beside(&old).query_one(marks, [], |row| row.get(0)).unwrap();
        assert_eq!(
            (store.legacy(now()).await.unwrap(), marks),
            (u64::from(with_legacy), i64::from(with_legacy))
        );
        assert_eq!(store.legacy(now().plus(u64::from(TTL) + 9)).await.unwrap(), 0);
    }
}
