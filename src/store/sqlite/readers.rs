//! The reader threads, each with its own connection, beside the writer.
//!
//! A point read takes about 10 µs, so the hand-over dominates: a thread takes all waiting jobs at once and runs
//! them in one transaction, which saves a lock and an unlock of the WAL for each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

use rusqlite::Connection;

use super::connection::Database;
use super::error::{BatchError, OpenError};
use super::queue::{Job, Queue, Txn};
use crate::store::{Error, Result};

/// Threads; a short read seldom waits for the disk, so more would only wait for each other.
const THREADS: usize = 2;
/// Callers who may wait for one thread.
const QUEUE: usize = 512;
/// Jobs that share a transaction. Short, because an open one keeps the WAL from being truncated.
const BATCH: usize = 64;

/// The reading threads.
#[derive(Debug)]
pub(super) struct Readers {
    queues: Vec<Queue>,
    next: AtomicUsize,
}

impl Readers {
    pub(super) fn start(database: &Database) -> std::result::Result<Self, OpenError> {
        let queue = |_| -> std::result::Result<Queue, OpenError> {
            let reader = Reader { db: Some(database.reader()?), database: database.clone() };
            Queue::start("store-reader", QUEUE, move |jobs| reader.work(&jobs))
        };
        Ok(Self {
            queues: (0..THREADS).map(queue).collect::<std::result::Result<_, _>>()?,
            next: AtomicUsize::new(0),
        })
    }

    /// Has one of the threads run `verb`.
    pub(super) async fn ask<T, F>(&self, verb: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Txn<'_>) -> Result<T> + Send + 'static,
    {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        match self.queues[turn % self.queues.len()].ask(verb).await {
            // A read that was not answered has at least done nothing.
            Err(Error::OutcomeUnknown(cause)) => Err(Error::Unavailable(cause)),
            answer => answer,
        }
    }

    pub(super) async fn close(&self) {
        for queue in &self.queues {
            queue.close().await;
        }
    }
}

struct Reader {
    database: Database,
    /// `None` after an error.
    db: Option<Connection>,
}

impl Reader {
    fn work(mut self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = jobs.recv() {
            // All of the batch were asked before its snapshot is taken, so each sees what was answered before.
            let batch: Vec<_> = std::iter::once(first).chain(jobs.try_iter()).take(BATCH).collect();
            match self.db.take().map_or_else(|| self.database.reader(), Ok) {
                Ok(db) => {
                    if read(&Txn::at(&db), batch) {
                        self.db = Some(db);
                    }
                }
                Err(error) => {
                    let why = BatchError::reopening(error);
                    for job in batch {
                        job.fail(why.to_error());
                    }
                }
            }
        }
    }
}

/// Answers the batch; whether the connection is still good.
fn read(txn: &Txn<'_>, batch: Vec<Box<dyn Job>>) -> bool {
    let many = batch.len() > 1;
    let mut good = !many || txn.prepare_cached("BEGIN").and_then(|mut begin| begin.execute([])).is_ok();
    for mut job in batch {
        match job.run(txn) {
            Ok(()) => job.succeed(),
            Err(error) => {
                good &= matches!(error, Error::Corrupt(_));
                job.fail(error);
            }
        }
    }
    good &= !many || txn.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])).is_ok();
    good && txn.is_autocommit()
}
