//! The schema's steps, applied at start. Append only: a file in the field has taken some of them already.
//!
//! Before a file with anything in it takes a step, it is copied, under the lock that keeps all others from writing: the copy
//! is exactly what was there.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use super::connection::Database;
use super::error::OpenError;
use super::{copy, place};
use crate::domain::{Clock as _, SystemClock};

pub(super) const STEPS: &[&str] = &[include_str!("../../../migrations/0001_secrets_and_accounts.sql")];

/// That a file's schema was brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The schema it had.
    pub from: i64,
    /// The schema it has.
    pub to: i64,
    /// The file as it was, in a copy.
    pub copy: PathBuf,
}

/// Applies the steps that the file has not taken yet, all or none; `user_version` counts them. A file that was not new is
/// copied first.
pub(super) fn migrate(
    database: &Database,
    db: &mut Connection,
    steps: &[&str],
) -> Result<Option<Upgrade>, OpenError> {
    // Looked at without a lock first: a start beside a busy server need not wait for it.
    if missing(db, steps)?.is_empty() {
        return Ok(None);
    }
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(OpenError::Migrate)?;
    let (from, to) = (version(&step)?, count(steps));
    let left = missing(&step, steps)?;
    if left.is_empty() {
        return Ok(None); // another process was quicker
    }
    let upgrade = match from {
        0 => None,
        _ => Some(Upgrade { from, to, copy: copy_first(database, to)? }),
    };
    let done = left
        .iter()
        .try_for_each(|sql| step.execute_batch(sql))
        .and_then(|()| step.pragma_update(None, "user_version", to))
        .and_then(|()| step.commit());
    if let (Err(_), Some(upgrade)) = (&done, &upgrade) {
        // Nothing was changed. A server that tries again and again must not fill the disk with copies.
        drop(std::fs::remove_file(&upgrade.copy));
    }
    done.map_err(OpenError::Migrate)?;
    Ok(upgrade)
}

/// Brings a file that nobody else has to today's schema, without a copy of it.
pub(super) fn apply(db: &mut Connection) -> Result<(), OpenError> {
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(OpenError::Migrate)?;
    for sql in missing(&step, STEPS)? {
        step.execute_batch(sql).map_err(OpenError::Migrate)?;
    }
    step.pragma_update(None, "user_version", count(STEPS)).map_err(OpenError::Migrate)?;
    step.commit().map_err(OpenError::Migrate)
}

/// A copy beside the file, under the first free of `….before-vN`, `….before-vN-2` and so on.
fn copy_first(database: &Database, to: i64) -> Result<PathBuf, OpenError> {
    let path = database.path();
    let failed = |error| OpenError::CopyFirst(Box::new(error));
    let beside = place::with_ending(path, &format!(".before-v{to}.new"));
    // Left by a process that was killed: whoever holds the lock is the only one who makes it.
    drop(std::fs::remove_file(&beside));
    let mut source = database.plain(true)?;
    let silent: copy::Progress = Arc::new(|_| {});
    copy::copy(&mut source, &beside, SystemClock.now(), &silent).map_err(failed)?;
    let mut number = 1;
    loop {
        let ending = if number == 1 { format!(".before-v{to}") } else { format!(".before-v{to}-{number}") };
        let named = place::with_ending(path, &ending);
        match place::put_beside_none(&beside, &named) {
            Ok(()) => return Ok(named),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(source) => {
                drop(std::fs::remove_file(&beside));
                return Err(failed(super::CopyError::File { path: named, source }));
            }
        }
    }
}

/// Whether the file has taken every step, and none that is unknown here.
pub(super) fn check(db: &Connection) -> Result<(), OpenError> {
    match missing(db, STEPS)?.len() {
        0 => Ok(()),
        _ => Err(OpenError::OlderSchema { found: version(db)?, known: count(STEPS) }),
    }
}

/// Whether it is a database of this program, of this version or an older one.
pub(super) fn is_ours(db: &Connection) -> Result<(), OpenError> {
    missing(db, STEPS)?;
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('secrets', 'accounts', 'singles')";
    let tables: i64 = db.query_one(sql, [], |row| row.get(0)).map_err(OpenError::Migrate)?;
    if version(db)? == 0 || tables != 3 {
        return Err(OpenError::NotOurs { path: db.path().unwrap_or_default().into() });
    }
    Ok(())
}

fn missing<'a>(db: &Connection, steps: &'a [&'a str]) -> Result<&'a [&'a str], OpenError> {
    let found = version(db)?;
    usize::try_from(found)
        .ok()
        .and_then(|taken| steps.get(taken..))
        .ok_or_else(|| OpenError::NewerSchema { found, known: count(steps) })
}

fn version(db: &Connection) -> Result<i64, OpenError> {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(OpenError::Migrate)
}

fn count(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}
