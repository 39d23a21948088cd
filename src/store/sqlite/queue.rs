//! Bounded job queue of a database thread: callers hand in closures and await the results.

use std::cell::Cell;
use std::ops::Deref;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::{OpenError, ThreadError};
use crate::store::{Error, Result};

/// What a verb works at: the connection, inside a transaction.
pub(super) struct Txn<'a> {
    db: &'a Connection,
    erased: Cell<bool>,
}

impl<'a> Txn<'a> {
    pub(super) fn at(db: &'a Connection) -> Self {
        Self { db, erased: Cell::new(false) }
    }

    /// Marks that bytes were deleted which must be truncated out of the WAL.
    pub(super) fn erased(&self) {
        self.erased.set(true);
    }

    pub(super) fn has_erased(&self) -> bool {
        self.erased.get()
    }
}

impl Deref for Txn<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.db
    }
}

/// A verb with a caller who waits for its answer.
pub(super) trait Job: Send {
    /// The caller has gone: a claim whose result nobody receives must not be made.
    fn is_abandoned(&self) -> bool;
    /// Runs the verb and keeps its answer back. May be called again, after what it did was rolled back.
    fn run(&mut self, txn: &Txn<'_>) -> Result<()>;
    /// Gives the kept answer out.
    fn succeed(self: Box<Self>);
    /// Drops the kept answer and returns the error instead.
    fn fail(self: Box<Self>, error: Error);
}

struct Work<T, F, D> {
    verb: F,
    /// Told what was done, once it is.
    done: D,
    answer: Option<T>,
    caller: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: FnMut(&Txn<'_>) -> Result<T> + Send, D: FnOnce(&T) + Send> Job for Work<T, F, D> {
    fn is_abandoned(&self) -> bool {
        self.caller.is_closed()
    }

    fn run(&mut self, txn: &Txn<'_>) -> Result<()> {
        self.answer = Some((self.verb)(txn)?);
        Ok(())
    }

    fn succeed(self: Box<Self>) {
        if let Some(answer) = self.answer {
            (self.done)(&answer);
            // The caller may have left by now. Then the claim is made and its result is lost: at most once.
            drop(self.caller.send(Ok(answer)));
        }
    }

    fn fail(self: Box<Self>, error: Error) {
        drop(self.caller.send(Err(error)));
    }
}

/// The callers' end of a thread. The thread ends when this is closed or dropped.
#[derive(Debug)]
pub(super) struct Queue {
    jobs: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Queue {
    /// Starts a thread that runs the jobs; at most `capacity` of them wait.
    pub(super) fn start(
        name: &str,
        capacity: usize,
        work: impl FnOnce(Receiver<Box<dyn Job>>) + Send + 'static,
    ) -> std::result::Result<Self, OpenError> {
        let (jobs, waiting) = sync_channel(capacity);
        let (ends, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                work(waiting);
                drop(ends);
            })
            .map_err(OpenError::Thread)?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), ended: Mutex::new(Some(ended)) })
    }

    /// Has the thread run `verb`. When it has no room for it: [`Error::Unavailable`], and nothing was done.
    pub(super) async fn ask<T, F>(&self, verb: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Txn<'_>) -> Result<T> + Send + 'static,
    {
        self.ask_and_tell(verb, |_| {}).await
    }

    /// The same, and `done` is told what was done, whether or not the caller still waits for it.
    pub(super) async fn ask_and_tell<T, F, D>(&self, verb: F, done: D) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&Txn<'_>) -> Result<T> + Send + 'static,
        D: FnOnce(&T) + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        self.send(Box::new(Work { verb, done, answer: None, caller }))?;
        answer.await.unwrap_or_else(|_| Err(Error::OutcomeUnknown(Box::new(ThreadError::ThreadEnded))))
    }

    fn send(&self, job: Box<dyn Job>) -> Result<()> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = match &*jobs {
            None => Err(ThreadError::Closed),
            Some(jobs) => jobs.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => ThreadError::QueueFull,
                TrySendError::Disconnected(_) => ThreadError::ThreadEnded,
            }),
        };
        sent.map_err(|error| Error::Unavailable(Box::new(error)))
    }

    /// Takes no more jobs, and returns when the thread has answered those it has and is gone.
    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            // Nothing is ever sent: that the sender is dropped is the news.
            drop(ended.await);
        }
    }
}
