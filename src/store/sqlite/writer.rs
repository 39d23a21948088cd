//! The writer thread: group commit. All waiting jobs share one transaction, and answers follow its COMMIT.
//!
//! One sync to disk per COMMIT is shared by many callers; and every operation is atomic, because nothing else in the
//! process writes. What is acknowledged is in the files that the names lead to at that moment, or it is not acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use rusqlite::Connection;

use super::checkpoint::{self, Checkpoints};
use super::connection::Database;
use super::error::{BatchError, OpenError, is_disk_full};
use super::queue::{Job, Queue, Txn};
use crate::store::Error;

/// Callers who may wait; the next one is refused.
const QUEUE: usize = 1024;
/// Jobs that share a COMMIT.
const BATCH: usize = 256;

/// Starts the writer on its connection.
pub(super) fn start(database: Database, db: Connection, commits: Arc<AtomicU64>) -> Result<Queue, OpenError> {
    let checkpoints = Checkpoints::start(&database)?;
    let writer = Writer { database, db: Some(db), checkpoints, commits };
    Queue::start("store-writer", QUEUE, move |jobs| writer.work(&jobs))
}

struct Writer {
    database: Database,
    /// `None` after an error: reopened for the next batch.
    db: Option<Connection>,
    checkpoints: Checkpoints,
    commits: Arc<AtomicU64>,
}

/// Why a batch was not committed.
enum CommitError {
    /// The job at this index failed. What the others did is rolled back with it.
    Job(usize, Error),
    /// All of them.
    All(BatchError),
}

impl CommitError {
    fn is_disk_full(&self) -> bool {
        match self {
            Self::Job(_, error) => is_disk_full(error),
            Self::All(why) => why.is_disk_full(),
        }
    }
}

impl Writer {
    fn work(mut self, jobs: &Receiver<Box<dyn Job>>) {
        loop {
            let next = match self.checkpoints.idle_timeout() {
                None => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(timeout) => jobs.recv_timeout(timeout),
            };
            match next {
                Ok(first) => {
                    self.settle(std::iter::once(first).chain(jobs.try_iter()).take(BATCH).collect());
                    if let Some(db) = &mut self.db {
                        self.checkpoints.after_batch(db);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.idle(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let db = self.db.as_mut().filter(|_| self.database.check().is_ok());
        self.checkpoints.finish(db);
    }

    /// Answers every job of a batch: after the COMMIT, or with why there was none.
    fn settle(&mut self, mut batch: Vec<Box<dyn Job>>) {
        while !batch.is_empty() {
            match self.commit(&mut batch) {
                Ok(()) => batch.drain(..).for_each(Job::succeed),
                Err(error) if error.is_disk_full() && self.make_room() => {} // once more
                Err(error) if error.is_disk_full() && batch.len() > 1 => {
                    // What does not fit together may do so by halves, with the WAL emptied in between.
                    let rest = batch.split_off(batch.len() / 2);
                    self.settle(std::mem::replace(&mut batch, rest));
                }
                Err(CommitError::Job(index, error)) => batch.remove(index).fail(error),
                Err(CommitError::All(why)) => {
                    tracing::warn!(error = &why as &dyn std::error::Error, "a transaction failed");
                    batch.drain(..).for_each(|job| job.fail(why.to_error()));
                }
            }
        }
    }

    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), CommitError> {
        let db = match self.db.take() {
            Some(db) => db,
            None => self.database.writer().map_err(|error| CommitError::All(BatchError::reopening(error)))?,
        };
        let txn = Txn::at(&db);
        let done = transact(&txn, batch, &self.database);
        if txn.has_erased() {
            self.checkpoints.erased();
        }
        if done.as_ref().is_err_and(CommitError::is_disk_full) {
            self.checkpoints.hurry();
        }
        let reusable = match &done {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(CommitError::Job(_, error)) => matches!(error, Error::Corrupt(_)),
            Err(CommitError::All(why)) => why.is_busy(),
        };
        // A connection that could not roll back would carry this batch's work into the next one.
        if rolled_back(&db) && reusable {
            self.db = Some(db);
        }
        done
    }

    fn idle(&mut self) {
        match self.for_checkpoint() {
            Some(mut db) => {
                self.checkpoints.when_idle(&mut db);
                self.db = Some(db);
            }
            None => self.checkpoints.postpone(),
        }
    }

    /// Whether a full disk has room now that it did not have.
    fn make_room(&mut self) -> bool {
        let Some(mut db) = self.for_checkpoint() else { return false };
        let made = checkpoint::make_room(&mut db);
        self.db = Some(db);
        made
    }

    /// The connection, opened again after an error; `None` where there is none to be had, or where other files are in the place
    /// of ours, which may be in use by others.
    fn for_checkpoint(&mut self) -> Option<Connection> {
        self.database.check().ok()?;
        self.db.take().map_or_else(|| self.database.writer(), Ok).ok()
    }
}

fn transact(txn: &Txn<'_>, batch: &mut [Box<dyn Job>], database: &Database) -> Result<(), CommitError> {
    run(txn, "BEGIN IMMEDIATE").map_err(|error| CommitError::All(BatchError::before_commit(error)))?;
    for (index, job) in batch.iter_mut().enumerate() {
        // Checked as late as possible: BEGIN may have waited for another process.
        if !job.is_abandoned() {
            job.run(txn).map_err(|error| CommitError::Job(index, error))?;
        }
    }
    database.check().map_err(|error| CommitError::All(BatchError::displaced(error)))?;
    run(txn, "COMMIT").map_err(|error| CommitError::All(BatchError::of_commit(error)))?;
    database.check().map_err(|error| CommitError::All(BatchError::displaced_meanwhile(error)))
}

/// Ends what a failure left open; whether the connection is outside any transaction.
fn rolled_back(db: &Connection) -> bool {
    db.is_autocommit() || (run(db, "ROLLBACK").is_ok() && db.is_autocommit())
}

fn run(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}
