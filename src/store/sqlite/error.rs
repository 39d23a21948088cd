//! Errors of SQLite and of its threads, and their conversion to store errors.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::ErrorCode;

use super::open_files::Displaced;
use crate::fs::Holder;
use crate::store::{Cause, Error};

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder of the file is not there and cannot be made.
    #[error("cannot create the folder `{}`", path.display())]
    CreateFolder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be made, opened, read or written.
    #[error("cannot open the database `{}`", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Cause,
    },
    /// The files that are open are not those of their names any more.
    #[error(transparent)]
    Displaced(#[from] Displaced),
    /// A newer version of this program has written it.
    #[error("the database has schema {found}, this version knows schemas up to {known}")]
    NewerSchema {
        /// The file's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// An older version of this program has written it; only where nothing may be changed.
    #[error("the database has schema {found}, and this version brings it to schema {known} first")]
    OlderSchema {
        /// The file's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The schema cannot be brought up to date.
    #[error("cannot bring the database's schema up to date")]
    Migrate(#[source] rusqlite::Error),
    /// It cannot be copied before that, so nothing was changed.
    #[error("cannot copy the database before its schema is brought up to date; nothing was changed")]
    CopyFirst(#[source] Box<CopyError>),
    /// Nothing of ours is in it.
    #[error("`{}` is not a database of readonce", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// SQLite did not take on a setting on which a promise rests.
    #[error("the database does not honour `PRAGMA {name} = {wanted}`: it says `{found}`")]
    Pragma {
        /// Which.
        name: &'static str,
        /// The value it was given.
        wanted: &'static str,
        /// The value it has.
        found: String,
    },
    /// No thread to be had.
    #[error("cannot start a thread for the database")]
    Thread(#[source] std::io::Error),
}

/// Why a database could not be copied, or a copy not be restored.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the two cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The name is taken.
    #[error("`{}` is already there", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("cannot make or read `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite cannot write the copy: often a full disk.
    #[error("cannot write `{}`", path.display())]
    Copy {
        /// The copy.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It is not a database, or another program's.
    #[error("`{}` is no backup: not a database of readonce", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A database that does not say that it is a copy.
    #[error("`{}` is a database, but no backup: nothing tells of which moment it is", path.display())]
    NoCopy {
        /// The file.
        path: PathBuf,
    },
    /// SQLite finds it malformed.
    #[error("the backup `{}` is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// Somebody has the database open.
    #[error("{holder} has `{}` open", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
        /// Who.
        holder: Holder,
    },
    /// The database in place is another program's.
    #[error("`{}` is another program's database", path.display())]
    AnothersDatabase {
        /// The database.
        path: PathBuf,
    },
    /// The database in place has what the backup has not.
    #[error("{}", would_lose(*.secrets, *.accounts))]
    WouldLose {
        /// Unread secrets.
        secrets: u64,
        /// Accounts.
        accounts: u64,
    },
    /// SQLite, while comparing.
    #[error("cannot restore into `{}`; nothing was changed", path.display())]
    Restore {
        /// The database.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

fn would_lose(secrets: u64, accounts: u64) -> String {
    format!(
        "the present database has {secrets} unread secrets and {accounts} accounts that the backup does not have"
    )
}

/// Errors that are not SQLite's.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum ThreadError {
    #[error("too many callers wait for the database")]
    QueueFull,
    #[error("the database is closed")]
    Closed,
    #[error("the database's thread ended before it answered")]
    ThreadEnded,
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match classify(&error) {
            ErrorClass::Damage(what) => Self::Corrupt(what),
            _ => Self::Unavailable(Box::new(error)),
        }
    }
}

/// An error of a whole batch: of BEGIN, of COMMIT, of reopening the file.
#[derive(Debug, thiserror::Error)]
#[error("the database refuses")]
pub(super) struct BatchError {
    #[source]
    cause: Arc<dyn std::error::Error + Send + Sync>,
    class: ErrorClass,
}

impl BatchError {
    /// A failure before anything was committed.
    pub(super) fn before_commit(cause: rusqlite::Error) -> Self {
        Self { class: classify(&cause), cause: Arc::new(cause) }
    }

    /// The files were displaced, and nothing was committed.
    pub(super) fn displaced(cause: Displaced) -> Self {
        Self { class: ErrorClass::Refusal, cause: Arc::new(cause) }
    }

    /// It was committed to files that are not where they were: done if they are put back.
    pub(super) fn displaced_meanwhile(cause: Displaced) -> Self {
        Self { class: ErrorClass::Unknown, cause: Arc::new(cause) }
    }

    /// The file could not be opened again.
    pub(super) fn reopening(cause: OpenError) -> Self {
        Self { class: ErrorClass::Refusal, cause: Arc::new(cause) }
    }

    /// A failed COMMIT. BUSY, FULL and READONLY mean that the commit mark was not written: nothing was done. After an
    /// IOERR it may be in the WAL, and only its sync have failed: gone for us, and overwritten by the next commit,
    /// but should the machine stop before that, recovery would find it and the transaction would have been done.
    pub(super) fn of_commit(cause: rusqlite::Error) -> Self {
        match cause.sqlite_error_code() {
            Some(ErrorCode::SystemIoFailure) => Self { class: ErrorClass::Unknown, cause: Arc::new(cause) },
            _ => Self::before_commit(cause),
        }
    }

    /// The error for one of the callers.
    pub(super) fn to_error(&self) -> Error {
        match self.class {
            ErrorClass::Unknown => Error::OutcomeUnknown(Box::new(Arc::clone(&self.cause))),
            ErrorClass::Damage(what) => Error::Corrupt(what),
            ErrorClass::Busy | ErrorClass::Full | ErrorClass::Refusal => {
                Error::Unavailable(Box::new(Arc::clone(&self.cause)))
            }
        }
    }

    /// Whether another process was writing, and nothing more: the connection can be reused.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.class, ErrorClass::Busy)
    }

    /// Whether the disk is full.
    pub(super) fn is_disk_full(&self) -> bool {
        matches!(self.class, ErrorClass::Full)
    }
}

/// Whether one job failed because the disk is full.
pub(super) fn is_disk_full(error: &Error) -> bool {
    let Error::Unavailable(cause) = error else { return false };
    cause.downcast_ref().is_some_and(|error| matches!(classify(error), ErrorClass::Full))
}

#[derive(Clone, Copy, Debug)]
enum ErrorClass {
    Damage(&'static str),
    Busy,
    Full,
    Refusal,
    Unknown,
}

fn classify(error: &rusqlite::Error) -> ErrorClass {
    use rusqlite::Error as E;
    match error {
        E::FromSqlConversionFailure(..)
        | E::InvalidColumnType(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..) => ErrorClass::Damage("a column has a value of the wrong kind"),
        _ => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                ErrorClass::Damage("SQLite finds the file malformed")
            }
            Some(ErrorCode::DatabaseBusy) => ErrorClass::Busy,
            Some(ErrorCode::DiskFull) => ErrorClass::Full,
            _ => ErrorClass::Refusal,
        },
    }
}
