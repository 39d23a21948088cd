//! The busy handler: how long a connection waits for locks of another process that writes.
//!
//! SQLite's own backs off from try to try, up to 100 ms. Beside a process that commits all the time it then meets the
//! short gaps between two commits only by luck, and some writes wait for a second or two. This one retries every
//! millisecond.

use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// How long a write waits for another process that is writing.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// From one try to the next.
const INTERVAL: Duration = Duration::from_millis(1);

/// From now on `db` waits so long for locks of others.
pub(super) fn set(db: &mut Connection, at_most: Duration) -> rusqlite::Result<()> {
    let mut began = Instant::now();
    db.busy_handler(Some(move |tries| {
        if tries == 0 {
            began = Instant::now();
        }
        let waits = began.elapsed() < at_most;
        if waits {
            thread::sleep(INTERVAL);
        }
        waits
    }))
}

#[cfg(test)]
mod tests {
    use rusqlite::ErrorCode;

    use super::*;

    #[test]
    fn it_waits_so_long_each_time_and_no_longer_than_it_has_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let (other, mut db) = (Connection::open(&path).unwrap(), Connection::open(&path).unwrap());
        set(&mut db, Duration::from_millis(30)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in 0..2 {
            let began = Instant::now();
            let error = db.execute_batch("BEGIN IMMEDIATE").unwrap_err();
            assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy));
            assert!(began.elapsed() >= Duration::from_millis(30));
        }
        set(&mut db, Duration::from_mins(1)).unwrap();
        let waiting = thread::spawn(move || db.execute_batch("BEGIN IMMEDIATE; ROLLBACK"));
        other.execute_batch("ROLLBACK").unwrap();
        waiting.join().unwrap().unwrap();
    }
}
