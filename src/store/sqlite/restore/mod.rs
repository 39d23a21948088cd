//! Restore: replaces the database by a backup, without bringing back secrets that were read since.
//!
//! A secret that a backup has as unread was unread at that moment, and nothing more. What became of it since is read from
//! the current database; one that is not known there is erased and its receipt `orphaned`. The work is done in a copy
//! beside the database, which is then renamed over it: killed meanwhile, it leaves the old database or the new one.
//!
//! The trap: a WAL left beside the name would be taken for the new file's, so it is removed first.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::connection::Database;
use super::copy::{Backup, copy};
use super::error::CopyError;
use super::header::SIDE_FILES;
use super::meta::{self, Restoration, RestoreCounts};
use super::schema;
use crate::domain::{Progress, Timestamp};
use crate::fs;

mod current;
mod reconcile;

use current::Current;

/// What is to be restored, and how.
#[derive(Clone, Copy, Debug)]
pub struct Restore<'a> {
    /// From.
    pub backup: &'a Backup,
    /// The database to replace; it need not exist.
    pub into: &'a Path,
    /// Keep unread secrets whose outcome since the backup is unknown.
    pub accept_unconfirmed: bool,
    /// Replace a database that has secrets or accounts which the backup does not have.
    pub force: bool,
    /// The present.
    pub now: Timestamp,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What became of the backup's unread secrets.
    pub counts: RestoreCounts,
    /// The replaced database, kept under another name.
    pub aside: Option<SetAside>,
    /// Accounts that were deleted, disabled or given another token or plan since the backup, and are again as they were.
    pub accounts_undone: u64,
}

/// The replaced database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its path now.
    pub path: PathBuf,
    /// Whether its secrets could be compared; a damaged one cannot be read.
    pub compared: bool,
}

impl Restore<'_> {
    /// Does it. On an error nothing was changed. Root reads the backup as the owner of its folder, and does the rest as that of
    /// the database's.
    pub fn run(&self, progress: &Progress) -> Result<Restored, CopyError> {
        let database = Database::at(self.into)?;
        if fs::is_same_file(database.path(), &self.backup.path) {
            return Err(CopyError::NoCopy { path: database.path().to_owned() });
        }
        let source = fs::as_owner(&self.backup.path, || Database::at(&self.backup.path)?.kept_open())?;
        fs::as_owner(database.path(), || self.replace(&database, source, progress))
    }

    fn replace(
        &self,
        database: &Database,
        source: Connection,
        progress: &Progress,
    ) -> Result<Restored, CopyError> {
        let path = database.path();
        if path.exists()
            && let Some(holder) = fs::holder(path).map_err(|source| at(path, source))?
        {
            return Err(CopyError::InUse { path: path.to_owned(), holder });
        }
        database.make_folder()?;
        let work = fs::with_suffix(path, &format!(".{}.restoring", std::process::id()));
        let done = self.prepare(source, &work, progress).and_then(|()| self.put_in_place(&work, path));
        if done.is_err() {
            for ending in ["", "-journal"] {
                drop(std::fs::remove_file(fs::with_suffix(&work, ending)));
            }
        }
        done
    }

    /// Copies the backup, in today's schema.
    fn prepare(&self, mut source: Connection, work: &Path, progress: &Progress) -> Result<(), CopyError> {
        copy(&mut source, work, self.backup.made, progress)?;
        schema::apply(&mut Database::at(work)?.plain(true)?)?;
        Ok(())
    }

    fn put_in_place(&self, work: &Path, path: &Path) -> Result<Restored, CopyError> {
        let failed = |source| CopyError::Restore { path: path.to_owned(), source };
        let db = Connection::open_in_memory().map_err(failed)?;
        current::attach(&db, work, "restored").map_err(failed)?;
        let present = Current::open(&db, path)?;
        let compared = matches!(present, Current::Readable(_));
        let undone = if compared { self.compare(&db).map_err(failed)?? } else { 0 };
        let mark = self.decide(&db, compared).map_err(failed)?;
        if let Current::Readable(looked_at) = present {
            current::lock(&db, path, looked_at, self.now)?;
        }
        fs::sync(work).map_err(|source| at(work, source))?;
        let aside = self.swap(work, path, &present)?;
        Ok(Restored {
            counts: mark.counts,
            aside: aside.map(|path| SetAside { path, compared }),
            accounts_undone: undone,
        })
    }

    /// Refuses what would lose something silently; how many accounts go back to what they were.
    fn compare(&self, db: &Connection) -> rusqlite::Result<Result<u64, CopyError>> {
        let (secrets, accounts) = reconcile::only_present(db, self.now)?;
        if secrets + accounts > 0 && !self.force {
            return Ok(Err(CopyError::WouldLose { secrets, accounts }));
        }
        reconcile::accounts_undone(db).map(Ok)
    }

    /// One transaction over the copy.
    fn decide(&self, db: &Connection, compared: bool) -> rusqlite::Result<Restoration> {
        let change = db.unchecked_transaction()?;
        let counts = reconcile::decide(&change, compared, self.accept_unconfirmed, self.now)?;
        let mark = Restoration { at: self.now, made: self.backup.made, counts };
        meta::mark_restored(&change, "restored", mark)?;
        change.commit()?;
        // Nothing must have it open when it gets its name.
        db.execute_batch("DETACH restored")?;
        Ok(mark)
    }

    fn swap(&self, work: &Path, path: &Path, present: &Current) -> Result<Option<PathBuf>, CopyError> {
        let swapped = |source| at(path, source);
        let there = !matches!(present, Current::Missing);
        let like = if there { path } else { path.parent().unwrap_or(path) };
        fs::give_to_owner_of(like, work).map_err(|source| at(work, source))?;
        let aside = free_name(path, self.now);
        if there {
            std::fs::hard_link(path, &aside).map_err(|source| at(&aside, source))?;
        }
        for ending in SIDE_FILES {
            let left = fs::with_suffix(path, ending);
            if left.symlink_metadata().is_ok() {
                std::fs::rename(&left, fs::with_suffix(&aside, ending))
                    .map_err(|source| at(&left, source))?;
            }
        }
        // Before the other one is there: after a power loss it must not find the old one's log beside it.
        fs::sync_folder_of(path).map_err(swapped)?;
        if there {
            fs::publish_over(work, path).map_err(swapped)?;
        } else {
            fs::publish_new(work, path).map_err(swapped)?;
        }
        Ok(there.then_some(aside))
    }
}

/// `….before-restore-TIME`, or that with a number when it is taken.
fn free_name(path: &Path, now: Timestamp) -> PathBuf {
    let first = fs::with_suffix(path, &format!(".before-restore-{}", now.0));
    let others = (2..).map(|number| fs::with_suffix(&first, &format!("-{number}")));
    let mut names = std::iter::once(first.clone()).chain(others);
    names.find(|name| name.symlink_metadata().is_err()).unwrap_or(first)
}

fn at(path: &Path, source: std::io::Error) -> CopyError {
    CopyError::File { path: path.to_owned(), source }
}
