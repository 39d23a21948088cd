//! The database to be replaced: whether anybody has it open, whether it can be read, and the lock that keeps others from
//! it until the restored one has its name.

use std::path::Path;

use rusqlite::{Connection, ErrorCode};

use crate::domain::Timestamp;
use crate::fs::Holder;
use crate::store::sqlite::connection::Database;
use crate::store::sqlite::copy::is_sound;
use crate::store::sqlite::error::{CopyError, OpenError};
use crate::store::sqlite::header::{Header, header};
use crate::store::sqlite::meta;
use crate::store::sqlite::rows::count;

/// The state of the current database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Current {
    /// Nothing.
    Missing,
    /// A file that cannot be read as a database.
    Unreadable,
    /// A database of ours, attached as `present`: nobody had it open, and it has no log. The number changes when anybody else
    /// writes to it.
    Readable(i64),
}

/// The columns needed to know what became of the secrets. It may be of a newer schema.
const COLUMNS: &str =
    "SELECT id, sid, state, created, updated, ttl, due, tries, gate, envelope FROM present.secrets LIMIT 0";

impl Current {
    pub(super) fn open(db: &Connection, path: &Path) -> Result<Self, CopyError> {
        if !path.exists() {
            return Ok(Self::Missing);
        }
        let failed = |source| CopyError::Restore { path: path.to_owned(), source };
        // SQLite would delete the WAL beside a file that it does not take for a database.
        if header(path).is_ok_and(|header| header == Header::Foreign) {
            return Ok(Self::Unreadable);
        }
        // Before anything is done to it: what cannot be read as a database may be a damaged one of ours.
        if let Err(OpenError::NotOurs { path }) = Database::at(path)?.check_ours() {
            return Err(CopyError::AnothersDatabase { path });
        }
        match take(db, path) {
            Ok(true) => {}
            Ok(false) => return unreadable(db).map_err(failed),
            Err(error) => {
                return match error.sqlite_error_code() {
                    Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                        unreadable(db).map_err(failed)
                    }
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Err(in_use(path)),
                    _ => Err(failed(error)),
                };
            }
        }
        if db.prepare(COLUMNS).is_ok() {
            return version(db).map(Self::Readable).map_err(failed);
        }
        match count(db, "SELECT count(*) FROM present.sqlite_schema", []).map_err(failed)? {
            0 => unreadable(db).map_err(failed),
            _ => Err(CopyError::AnothersDatabase { path: path.to_owned() }),
        }
    }
}

/// Attaches a file that has to be there, with what every connection has.
pub(super) fn attach(db: &Connection, path: &Path, name: &str) -> rusqlite::Result<()> {
    let file = path.to_str().ok_or_else(|| rusqlite::Error::InvalidPath(path.to_owned()))?;
    db.execute(&format!("ATTACH ?1 AS {name}"), [file])?;
    db.pragma(None, "temp_store", "memory", |_| Ok(()))?;
    for (pragma, value) in [("secure_delete", "on"), ("synchronous", "full")] {
        db.pragma(Some(name), pragma, value, |_| Ok(()))?;
    }
    Ok(())
}

/// Attaches it and moves its log into it; whether it is sound.
fn take(db: &Connection, path: &Path) -> rusqlite::Result<bool> {
    attach(db, path, "present")?;
    // Refused while anybody has it open.
    db.pragma(Some("present"), "journal_mode", "delete", |_| Ok(()))?;
    is_sound(db, "present")
}

fn unreadable(db: &Connection) -> rusqlite::Result<Current> {
    let attached = "SELECT count(*) FROM pragma_database_list WHERE name = 'present'";
    if count(db, attached, [])? > 0 {
        db.execute_batch("DETACH present")?;
    }
    Ok(Current::Unreadable)
}

/// Marks it as a copy, so that it can be restored in its turn, and locks it until the connection ends. Refused when anybody
/// wrote to it, or opened it, after it was read.
pub(super) fn lock(db: &Connection, path: &Path, looked_at: i64, now: Timestamp) -> Result<(), CopyError> {
    let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => in_use(path),
        _ => CopyError::Restore { path: path.to_owned(), source },
    };
    meta::mark_copied(db, "present", now).map_err(failed)?;
    db.execute_batch("BEGIN EXCLUSIVE").map_err(failed)?;
    let mode: String =
        db.pragma_query_value(Some("present"), "journal_mode", |row| row.get(0)).map_err(failed)?;
    if mode != "delete" || version(db).map_err(failed)? != looked_at {
        return Err(in_use(path));
    }
    Ok(())
}

fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(Some("present"), "data_version", |row| row.get(0))
}

fn in_use(path: &Path) -> CopyError {
    CopyError::InUse { path: path.to_owned(), holder: Holder::unknown() }
}
