//! Operations that meet are committed together, and each is answered for itself.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use readonce::store::sqlite::SqliteStore;
use readonce::store::{Error, NewSecret, Put, SecretStore as _, Taken};
use tokio::task::JoinSet;

use super::{beside, now, opened, put};
use crate::store::laws::secrets::won;
use crate::store::sample::{plain, reveal};

#[tokio::test]
async fn an_abandoned_claim_is_not_made() {
    let (store, _folder, path) = opened();
    let (secret, other) = (put(&store, plain(now())).await, put(&store, plain(now())).await);
    let process = beside(&path);
    process.execute_batch("BEGIN IMMEDIATE").unwrap();
    let claim = store.take(reveal(&secret, now()));
    assert!(tokio::time::timeout(Duration::ZERO, claim).await.is_err(), "the writer waits");
    process.execute_batch("ROLLBACK").unwrap();
    // Its turn is past when a later one has been answered.
    store.take(reveal(&other, now())).await.unwrap();
    assert_eq!(store.take(reveal(&secret, now())).await.unwrap(), won(&secret));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_at_once_share_commits() {
    let (store, _folder, path) = opened();
    let before = store.commits();
    let process = beside(&path);
    process.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut sharers = JoinSet::new();
    for _ in 0..64 {
        let store = Arc::clone(&store);
        sharers.spawn(async move { store.put(plain(now())).await.unwrap() });
    }
    process.execute_batch("ROLLBACK").unwrap();
    assert_eq!(sharers.join_all().await, [Put::Stored; 64]);
    let commits = store.commits() - before;
    assert!((1..=32).contains(&commits), "{commits} commits");
}

async fn put_many(store: &SqliteStore, count: usize) -> Vec<NewSecret> {
    let mut secrets = Vec::new();
    for _ in 0..count {
        secrets.push(put(store, plain(now())).await);
    }
    secrets
}

/// Claims all of `secrets` while another process holds the writer up, so that they meet in few batches.
async fn take_together(
    store: &Arc<SqliteStore>,
    path: &Path,
    secrets: &[NewSecret],
) -> Vec<Result<Taken, Error>> {
    let process = beside(path);
    process.execute_batch("BEGIN IMMEDIATE").unwrap();
    let claims = secrets.iter().map(|secret| {
        let (store, claim) = (Arc::clone(store), reveal(secret, now()));
        tokio::spawn(async move { store.take(claim).await })
    });
    let claims: Vec<_> = claims.collect();
    process.execute_batch("ROLLBACK").unwrap();
    let mut taken = Vec::new();
    for claim in claims {
        taken.push(claim.await.unwrap());
    }
    taken
}

#[tokio::test]
async fn a_damaged_row_does_not_spoil_the_others_of_its_batch() {
    let (store, _folder, path) = opened();
    let secrets = put_many(&store, 40).await;
    let (envelope, state) = (&secrets[17].receipt.sid.0, &secrets[33].receipt.sid.0);
    let db = beside(&path);
    db.execute("UPDATE secrets SET envelope = x'00' WHERE sid = ?1", [envelope]).unwrap();
    db.execute("UPDATE secrets SET state = 99 WHERE sid = ?1", [state]).unwrap();
    let taken = take_together(&store, &path, &secrets).await;
    for (place, (secret, taken)) in secrets.iter().zip(taken).enumerate() {
        match place {
            17 | 33 => assert!(matches!(taken, Err(Error::Corrupt(_))), "{taken:?}"),
            _ => assert_eq!(taken.unwrap(), won(secret)),
        }
        let rows = "SELECT count(*) FROM secrets WHERE sid = ?1 AND envelope IS NULL";
        let emptied: i64 = db.query_one(rows, [&secret.receipt.sid.0], |row| row.get(0)).unwrap();
        assert_eq!(emptied, i64::from(place != 17 && place != 33));
    }
}

#[tokio::test]
async fn what_rolls_the_transaction_back_does_not_make_the_others_lie() {
    let (store, _folder, path) = opened();
    let secrets = put_many(&store, 40).await;
    // As SQLite does by itself when a statement fails for want of disk or memory.
    let id: i64 = beside(&path)
        .query_one("SELECT id FROM secrets WHERE sid = ?1", [secrets[23].receipt.sid.0], |row| row.get(0))
        .unwrap();
    let db = beside(&path);
    db.execute_batch(&format!(
        "CREATE TRIGGER full BEFORE UPDATE ON secrets WHEN old.id = {id} \
         BEGIN SELECT RAISE(ROLLBACK, 'full'); END"
    ))
    .unwrap();
    let taken = take_together(&store, &path, &secrets).await;
    for (place, (secret, taken)) in secrets.iter().zip(taken).enumerate() {
        if place == 23 {
            assert!(matches!(taken, Err(Error::Unavailable(_))), "{taken:?}");
        } else {
            assert_eq!(taken.unwrap(), won(secret));
        }
    }
    let left = "SELECT count(*) FROM secrets WHERE envelope IS NOT NULL";
    assert_eq!(db.query_one(left, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    db.execute_batch("DROP TRIGGER full").unwrap();
    assert_eq!(store.take(reveal(&secrets[23], now())).await.unwrap(), won(&secrets[23]));
}

#[tokio::test]
async fn a_claim_whose_commit_failed_is_not_won() {
    let (store, _folder, path) = opened();
    let secrets = put_many(&store, 10).await;
    // A deferred constraint is looked at by COMMIT alone.
    let db = beside(&path);
    db.execute_batch(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
         CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED); \
         CREATE TRIGGER deny AFTER UPDATE ON secrets BEGIN INSERT INTO child VALUES (1); END",
    )
    .unwrap();
    for taken in take_together(&store, &path, &secrets).await {
        assert!(matches!(taken, Err(Error::Unavailable(_))), "{taken:?}");
    }
    db.execute_batch("DROP TRIGGER deny").unwrap();
    for secret in &secrets {
        assert_eq!(store.take(reveal(secret, now())).await.unwrap(), won(secret));
    }
}
