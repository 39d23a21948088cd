//! WAL checkpointing and truncation.
//!
//! PASSIVE checkpoints run on their own thread, beside the writer: they cost 10 to 30 ms of syncing. They neither
//! empty the WAL nor remove a taken secret's bytes from it; only TRUNCATE does, and it can succeed only between the
//! writer's transactions. So the writer runs that one: when it is idle, at the latest after [`DEADLINE`].
//!
//! The trap: what is shared lies in the WAL first, and the database has to grow by it. Without room for that, the WAL cannot be
//! moved and only grows, until nothing can be written, not even that something was read. So it is kept shorter than what is
//! free (ADR 0048).

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::busy_handler::{self, BUSY_TIMEOUT};
use super::connection::Database;
use super::error::OpenError;
use super::room;
use crate::fs;

/// Erased bytes are out of the WAL this long after, whatever the load.
const DEADLINE: Duration = Duration::from_secs(2);
/// No job for this long: idle.
const QUIET: Duration = Duration::from_millis(200);
/// Backoff after a checkpoint was blocked: the first pause, doubled each time, and the longest.
const BACKOFF: [Duration; 2] = [Duration::from_millis(25), Duration::from_secs(1)];
/// How long a checkpoint waits for readers, and every write with it.
const WAIT_FOR_READERS: Duration = Duration::from_millis(20);
/// Pages in the WAL that are not in the file yet and call for a PASSIVE checkpoint (4 MiB).
const PASSIVE_AT: i64 = 1000;
/// Pages in the WAL that call for a RESTART (32 MiB): beside a writer that is never idle, PASSIVE alone never resets it.
/// RESTART keeps the file's length, because writing over a file takes less syncing than growing it.
const RESTART_AT: i64 = 8000;
/// Bytes of a page.
const PAGE: u64 = 4096;

/// The writer's side of checkpoints.
pub(super) struct Checkpoints {
    /// Where the database lies.
    folder: PathBuf,
    wakeups: SyncSender<()>,
    thread: JoinHandle<()>,
    /// When the WAL has to be truncated.
    due: Option<Instant>,
    /// No try before this, and the last pause.
    pause: (Instant, Duration),
}

impl Checkpoints {
    pub(super) fn start(database: &Database) -> Result<Self, OpenError> {
        let (wakeups, requests) = sync_channel(1);
        let folder = fs::folder_of(database.path()).to_owned();
        let database = database.clone();
        let thread = thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || work(&database, &requests))
            .map_err(OpenError::Thread)?;
        // The WAL of an earlier run may hold what was taken just before its end.
        let now = Instant::now();
        Ok(Self { folder, wakeups, thread, due: Some(now + DEADLINE), pause: (now, Duration::ZERO) })
    }

    /// Bytes were erased that are now in the WAL only.
    pub(super) fn erased(&mut self) {
        self.due.get_or_insert_with(|| Instant::now() + DEADLINE);
    }

    /// The disk is full: truncating the WAL may free space.
    pub(super) fn hurry(&mut self) {
        self.due = Some(Instant::now());
    }

    /// How long the writer may wait for a job before it is idle; `None` for as long as it takes.
    pub(super) fn idle_timeout(&self) -> Option<Duration> {
        self.due.map(|due| due.max(self.pause.0).saturating_duration_since(Instant::now()).min(QUIET))
    }

    /// Between two batches.
    pub(super) fn after_batch(&mut self, db: &mut Connection) {
        let now = Instant::now();
        let log = checkpoint(db, "NOOP").ok();
        let is_short_of_room = log.as_ref().is_some_and(|log| log.pages >= self.most_pages());
        // The thread is not called where the writer does it: one that is always at work would always be in the way.
        if is_short_of_room || self.due.is_some_and(|due| due <= now) {
            self.empty(db, "TRUNCATE");
        } else if log.as_ref().is_some_and(|log| log.pages >= RESTART_AT) {
            self.empty(db, "RESTART");
        } else if log.is_some_and(|log| log.pages - log.moved >= PASSIVE_AT) {
            // Full means that it has been called already.
            let _ = self.wakeups.try_send(());
        }
    }

    /// Pages that the WAL may have: half of what is free, so that the other half takes them into the database.
    fn most_pages(&self) -> i64 {
        let free = room::on_disk(&self.folder).map_or(u64::MAX, |room| room.free);
        i64::try_from(free / 2 / PAGE).unwrap_or(i64::MAX)
    }

    /// When no job is waiting.
    pub(super) fn when_idle(&mut self, db: &mut Connection) {
        if self.due.is_some() {
            self.empty(db, "TRUNCATE");
        }
    }

    /// When the file cannot be opened, or is not the one of its name.
    pub(super) fn postpone(&mut self) {
        self.pause = (Instant::now() + BACKOFF[1], BACKOFF[1]);
    }

    fn empty(&mut self, db: &mut Connection, mode: &str) {
        let (until, last) = self.pause;
        if Instant::now() < until {
            return;
        }
        match empty(db, mode) {
            Ok(true) => {
                self.due = self.due.filter(|_| mode != "TRUNCATE");
                self.pause.1 = Duration::ZERO;
            }
            Ok(false) => {
                let pause = (last * 2).clamp(BACKOFF[0], BACKOFF[1]);
                self.pause = (Instant::now() + pause, pause);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the WAL could not be checkpointed");
                self.postpone();
            }
        }
    }

    /// Shuts down: joins the thread, and truncates the WAL if nobody else reads.
    pub(super) fn finish(self, db: Option<&mut Connection>) {
        drop(self.wakeups);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
        if let Some(Err(error)) = db.map(|db| empty(db, "TRUNCATE")) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the WAL could not be checkpointed");
        }
    }
}

/// When the disk is full: whether the WAL took some of it, and was moved into the database.
pub(super) fn make_room(db: &mut Connection) -> bool {
    checkpoint(db, "NOOP").is_ok_and(|log| log.pages > 0) && empty(db, "TRUNCATE").unwrap_or(false)
}

fn work(database: &Database, wakeups: &Receiver<()>) {
    let mut open = None;
    while wakeups.recv().is_ok() {
        let db = match open.take() {
            Some(db) => db,
            None => match database.writer() {
                Ok(db) => db,
                // Whatever it is, the writer meets it as well, and says so.
                Err(_) => continue,
            },
        };
        if database.check().is_ok() && checkpoint(&db, "PASSIVE").is_ok() {
            open = Some(db);
        }
    }
}

/// Whether the WAL was reset.
fn empty(db: &mut Connection, mode: &str) -> rusqlite::Result<bool> {
    busy_handler::set(db, WAIT_FOR_READERS)?;
    let log = checkpoint(db, mode);
    busy_handler::set(db, BUSY_TIMEOUT)?;
    log.map(|log| !log.busy)
}

struct WalStatus {
    busy: bool,
    pages: i64,
    moved: i64,
}

/// A blocked checkpoint is not an error: the first column reports it.
fn checkpoint(db: &Connection, mode: &str) -> rusqlite::Result<WalStatus> {
    db.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?
        .query_one([], |row| Ok(WalStatus { busy: row.get(0)?, pages: row.get(1)?, moved: row.get(2)? }))
}
