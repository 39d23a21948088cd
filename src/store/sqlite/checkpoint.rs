//! Moving the log into the file, and emptying it.
//!
//! PASSIVE checkpoints run on a thread of their own, beside the writer: they cost 10 to 30 ms of syncing. They neither
//! empty the log nor remove a taken secret's bytes from it; only TRUNCATE does, and it can succeed only between the
//! writer's transactions. So the writer runs that one: when it is idle, at the latest when the time is up.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{BUSY_TIMEOUT, Database};
use super::error::OpenError;

/// Erased bytes are out of the log this long after, whatever the load.
const DEADLINE: Duration = Duration::from_secs(2);
/// No job for this long: idle.
const QUIET: Duration = Duration::from_millis(200);
/// After a reader was in the way of TRUNCATE.
const AGAIN: Duration = Duration::from_millis(500);
/// How long TRUNCATE waits for a reader. The writer waits with it.
const WAIT_FOR_READERS: Duration = Duration::from_millis(20);
/// Pages in the log that are not in the file yet and call for a PASSIVE checkpoint (4 MiB).
const PASSIVE_AT: i64 = 1000;
/// Pages in the log that call for emptying it (32 MiB): beside a writer that never rests, PASSIVE alone never can.
const TRUNCATE_AT: i64 = 8000;

/// The writer's side of checkpoints.
pub(super) struct Checkpoints {
    pokes: SyncSender<()>,
    thread: JoinHandle<()>,
    /// When the log has to be emptied.
    due: Option<Instant>,
}

impl Checkpoints {
    pub(super) fn start(database: &Database) -> Result<Self, OpenError> {
        let (pokes, calls) = sync_channel(1);
        let database = database.clone();
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || work(&database, &calls))
            .map_err(OpenError::Thread)?;
        // The log of an earlier run may hold what was taken just before its end.
        Ok(Self { pokes, thread, due: Some(Instant::now() + DEADLINE) })
    }

    /// Bytes were erased that now stand in the log only.
    pub(super) fn erased(&mut self) {
        self.due.get_or_insert_with(|| Instant::now() + DEADLINE);
    }

    /// How long the writer may wait for a job before it is idle; `None` for as long as it takes.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.due.map(|due| due.saturating_duration_since(Instant::now()).min(QUIET))
    }

    /// Between two batches.
    pub(super) fn after_batch(&mut self, db: &Connection) {
        if let Ok(log) = checkpoint(db, "NOOP") {
            if log.pages - log.moved >= PASSIVE_AT {
                // Full means that it has been called already.
                let _ = self.pokes.try_send(());
            }
            if log.pages >= TRUNCATE_AT {
                self.due.get_or_insert_with(Instant::now);
            }
        }
        if self.due.is_some_and(|due| due <= Instant::now()) {
            self.truncate(db);
        }
    }

    /// When nobody wants to write.
    pub(super) fn when_idle(&mut self, db: &Connection) {
        if self.due.is_some() {
            self.truncate(db);
        }
    }

    /// When the file cannot be opened.
    pub(super) fn postpone(&mut self) {
        self.due = Some(Instant::now() + DEADLINE);
    }

    fn truncate(&mut self, db: &Connection) {
        self.due = match truncate(db) {
            Ok(true) => None,
            Ok(false) => Some(Instant::now() + AGAIN),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the log could not be emptied");
                Some(Instant::now() + DEADLINE)
            }
        };
    }

    /// The last act: the thread is gone and the log empty, when nobody else reads.
    pub(super) fn finish(self, db: Option<&Connection>) {
        drop(self.pokes);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
        if let Some(Err(error)) = db.map(truncate) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the log could not be emptied");
        }
    }
}

fn work(database: &Database, calls: &Receiver<()>) {
    let mut open = None;
    while calls.recv().is_ok() {
        let db = match open.take() {
            Some(db) => db,
            None => match database.writer() {
                Ok(db) => db,
                // Whatever it is, the writer meets it as well, and says so.
                Err(_) => continue,
            },
        };
        if checkpoint(&db, "PASSIVE").is_ok() {
            open = Some(db);
        }
    }
}

fn truncate(db: &Connection) -> rusqlite::Result<bool> {
    db.busy_timeout(WAIT_FOR_READERS)?;
    let log = checkpoint(db, "TRUNCATE");
    db.busy_timeout(BUSY_TIMEOUT)?;
    log.map(|log| !log.busy)
}

struct Log {
    busy: bool,
    pages: i64,
    moved: i64,
}

/// Not an error but the first column says that somebody was in the way.
fn checkpoint(db: &Connection, mode: &str) -> rusqlite::Result<Log> {
    db.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?
        .query_one([], |row| Ok(Log { busy: row.get(0)?, pages: row.get(1)?, moved: row.get(2)? }))
}
