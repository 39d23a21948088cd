//! The files that are open, and the names they were opened by: SQLite goes on with files that were deleted, moved or replaced
//! meanwhile, and commits into nowhere (ADR 0047).
//!
//! The trap: SQLite itself deletes the log when its last connection closes, which must not look like somebody else's deed. So one
//! connection stays open for as long as anybody here may open another.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::Connection;

use super::error::OpenError;
use crate::fs::{self, FileId};

/// The database, its log and its index, and which files they are.
#[derive(Debug)]
pub(super) struct OpenFiles {
    files: [(PathBuf, FileId); 3],
    /// Nobody asks it anything. It can write: the last one to close brings the log into the database.
    _held: Mutex<Connection>,
}

/// A file that is open is not the one of its name any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Displaced {
    /// There is none of that name.
    #[error("`{}` is gone, deleted or moved while it was open: put it back, or restart to go on without it", path.display())]
    Gone {
        /// The name.
        path: PathBuf,
    },
    /// There is another one.
    #[error("another file is in the place of `{}`, which is open: put the right one back, or restart to use this one", path.display())]
    Replaced {
        /// The name.
        path: PathBuf,
    },
}

impl OpenFiles {
    /// Notes which files these are, while a connection of this process has them open; `hold` opens one more.
    pub(super) fn note(
        database: &Path,
        hold: impl FnOnce() -> Result<Connection, OpenError>,
    ) -> Result<Self, OpenError> {
        // SQLite follows links to the database, and keeps log and index where it lies.
        let target = database.canonicalize().unwrap_or_else(|_| database.to_owned());
        let note = |path: PathBuf| match fs::file_id(&path) {
            Some(id) => Ok((path, id)),
            None => Err(Displaced::Gone { path }),
        };
        let files = [
            note(database.to_owned())?,
            note(fs::with_suffix(&target, "-wal"))?,
            note(fs::with_suffix(&target, "-shm"))?,
        ];
        let noted = Self { files, _held: Mutex::new(hold()?) };
        noted.check()?;
        Ok(noted)
    }

    /// Whether each name leads to the file that is open. Takes some microseconds.
    pub(super) fn check(&self) -> Result<(), Displaced> {
        for (path, id) in &self.files {
            match fs::file_id(path) {
                Some(found) if found == *id => {}
                Some(_) => return Err(Displaced::Replaced { path: path.clone() }),
                None => return Err(Displaced::Gone { path: path.clone() }),
            }
        }
        Ok(())
    }
}
