//! The schema's steps, applied at start. Append only: a file in the field has taken some of them already.

use rusqlite::{Connection, TransactionBehavior};

use super::error::OpenError;

const STEPS: &[&str] = &[
    include_str!("../../../migrations/0001_secrets_and_accounts.sql"),
    include_str!("../../../migrations/0002_outbox.sql"),
];

/// Applies the steps that the file has not taken yet, all or none; `user_version` counts them.
pub(super) fn migrate(db: &mut Connection) -> Result<(), OpenError> {
    // Looked at without a lock first: a start beside a busy server need not wait for it.
    if missing(db)?.is_empty() {
        return Ok(());
    }
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(OpenError::Migrate)?;
    for sql in missing(&step)? {
        step.execute_batch(sql).map_err(OpenError::Migrate)?;
    }
    step.pragma_update(None, "user_version", known()).map_err(OpenError::Migrate)?;
    step.commit().map_err(OpenError::Migrate)
}

/// Whether the file has taken every step, and none that is unknown here.
pub(super) fn check(db: &Connection) -> Result<(), OpenError> {
    match missing(db)?.len() {
        0 => Ok(()),
        steps => {
            Err(OpenError::OlderSchema { found: known() - i64::try_from(steps).unwrap_or(0), known: known() })
        }
    }
}

fn missing(db: &Connection) -> Result<&'static [&'static str], OpenError> {
    let found: i64 =
        db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(OpenError::Migrate)?;
    usize::try_from(found)
        .ok()
        .and_then(|taken| STEPS.get(taken..))
        .ok_or_else(|| OpenError::NewerSchema { found, known: known() })
}

fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}
