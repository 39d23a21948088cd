//! What became of secrets is counted where it is done, whether or not the caller waits for it.

use std::path::Path;
use std::sync::Arc;

use readonce::metrics::{Build, Metrics};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{Measured, Store};

use super::{beside, count, now};
use crate::store::sample::{burn, plain, reveal};
use crate::support::eventually;

/// A store whose writes of secrets take long, and what it counts.
fn slow(folder: &Path) -> (Arc<dyn Store>, Metrics) {
    let metrics = Metrics::enabled(&Build { version: "1", region: "", started: now() });
    let path = folder.join("readonce.db");
    let store = SqliteStore::open(&path).unwrap().counting(&metrics);
    let long = "SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 600000) SELECT x FROM c)";
    let triggers = format!(
        "CREATE TRIGGER slow_put AFTER INSERT ON secrets BEGIN {long}; END; \
         CREATE TRIGGER slow_take AFTER UPDATE ON secrets BEGIN {long}; END;"
    );
    beside(&path).execute_batch(&triggers).unwrap();
    (Measured::over(Arc::new(store), &metrics), metrics)
}

/// Whether somebody is writing at this moment.
fn is_writing(path: &Path) -> bool {
    let other = beside(path);
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
}

/// Begins, and leaves when the writer is at work.
async fn leave_in_the_middle<T: Send + 'static>(path: &Path, verb: impl Future<Output = T> + Send + 'static) {
    let caller = tokio::spawn(verb);
    eventually("the writer is at work", || async { is_writing(path).then_some(()) }).await;
    assert!(!caller.is_finished());
    caller.abort();
    assert!(caller.await.is_err_and(|left| left.is_cancelled()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hangs_up_is_counted_like_everybody_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("readonce.db");
    let (store, metrics) = slow(folder.path());
    let counted = |line: &'static str| {
        let metrics = metrics.clone();
        eventually(line, move || {
            let text = metrics.encode();
            async move { text.lines().any(|found| found == line).then_some(()) }
        })
    };
    let [read, burned] = [plain(now()), plain(now())];
    for secret in [&read, &burned] {
        let (store, secret) = (store.clone(), secret.clone());
        leave_in_the_middle(&path, async move { store.put(secret).await }).await;
        eventually("it is stored", || async { (!is_writing(&path)).then_some(()) }).await;
    }
    assert_eq!(count(&path, "secrets"), 2);
    counted("readonce_secrets_shared_total 2").await;
    let claims = [
        (reveal(&read, now()), "readonce_secrets_revealed_total 1"),
        (burn(&burned, now()), "readonce_secrets_burned_total 1"),
    ];
    for (claim, line) in claims {
        let claiming = store.clone();
        leave_in_the_middle(&path, async move { claiming.take(claim).await }).await;
        counted(line).await;
    }
}
