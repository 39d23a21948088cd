//! What the embedded store says of itself before it is trusted.

use std::sync::Arc;

use readonce::domain::{FakeClock, Progress, SystemClock, Timestamp};
use readonce::store::sqlite::{Backup, Restore, SqliteStore, back_up};
use readonce::store::{Finding, Level, Maintenance as _};
use rusqlite::Connection;

use super::{TTL, now, opened, plain, put};

async fn look(store: &SqliteStore, at: Timestamp) -> Vec<(Level, String)> {
    let findings = store.preflight(&FakeClock::at(at)).await.unwrap();
    findings.into_iter().map(|Finding { level, what, .. }| (level, what)).collect()
}

#[tokio::test]
async fn one_that_can_be_written_to_is_as_it_should_be_and_one_that_cannot_is_unfit() {
    let (store, _folder, path) = opened();
    assert_eq!(look(&store, now()).await, [(Level::Info, "store".to_owned())]);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let findings = store.preflight(&SystemClock).await.unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].level, Level::Error);
    assert!(
        findings[0].what.starts_with("a write is refused: ") && findings[0].hint.is_some(),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_restore_is_worth_knowing_for_as_long_as_a_receipt_of_it_lives() {
    let (store, folder, path) = opened();
    put(&store, plain(now())).await;
    store.close().await;
    let file = folder.path().join("backup.db");
    let silent: Progress = Arc::new(|_| {});
    back_up(&path, &file, false, now(), &silent).unwrap();
    let backup = Backup::open(&file).unwrap();
    let restore =
        Restore { backup: &backup, into: &path, accept_unconfirmed: false, force: false, now: now() };
    restore.run(&silent).unwrap();

    let store = SqliteStore::open(&path).unwrap();
    let noted = look(&store, now()).await;
    assert_eq!(noted.len(), 2, "{noted:?}");
    assert!(noted[1].0 == Level::Note && noted[1].1.starts_with("restored at 20"), "{noted:?}");
    assert_eq!(look(&store, now().plus(2 * u64::from(TTL) - 60)).await.len(), 2);
    assert_eq!(look(&store, now().plus(2 * u64::from(TTL))).await.len(), 1);
    store.close().await;
}
