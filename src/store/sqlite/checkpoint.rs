//! Moving the log into the file, and emptying it.
//!
//! PASSIVE checkpoints run on a thread of their own, beside the writer: they cost 10 to 30 ms of syncing. They neither
//! empty the log nor remove a taken secret's bytes from it; only TRUNCATE does, and it can succeed only between the
//! writer's transactions. So the writer runs that one: when it is idle, at the latest when the time is up.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::busy_handler::{self, BUSY_TIMEOUT};
use super::connection::Database;
use super::error::OpenError;

/// Erased bytes are out of the log this long after, whatever the load.
const DEADLINE: Duration = Duration::from_secs(2);
/// No job for this long: idle.
const QUIET: Duration = Duration::from_millis(200);
/// How long the writer rests from it after somebody was in its way, doubled each time up to the second.
const REST: [Duration; 2] = [Duration::from_millis(25), Duration::from_secs(1)];
/// How long it waits for a reader meanwhile, and every write with it.
const WAIT_FOR_READERS: Duration = Duration::from_millis(20);
/// Pages in the log that are not in the file yet and call for a PASSIVE checkpoint (4 MiB).
const PASSIVE_AT: i64 = 1000;
/// Pages in the log that call for starting it anew (32 MiB): beside a writer that never rests, PASSIVE alone never can.
/// RESTART keeps the file's length, because writing over a file takes less syncing than growing it.
const RESTART_AT: i64 = 8000;

/// The writer's side of checkpoints.
pub(super) struct Checkpoints {
    pokes: SyncSender<()>,
    thread: JoinHandle<()>,
    /// When the log has to be emptied.
    due: Option<Instant>,
    /// No try before this, and how long the last rest was.
    rest: (Instant, Duration),
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
        let now = Instant::now();
        Ok(Self { pokes, thread, due: Some(now + DEADLINE), rest: (now, Duration::ZERO) })
    }

    /// Bytes were erased that now stand in the log only.
    pub(super) fn erased(&mut self) {
        self.due.get_or_insert_with(|| Instant::now() + DEADLINE);
    }

    /// The disk is full: what stands in the file already may give its place in the log back.
    pub(super) fn hurry(&mut self) {
        self.due = Some(Instant::now());
    }

    /// How long the writer may wait for a job before it is idle; `None` for as long as it takes.
    pub(super) fn patience(&self) -> Option<Duration> {
        self.due.map(|due| due.max(self.rest.0).saturating_duration_since(Instant::now()).min(QUIET))
    }

    /// Between two batches.
    pub(super) fn after_batch(&mut self, db: &mut Connection) {
        let now = Instant::now();
        let log = checkpoint(db, "NOOP").ok();
        // The thread is not called where the writer does it: one that is always at work would always be in the way.
        if self.due.is_some_and(|due| due <= now) {
            self.empty(db, "TRUNCATE");
        } else if log.as_ref().is_some_and(|log| log.pages >= RESTART_AT) {
            self.empty(db, "RESTART");
        } else if log.is_some_and(|log| log.pages - log.moved >= PASSIVE_AT) {
            // Full means that it has been called already.
            let _ = self.pokes.try_send(());
        }
    }

    /// When nobody wants to write.
    pub(super) fn when_idle(&mut self, db: &mut Connection) {
        if self.due.is_some() {
            self.empty(db, "TRUNCATE");
        }
    }

    /// When the file cannot be opened.
    pub(super) fn postpone(&mut self) {
        self.rest = (Instant::now() + REST[1], REST[1]);
    }

    fn empty(&mut self, db: &mut Connection, mode: &str) {
        let (until, last) = self.rest;
        if Instant::now() < until {
            return;
        }
        match empty(db, mode) {
            Ok(true) => {
                self.due = self.due.filter(|_| mode != "TRUNCATE");
                self.rest.1 = Duration::ZERO;
            }
            Ok(false) => {
                let rest = (last * 2).clamp(REST[0], REST[1]);
                self.rest = (Instant::now() + rest, rest);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the log could not be emptied");
                self.postpone();
            }
        }
    }

    /// The last act: the thread is gone and the log empty, when nobody else reads.
    pub(super) fn finish(self, db: Option<&mut Connection>) {
        drop(self.pokes);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
        if let Some(Err(error)) = db.map(|db| empty(db, "TRUNCATE")) {
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

/// Whether the log is empty now.
fn empty(db: &mut Connection, mode: &str) -> rusqlite::Result<bool> {
    busy_handler::set(db, WAIT_FOR_READERS)?;
    let log = checkpoint(db, mode);
    busy_handler::set(db, BUSY_TIMEOUT)?;
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
