//! Online backup: a copy of the whole database in another file, while it stays in use.
//!
//! `VACUUM INTO` writes what one moment held, and nothing else: no free page, no byte of what was erased. The copy has no
//! WAL, so that it is one file, and says of itself that it is a copy and of when. The trap: it is a read transaction for as
//! long as it takes, and meanwhile the WAL cannot be truncated.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::connection::Database;
use super::error::{CopyError, OpenError};
use super::header::{Header, header};
use super::rows::count;
use super::{meta, schema};
use crate::domain::{Progress, Timestamp};
use crate::fs;

/// SQLite's instructions between two reports of progress: some milliseconds' worth.
pub(super) const PROGRESS_EVERY: i32 = 50_000;

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// The moment it shows.
    pub made: Timestamp,
    /// Unread secrets in it.
    pub unread: u64,
    /// Accounts in it.
    pub accounts: u64,
    /// Its size.
    pub bytes: u64,
}

/// A file that says that it is a copy of a database of ours.
#[derive(Clone, Debug)]
pub struct Backup {
    pub(super) path: PathBuf,
    /// The moment it shows: what happened later, it does not know.
    pub made: Timestamp,
    /// Its keyring's canary.
    pub canary: Option<Vec<u8>>,
}

impl Backup {
    /// Checks a file, and changes nothing. One that is damaged, no copy, or of a newer version is refused.
    pub fn open(path: &Path) -> Result<Self, CopyError> {
        fs::as_owner(path, || Self::look_at(path))
    }

    fn look_at(path: &Path) -> Result<Self, CopyError> {
        match header(path).map_err(|source| CopyError::File { path: path.to_owned(), source })? {
            Header::Plain => {}
            Header::Wal => return Err(CopyError::NoCopy { path: path.to_owned() }),
            Header::Empty | Header::Foreign => return Err(CopyError::Foreign { path: path.to_owned() }),
        }
        let database = Database::at(path)?;
        let not_ours = |error: OpenError| match error {
            OpenError::NewerSchema { .. } => CopyError::Open(error),
            _ => CopyError::Foreign { path: path.to_owned() },
        };
        let foreign = |_: rusqlite::Error| CopyError::Foreign { path: path.to_owned() };
        let db = database.plain(false).map_err(not_ours)?;
        schema::is_ours(&db).map_err(not_ours)?;
        let made = meta::copied(&db, "main").map_err(foreign)?;
        let Some(made) = made else { return Err(CopyError::NoCopy { path: path.to_owned() }) };
        if !is_sound(&db, "main").map_err(foreign)? {
            return Err(CopyError::Damaged { path: path.to_owned() });
        }
        let canary = super::maintenance::stored_canary(&db).map_err(foreign)?;
        Ok(Self { path: database.path().to_owned(), made, canary })
    }
}

/// Whether SQLite finds every page of it in order.
pub(super) fn is_sound(db: &Connection, schema: &str) -> rusqlite::Result<bool> {
    db.query_one(&format!("PRAGMA {schema}.quick_check(1)"), [], |row| Ok(row.get_ref(0)?.as_str()? == "ok"))
}

/// Writes a backup of the database at `database` into `file`: whole, durable, readable by its owner only, or not at all.
/// With `replace`, another backup of that name is replaced; nothing else ever is. Root reads as the owner of the one folder, and
/// writes as that of the other.
pub fn back_up(
    database: &Path,
    file: &Path,
    replace: bool,
    now: Timestamp,
    progress: &Progress,
) -> Result<BackedUp, CopyError> {
    let database = Database::at(database)?;
    let file = Database::at(file)?.path().to_owned();
    if file.symlink_metadata().is_ok() {
        if !replace || fs::is_same_file(&file, database.path()) {
            return Err(CopyError::Exists { path: file });
        }
        Backup::open(&file)?;
    }
    let mut source = fs::as_owner(database.path(), || {
        database.check_ours()?;
        schema::is_ours(&database.plain(false)?)?;
        database.kept_open()
    })?;
    let written = fs::as_owner(&file, || {
        let temporary = fs::temporary(&file);
        let publish = if replace { fs::publish_over } else { fs::publish_new };
        let written = copy(&mut source, &temporary, now, progress).and_then(|backed_up| {
            publish(&temporary, &file).map_err(|source| CopyError::File { path: file.clone(), source })?;
            Ok(backed_up)
        });
        if written.is_err() {
            drop(std::fs::remove_file(&temporary));
        }
        written
    });
    // Whoever closes it last removes its log, by its name.
    fs::as_owner(database.path(), || drop(source));
    written
}

/// Copies what `db` holds into a new file. When that fails, the file is gone again.
pub(super) fn copy(
    db: &mut Connection,
    file: &Path,
    now: Timestamp,
    progress: &Progress,
) -> Result<BackedUp, CopyError> {
    let in_file = |source| CopyError::File { path: file.to_owned(), source };
    drop(fs::create_new(file).map_err(in_file)?);
    let done = fill(db, file, now, progress)
        .map_err(|source| CopyError::Copy { path: file.to_owned(), source })
        .and_then(|(unread, accounts)| {
            fs::sync(file).map_err(in_file)?;
            let bytes = std::fs::metadata(file).map_err(in_file)?.len();
            Ok(BackedUp { made: now, unread, accounts, bytes })
        });
    if done.is_err() {
        for ending in ["", "-journal"] {
            drop(std::fs::remove_file(fs::with_suffix(file, ending)));
        }
    }
    done
}

fn fill(
    db: &mut Connection,
    file: &Path,
    now: Timestamp,
    progress: &Progress,
) -> rusqlite::Result<(u64, u64)> {
    let name = file.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(file.to_owned()))?;
    let pages = count(db, "PRAGMA page_count", [])?.saturating_sub(count(db, "PRAGMA freelist_count", [])?);
    let whole = (pages * count(db, "PRAGMA page_size", [])?).max(1);
    let (target, report) = (file.to_owned(), Arc::clone(progress));
    db.progress_handler(
        PROGRESS_EVERY,
        Some(move || {
            let length = std::fs::metadata(&target).map_or(0, |file| file.len());
            report(u8::try_from((length * 100 / whole).min(99)).unwrap_or(99));
            false
        }),
    )?;
    let copied = db.execute("VACUUM INTO ?1", [name]);
    db.progress_handler(0, None::<fn() -> bool>)?;
    copied?;
    let mode = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(file, mode)?;
    copy.pragma(None, "journal_mode", "delete", |_| Ok(()))?;
    meta::mark_copied(&copy, "main", now)?;
    let counts = (
        count(&copy, "SELECT count(*) FROM secrets WHERE envelope IS NOT NULL", [])?,
        count(&copy, "SELECT count(*) FROM accounts", [])?,
    );
    copy.close().map_err(|(_, error)| error)?;
    progress(100);
    Ok(counts)
}
