//! Merges the current database's endings into the backup: a secret that has ended in either stays ended.

use rusqlite::{Connection, params};

use crate::domain::Timestamp;
use crate::store::sqlite::meta::RestoreCounts;
use crate::store::sqlite::rows::{self, count, seconds};

/// What ends a row: envelope, sealed link and counters go, and the sweeper comes by when the receipt expires.
const ENDED: &str = "sealed = x'', envelope = NULL, tries = 0, gate = 0, due = here.created + 2 * here.ttl";

/// Live secrets and accounts of the present database that the restored one has not.
pub(super) fn only_present(db: &Connection, now: Timestamp) -> rusqlite::Result<(u64, u64)> {
    let secrets = count(
        db,
        "SELECT count(*) FROM present.secrets AS there \
         WHERE envelope IS NOT NULL AND created + ttl > ?1 \
           AND NOT EXISTS (SELECT 1 FROM restored.secrets AS here WHERE here.sid = there.sid)",
        [seconds(now)],
    )?;
    let accounts = count(
        db,
        "SELECT count(*) FROM present.accounts WHERE id NOT IN (SELECT id FROM restored.accounts)",
        [],
    )?;
    Ok((secrets, accounts))
}

/// Accounts that the present database does not have, or has otherwise.
pub(super) fn accounts_undone(db: &Connection) -> rusqlite::Result<u64> {
    // A database of an earlier schema has no named tokens, and binds nobody.
    let has_tokens = has_table(db, "present", "tokens")?;
    let of = |schema: &str| {
        let more = if has_tokens {
            format!(
                ", binding, (SELECT group_concat(hex(id)) FROM \
                   (SELECT id FROM {schema}.tokens WHERE account = person.id ORDER BY id))"
            )
        } else {
            String::new()
        };
        format!("SELECT id, plan, token, disabled{more} FROM {schema}.accounts AS person")
    };
    count(db, &format!("SELECT count(*) FROM ({} EXCEPT {})", of("restored"), of("present")), [])
}

/// Ends every session: which ones had ended since the copy was made is not known.
fn end_sessions(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("UPDATE restored.accounts SET sessions = abs(random()) % 4294967296")
}

/// Ends what has ended, keeps what is known to be unread, and refuses or accepts the rest. What has only expired by the clock
/// counts as ended and is left to the sweep, unless nobody knows whether it was read: the clock may be wrong.
pub(super) fn decide(
    db: &Connection,
    compared: bool,
    accept_unconfirmed: bool,
    now: Timestamp,
) -> rusqlite::Result<RestoreCounts> {
    let mut counts = RestoreCounts::default();
    if compared {
        counts.ended += take_over_endings(db)?;
        counts.confirmed = confirm(db, now)?;
    }
    let now = seconds(now);
    counts.ended += count(
        db,
        "SELECT count(*) FROM restored.secrets WHERE envelope IS NOT NULL AND created + ttl <= ?1",
        [now],
    )?;
    let unknown = if compared {
        "here.envelope IS NOT NULL AND NOT EXISTS (SELECT 1 FROM present.secrets AS there WHERE there.sid = here.sid)"
    } else {
        "here.envelope IS NOT NULL"
    };
    let sql = format!("SELECT count(*) FROM restored.secrets AS here WHERE {unknown} AND created + ttl > ?1");
    let unconfirmed = count(db, &sql, [now])?;
    if accept_unconfirmed {
        counts.accepted = unconfirmed;
    } else {
        counts.refused = unconfirmed;
        // Without its envelope a new one is answered as expired or as orphaned, whatever time it is by then.
        let expired = "here.created + here.ttl <= ?2";
        let refuse = format!(
            "UPDATE restored.secrets AS here SET state = iif({expired}, state, ?1), updated = iif({expired}, updated, ?2), \
             {ENDED} WHERE {unknown}"
        );
        db.execute(&refuse, params![rows::ORPHANED, now])?;
    }
    db.execute_batch(
        "DELETE FROM restored.tries WHERE secret NOT IN (SELECT id FROM restored.secrets WHERE envelope IS NOT NULL)",
    )?;
    drop_notifications(db, compared)?;
    drop_notices(db, compared)?;
    end_sessions(db)?;
    Ok(counts)
}

/// What the present database knows to have ended, ends the same way. A state that is unknown here becomes `orphaned`.
fn take_over_endings(db: &Connection) -> rusqlite::Result<u64> {
    let state =
        "state = CASE WHEN there.state BETWEEN 0 AND 3 THEN there.state ELSE 3 END, updated = there.updated";
    let ended = format!(
        "UPDATE restored.secrets AS here SET {state}, {ENDED} FROM present.secrets AS there \
         WHERE there.sid = here.sid AND there.envelope IS NULL AND here.envelope IS NOT NULL"
    );
    let newly = db.execute(&ended, [])?;
    // It was read in both, and could not be opened since: the later word counts.
    db.execute_batch(&format!(
        "UPDATE restored.secrets AS here SET {state} FROM present.secrets AS there \
         WHERE there.sid = here.sid AND there.envelope IS NULL AND there.state <> 0 \
           AND there.state <> here.state AND there.updated > here.updated"
    ))?;
    Ok(changed(newly))
}

/// Counts what can be read in both, and takes over the passphrases tried since: a restore must not give new guesses.
fn confirm(db: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
    const BOTH: &str = "FROM restored.secrets AS here JOIN present.secrets AS there ON there.sid = here.sid \
                        WHERE here.envelope IS NOT NULL AND there.envelope IS NOT NULL";
    db.execute(
        "UPDATE restored.secrets AS here SET tries = there.tries, gate = there.gate FROM present.secrets AS there \
         WHERE there.sid = here.sid AND here.envelope IS NOT NULL AND there.envelope IS NOT NULL",
        [],
    )?;
    db.execute_batch(&format!(
        "DELETE FROM restored.tries WHERE secret IN (SELECT here.id {BOTH}); \
         INSERT INTO restored.tries (secret, network, until, count) \
         SELECT pair.here, tried.network, tried.until, tried.count FROM present.tries AS tried \
         JOIN (SELECT here.id AS here, there.id AS there {BOTH}) AS pair ON pair.there = tried.secret"
    ))?;
    count(db, &format!("SELECT count(*) {BOTH} AND here.created + here.ttl > ?1"), [seconds(now)])
}

/// Notifications of secrets that are gone go with them. So do those that the present database does not have any more: they were
/// sent, and would be sent again.
fn drop_notifications(db: &Connection, compared: bool) -> rusqlite::Result<()> {
    if !has_table(db, "restored", "outbox")? {
        return Ok(());
    }
    db.execute_batch(
        "DELETE FROM restored.outbox WHERE secret NOT IN (SELECT id FROM restored.secrets WHERE envelope IS NOT NULL)",
    )?;
    if compared && has_table(db, "present", "outbox")? {
        db.execute_batch(
            "DELETE FROM restored.outbox WHERE serial NOT IN (SELECT serial FROM present.outbox)",
        )?;
    }
    Ok(())
}

/// Notices that the present database does not have any more were delivered, and would be again; those that it has turned say how
/// their secrets ended. Without one to compare with, those of secrets that can be read are all that is kept.
fn drop_notices(db: &Connection, compared: bool) -> rusqlite::Result<()> {
    if !has_table(db, "restored", "notices")? {
        return Ok(());
    }
    if !(compared && has_table(db, "present", "notices")?) {
        return db.execute_batch(
            "DELETE FROM restored.notices WHERE ending IS NOT NULL OR mid NOT IN \
                 (SELECT mid FROM restored.secrets WHERE envelope IS NOT NULL)",
        );
    }
    db.execute_batch(
        "DELETE FROM restored.notices WHERE serial NOT IN (SELECT serial FROM present.notices); \
         UPDATE restored.notices AS here SET ending = there.ending, ended = there.ended, due = there.due, \
             attempts = there.attempts, failure = there.failure \
         FROM present.notices AS there WHERE there.serial = here.serial",
    )
}

fn has_table(db: &Connection, schema: &str, name: &str) -> rusqlite::Result<bool> {
    let sql = format!("SELECT count(*) FROM {schema}.sqlite_schema WHERE type = 'table' AND name = ?1");
    Ok(count(db, &sql, [name])? > 0)
}

fn changed(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
