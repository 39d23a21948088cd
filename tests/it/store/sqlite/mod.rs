//! The embedded store: the laws, and what only it promises.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use readonce::domain::{Clock as _, SystemClock, Timestamp, random};
use readonce::store::sqlite::{OpenError, SqliteStore};
use readonce::store::{
    AccountStore as _, Error, Maintenance as _, NewSecret, Put, SecretStore as _, Store, Taken,
};
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::laws::secrets::won;
use super::sample::{
    Entries as _, TTL, account, account_id, guess, listed, locked, network, plain, reveal, sealed, unlocked,
};

mod batch;
mod clock;
mod counted;
mod lasting;
mod legacy;
mod lists;
mod notifications;
mod preflight;
mod rows;

suite!(fresh);

async fn fresh() -> (Arc<dyn Store>, TempDir) {
    let (store, folder, _) = opened();
    (store, folder)
}

fn opened() -> (Arc<SqliteStore>, TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("readonce.db");
    (Arc::new(SqliteStore::open(&path).unwrap()), folder, path)
}

fn now() -> Timestamp {
    SystemClock.now()
}

/// The file as another program sees it.
fn beside(path: &Path) -> Connection {
    Connection::open(path).unwrap()
}

fn count(path: &Path, table: &str) -> i64 {
    beside(path).query_one(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

async fn put(store: &SqliteStore, secret: NewSecret) -> NewSecret {
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    secret
}

#[tokio::test]
async fn files_are_readable_by_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("folder").join("readonce.db");
    let store = SqliteStore::open(&path).unwrap();
    put(&store, plain(now())).await;
    for ending in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{ending}", path.display()));
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
    let made = path.parent().unwrap().metadata().unwrap();
    assert_eq!(made.permissions().mode() & 0o777, 0o700);

    // One that was left open to others is closed to them.
    let loose = folder.path().join("loose.db");
    std::fs::write(&loose, "").unwrap();
    std::fs::set_permissions(&loose, std::fs::Permissions::from_mode(0o644)).unwrap();
    SqliteStore::open(&loose).unwrap();
    assert_eq!(loose.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (store, _folder, path) = opened();
    store.close().await;
    beside(&path).pragma_update(None, "user_version", 7).unwrap();
    match SqliteStore::open(&path).unwrap_err() {
        OpenError::NewerSchema { found: 7, known } => assert_eq!(known, 6),
        other => panic!("{other:?}"),
    }
    beside(&path).pragma_update(None, "user_version", -1).unwrap();
    assert!(matches!(SqliteStore::open(&path), Err(OpenError::NewerSchema { found: -1, .. })));
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("no-database");
    std::fs::write(&file, "this is certainly not a database; it is a text that is long enough").unwrap();
    assert!(matches!(SqliteStore::open(&file), Err(OpenError::NotOurs { .. })));
    assert!(matches!(SqliteStore::open(folder.path()), Err(OpenError::Open { .. })));
    let under_a_file = file.join("readonce.db");
    assert!(matches!(SqliteStore::open(&under_a_file), Err(OpenError::CreateFolder { .. })));
}

#[test]
fn a_new_file_may_be_opened_by_many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("readonce.db");
    let opening: Vec<_> = (0..6)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || SqliteStore::open(&path).map(drop))
        })
        .collect();
    for opened in opening {
        opened.join().unwrap().unwrap();
    }
}

/// Where in the database's files any of `needles` stands.
fn found(path: &Path, needles: &[Vec<u8>]) -> Vec<&'static str> {
    let by_start: std::collections::HashSet<&[u8]> = needles.iter().map(Vec::as_slice).collect();
    let holds = |ending: &&&'static str| {
        let bytes = std::fs::read(format!("{}{ending}", path.display())).unwrap_or_default();
        bytes.windows(16).any(|window| by_start.contains(window))
    };
    ["", "-wal"].iter().filter(holds).copied().collect()
}

/// Sixteen bytes from begin, middle and end of what must vanish with a secret.
fn needles(secret: &NewSecret) -> impl Iterator<Item = Vec<u8>> {
    let body = &secret.envelope.as_bytes()[78..];
    let middle = body.len() / 2;
    let parts = [&body[..16], &body[middle - 8..middle + 8], &body[body.len() - 16..]];
    let sealed = [&secret.receipt.sealed[..16]];
    parts.into_iter().chain(sealed).map(<[u8]>::to_vec).collect::<Vec<_>>().into_iter()
}

async fn vanish(path: &Path, needles: &[Vec<u8>]) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !found(path, needles).is_empty() {
        assert!(Instant::now() < deadline, "still in {:?}", found(path, needles));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn taken_bytes_are_soon_in_neither_file_nor_log() {
    let (store, _folder, path) = opened();
    let mut secrets = Vec::new();
    for _ in 0..300 {
        let len = [20, 100, 300, 900, 2500, 5000, 12_000][random::below(7)];
        secrets.push(put(&store, sealed(now(), false, len)).await);
    }
    let kept = secrets.split_off(280);
    let needles_of = |secrets: &[NewSecret]| secrets.iter().flat_map(needles).collect::<Vec<_>>();
    let (gone, alive) = (needles_of(&secrets), needles_of(&kept));
    assert!(!found(&path, &gone).is_empty(), "the search finds what is there");
    while !secrets.is_empty() {
        let secret = secrets.swap_remove(random::below(secrets.len().min(256)));
        assert_eq!(store.take(reveal(&secret, now())).await.unwrap(), won(&secret));
    }
    vanish(&path, &gone).await;
    assert_eq!(found(&path, &alive), [""], "what was not taken is still there");
}

#[tokio::test]
async fn expired_and_forgotten_bytes_vanish_as_well() {
    let (store, _folder, path) = opened();
    let me = account("a@example.org", now());
    store.create_account(me.clone()).await.unwrap();
    let secret = put(&store, listed(locked(now()), me.id)).await;
    store.take(guess(&secret, network(), now())).await.unwrap();
    let entry = secret.entry.as_ref().unwrap().sealed[..16].to_vec();
    assert!(!found(&path, std::slice::from_ref(&entry)).is_empty());

    assert_eq!(store.sweep(now().plus(u64::from(TTL)), 100).await.unwrap(), 1);
    assert_eq!(count(&path, "tries"), 0);
    vanish(&path, &needles(&secret).collect::<Vec<_>>()).await;
    assert_eq!(store.sweep(now().plus(2 * u64::from(TTL)), 100).await.unwrap(), 1);
    assert_eq!(count(&path, "secrets"), 0);

    store.set_token(&me.id, me.token, now()).await.unwrap();
    vanish(&path, &[entry]).await;
}

#[tokio::test]
async fn a_won_secrets_tries_are_forgotten() {
    let (store, _folder, path) = opened();
    let secret = put(&store, locked(now())).await;
    for _ in 0..4 {
        store.take(guess(&secret, network(), now())).await.unwrap();
    }
    assert_eq!(count(&path, "tries"), 4);
    store.take(unlocked(&secret, now())).await.unwrap();
    assert_eq!(count(&path, "tries"), 0);
    let row = beside(&path).query_one("SELECT tries, gate FROM secrets", [], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
    });
    assert_eq!(row.unwrap(), (0, 0));
}

#[tokio::test]
async fn a_list_ends_sixty_days_after_the_last_share() {
    let (store, _folder, _path) = opened();
    let (me, then) = (account_id(), now());
    put(&store, listed(plain(then), me)).await;
    put(&store, listed(plain(then.plus(10)), me)).await;
    let days = 60 * 24 * 3600;
    let living = put(&store, listed(plain(then.plus(days)), account_id())).await;
    // The secrets and their receipts first.
    assert_eq!(store.sweep(then.plus(days - 1), 100).await.unwrap(), 2);
    assert_eq!(store.sweep(then.plus(days - 1), 100).await.unwrap(), 0);
    assert_eq!(store.entries(&me, Timestamp(0), 9).await.len(), 2);
    assert_eq!(store.sweep(then.plus(days + 10), 1).await.unwrap(), 1);
    assert_eq!(store.sweep(then.plus(days + 10), 1).await.unwrap(), 1);
    assert_eq!(store.sweep(then.plus(days + 10), 1).await.unwrap(), 0);
    assert_eq!(store.entries(&me, Timestamp(0), 9).await, []);
    // However many are due at once, the limit holds over all kinds.
    let owner = living.entry.as_ref().unwrap().owner;
    assert_eq!(store.entries(&owner, Timestamp(0), 9).await.len(), 1);
    assert_eq!(store.sweep(then.plus(2 * days), 1).await.unwrap(), 1);
    assert_eq!(store.sweep(then.plus(2 * days), 1).await.unwrap(), 1);
    assert_eq!(store.sweep(then.plus(2 * days), 1).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_a_file() {
    let (server, _folder, path) = opened();
    let other = Arc::new(SqliteStore::open(&path).unwrap());
    let me = account("a@example.org", now());
    assert!(other.create_account(me.clone()).await.unwrap());
    assert!(server.account(&me.id).await.unwrap().is_some());
    for _ in 0..10 {
        let secret = put(&server, plain(now())).await;
        let mut claimants = JoinSet::new();
        for store in [&server, &other].into_iter().cycle().take(16) {
            let (store, claim) = (Arc::clone(store), reveal(&secret, now()));
            claimants.spawn(async move { matches!(store.take(claim).await.unwrap(), Taken::Won(_)) });
        }
        assert_eq!(claimants.join_all().await.into_iter().filter(|won| *won).count(), 1);
    }
    other.close().await;
    put(&server, plain(now())).await;
}

#[tokio::test]
async fn closing_leaves_an_empty_log_and_takes_no_more() {
    let (store, _folder, path) = opened();
    let secret = put(&store, plain(now())).await;
    store.take(reveal(&secret, now())).await.unwrap();
    store.close().await;
    store.close().await;
    let log = PathBuf::from(format!("{}-wal", path.display()));
    assert_eq!(log.metadata().map_or(0, |log| log.len()), 0);
    assert!(matches!(store.put(plain(now())).await, Err(Error::Unavailable(_))));
    assert!(matches!(store.ready(100).await, Err(Error::Unavailable(_))));
    let read = store.receipt(secret.receipt.tag, secret.receipt.mid, now()).await;
    assert!(matches!(read, Err(Error::Unavailable(_))));
}

/// A look takes as much room as the work it vouches for, and gives it back.
#[tokio::test]
async fn readiness_writes_what_it_is_told_and_leaves_nothing() {
    const BYTES: usize = 100_000;
    let (store, _folder, path) = opened();
    let logged = || PathBuf::from(format!("{}-wal", path.display())).metadata().unwrap().len();
    let pages = || -> i64 { beside(&path).pragma_query_value(None, "page_count", |row| row.get(0)).unwrap() };
    store.ready(BYTES).await.unwrap();
    let (before, size) = (logged(), pages());
    for _ in 0..3 {
        store.ready(BYTES).await.unwrap();
    }
    assert!(logged() - before >= 3 * BYTES as u64, "{} of {}", logged() - before, 3 * BYTES);
    assert_eq!(pages(), size, "the next one takes the same pages");
    assert_eq!(count(&path, "singles"), 0);
}

#[tokio::test]
async fn writes_wait_for_another_process_but_not_for_ever() {
    let (store, _folder, path) = opened();
    let secret = put(&store, plain(now())).await;
    let other = beside(&path);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.take(reveal(&secret, now())).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    // Reading goes on meanwhile.
    let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, now()).await.unwrap();
    assert_eq!(receipt.as_ref(), Some(&secret.receipt));
    other.execute_batch("ROLLBACK").unwrap();
    store.ready(100).await.unwrap();
    assert_eq!(store.take(reveal(&secret, now())).await.unwrap(), won(&secret));
}

#[tokio::test]
async fn a_vanished_file_does_not_come_back_empty() {
    let (store, _folder, path) = opened();
    let secret = put(&store, plain(now())).await;
    let db = beside(&path);
    db.execute_batch(
        "CREATE TRIGGER deny BEFORE UPDATE ON secrets BEGIN SELECT RAISE(ROLLBACK, 'full'); END",
    )
    .unwrap();
    let away = path.with_extension("away");
    std::fs::rename(&path, &away).unwrap();
    // After trouble the file is opened anew, and is not there.
    for _ in 0..3 {
        let refused = store.take(reveal(&secret, now())).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    }
    assert!(!path.exists());
    std::fs::rename(&away, &path).unwrap();
    db.execute_batch("DROP TRIGGER deny").unwrap();
    assert_eq!(store.take(reveal(&secret, now())).await.unwrap(), won(&secret));
}

/// More rows than are counted in one step; and each expired secret counts once, however late it is collected.
#[tokio::test]
async fn counts_cover_every_row_and_every_expiry_once() {
    const MANY: usize = 4100;
    let (store, _folder, _) = opened();
    let start = now();
    let mut sharers = JoinSet::new();
    for _ in 0..MANY {
        let store = Arc::clone(&store);
        sharers.spawn(async move { put(&store, plain(start)).await });
        if sharers.len() == 500 {
            sharers.join_next().await;
        }
    }
    sharers.join_all().await;
    let read = put(&store, plain(start)).await;
    assert_eq!(store.counts(start).await.unwrap().live, MANY as u64 + 1);
    assert_eq!(store.take(reveal(&read, start)).await.unwrap(), won(&read));
    assert_eq!(store.counts(start).await.unwrap().live, MANY as u64);

    let ended = Timestamp(start.0 + u64::from(TTL));
    let counts = store.counts(ended).await.unwrap();
    assert_eq!((counts.live, counts.expired), (0, 0), "gone, and not collected yet");
    while store.sweep(ended, 1000).await.unwrap() > 0 {}
    assert_eq!(store.counts(ended).await.unwrap().expired, MANY as u64);
    // The receipts' end is no other secret's.
    let forgotten = Timestamp(start.0 + 2 * u64::from(TTL));
    while store.sweep(forgotten, 1000).await.unwrap() > 0 {}
    assert_eq!(store.counts(forgotten).await.unwrap().expired, MANY as u64);

    // Nobody swept until secret and receipt were both over.
    let late = put(&store, plain(forgotten)).await;
    let long_after = Timestamp(forgotten.0 + 3 * u64::from(TTL));
    assert_eq!(store.sweep(long_after, 10).await.unwrap(), 1, "{late:?}");
    assert_eq!(store.counts(long_after).await.unwrap().expired, MANY as u64 + 1);
}
