//! The schema: its migration steps, and whether a file has taken them. Append only: a file in the field has taken some
//! of them already.

use rusqlite::{Connection, TransactionBehavior};

use super::error::OpenError;

pub(super) const STEPS: &[&str] = &[
    include_str!("../../../migrations/0001_secrets_and_accounts.sql"),
    include_str!("../../../migrations/0002_outbox.sql"),
    include_str!("../../../migrations/0003_lists.sql"),
    include_str!("../../../migrations/0004_outbox_turns.sql"),
    include_str!("../../../migrations/0005_tokens_and_sessions.sql"),
    include_str!("../../../migrations/0006_notices.sql"),
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
    may_be_ours(db)?;
    match version(db)? {
        0 => Err(not_ours(db)),
        _ => missing(db, STEPS).map(drop),
    }
}

/// Refuses a database of another program: one that is marked as such, has tables before it took a step of ours, or has none of
/// ours. A new one may be ours.
pub(super) fn may_be_ours(db: &Connection) -> Result<(), OpenError> {
    const OURS: &str = "type = 'table' AND name IN ('secrets', 'accounts', 'singles')";
    let number = |sql: &str| db.query_one(sql, [], |row| row.get::<_, i64>(0)).map_err(OpenError::Migrate);
    let tables = match version(db)? {
        0 => number("SELECT count(*) = 0 FROM sqlite_schema")?,
        _ => number(&format!("SELECT count(*) = 3 FROM sqlite_schema WHERE {OURS}"))?,
    };
    if tables == 1 && number("PRAGMA application_id")? == 0 {
        return Ok(());
    }
    Err(not_ours(db))
}

fn not_ours(db: &Connection) -> OpenError {
    OpenError::NotOurs { path: db.path().unwrap_or_default().into() }
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
