//! The schema: its migration steps, and whether a file has taken them. Append only: a file in the field has taken some
//! of them already.

use rusqlite::{Connection, TransactionBehavior};

use super::error::OpenError;

pub(super) const STEPS: &[&str] = &[
    include_str!("../../../migrations/0001_secrets_and_accounts.sql"),
    include_str!("../../../migrations/0002_outbox.sql"),
    include_str!("../../../migrations/0003_lists.sql"),
];

/// Brings a file that nobody else has to today's schema, without a copy of it.
pub(super) fn apply(db: &mut Connection) -> Result<(), OpenError> {
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(OpenError::Migrate)?;
    for sql in missing(&step, STEPS)? {
        step.execute_batch(sql).map_err(OpenError::Migrate)?;
    }
    step.pragma_update(None, "user_version", count(STEPS)).map_err(OpenError::Migrate)?;
    step.commit().map_err(OpenError::Migrate)
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

/// The steps that the file has not taken yet; an error if it has taken more than there are.
pub(super) fn missing<'a>(db: &Connection, steps: &'a [&'a str]) -> Result<&'a [&'a str], OpenError> {
    let found = version(db)?;
    usize::try_from(found)
        .ok()
        .and_then(|taken| steps.get(taken..))
        .ok_or_else(|| OpenError::NewerSchema { found, known: count(steps) })
}

/// How many steps the file has taken.
pub(super) fn version(db: &Connection) -> Result<i64, OpenError> {
    db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(OpenError::Migrate)
}

/// How many steps these are.
pub(super) fn count(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}
