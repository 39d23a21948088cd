//! A database's metadata in `singles`: that it is a backup, that it was restored from one, what it has seen of the clock,
//! whether secrets of another server may be in it, and how far audit trails got.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::domain::text::{hex, unhex};
use crate::domain::{AuditHead, AuditWriter, ClockMark, ClockReading, Timestamp, Uptime};

const COPIED: &str = "copied";
const RESTORED: &str = "restored";
const LEGACY: &str = "legacy";
const CLOCK: &str = "clock";
/// What the names of heads begin with.
const HEADS: &str = "audit:";

/// What became of the secrets that were unread in a backup, when it was restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestoreCounts {
    /// Unread in the database that was replaced, too: kept.
    pub confirmed: u64,
    /// Read, burned or expired since: ended here, too.
    pub ended: u64,
    /// Unknown whether they were read since: erased.
    pub refused: u64,
    /// The same, and kept because the operator said so.
    pub accepted: u64,
}

/// That a database was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Restoration {
    /// When.
    pub(super) at: Timestamp,
    /// From a backup of which moment.
    pub(super) made: Timestamp,
    /// What became of its secrets.
    pub(super) counts: RestoreCounts,
}

/// When this copy was made; `None` when it does not say that it is one. `schema` names the attached database.
pub(super) fn copied(db: &Connection, schema: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(read(db, schema, COPIED)?.map(|[made]| Timestamp(made)))
}

pub(super) fn mark_copied(db: &Connection, schema: &str, now: Timestamp) -> rusqlite::Result<()> {
    write(db, schema, COPIED, [now.0])
}

pub(super) fn restored(db: &Connection) -> rusqlite::Result<Option<Restoration>> {
    let numbers = read(db, "main", RESTORED)?;
    Ok(numbers.map(|[at, made, confirmed, ended, refused, accepted]| Restoration {
        at: Timestamp(at),
        made: Timestamp(made),
        counts: RestoreCounts { confirmed, ended, refused, accepted },
    }))
}

/// From now on it is no copy any more.
pub(super) fn mark_restored(db: &Connection, schema: &str, mark: Restoration) -> rusqlite::Result<()> {
    db.execute(&format!("DELETE FROM {schema}.singles WHERE name = ?1"), [COPIED])?;
    let RestoreCounts { confirmed, ended, refused, accepted } = mark.counts;
    write(db, schema, RESTORED, [mark.at.0, mark.made.0, confirmed, ended, refused, accepted])
}

/// When the last secret that is sealed as another server did has expired; `None` if none was ever brought.
pub(super) fn legacy(db: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    Ok(read(db, "main", LEGACY)?.map(|[until]| Timestamp(until)))
}

/// Notes one that expires then.
pub(super) fn extend_legacy(db: &Connection, expires: Timestamp) -> rusqlite::Result<()> {
    let until = legacy(db)?.map_or(expires, |until| until.max(expires));
    write(db, "main", LEGACY, [until.0])
}

/// The last look at the clock, if there was one.
pub(super) fn clock(db: &Connection) -> rusqlite::Result<Option<ClockMark>> {
    Ok(read(db, "main", CLOCK)?.map(|[now, uptime, until]| ClockMark {
        seen: ClockReading { now: Timestamp(now), uptime: Uptime(uptime) },
        until: Uptime(until),
    }))
}

pub(super) fn mark_clock(db: &Connection, mark: ClockMark) -> rusqlite::Result<()> {
    let ClockMark { seen: ClockReading { now, uptime }, until } = mark;
    write(db, "main", CLOCK, [now.0, uptime.0, until.0])
}

/// Notes how far the writer of an audit trail has got; what is too old to be asked for goes with the first note of a new one.
pub(super) fn note_head(db: &Connection, head: AuditHead) -> rusqlite::Result<()> {
    let name = format!("{HEADS}{}", hex(&head.writer.0));
    let known: Option<[u64; 6]> = read(db, "main", &name)?;
    if known.is_none() {
        let oldest = head.at.minus(AuditHead::LIFETIME);
        for old in heads(db)?.iter().filter(|old| old.at < oldest) {
            let name = format!("{HEADS}{}", hex(&old.writer.0));
            db.execute("DELETE FROM singles WHERE name = ?1", [name])?;
        }
    }
    let (mac, _) = head.mac.as_chunks::<8>();
    let number = |at: usize| mac.get(at).map_or(0, |bytes| u64::from_be_bytes(*bytes));
    write(db, "main", &name, [head.at.0, head.lines, number(0), number(1), number(2), number(3)])
}

/// How far each writer got.
pub(super) fn heads(db: &Connection) -> rusqlite::Result<Vec<AuditHead>> {
    let mut asked = db.prepare_cached("SELECT name, value FROM singles WHERE name GLOB 'audit:*'")?;
    let rows = asked.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let mut heads = Vec::new();
    for row in rows {
        let (name, value) = row?;
        let writer = name.strip_prefix(HEADS).and_then(unhex).map(AuditWriter);
        let Some((writer, [at, lines, mac @ ..])) = writer.zip(numbers::<6>(&value)) else { continue };
        let mac: [[u8; 8]; 4] = mac.map(u64::to_be_bytes);
        let mut whole = [0; 32];
        whole.copy_from_slice(mac.as_flattened());
        heads.push(AuditHead { writer, at: Timestamp(at), lines, mac: whole });
    }
    Ok(heads)
}

/// A mark that is not of this shape is none: a file that is damaged or forged may hold anything there.
fn read<const N: usize>(db: &Connection, schema: &str, name: &str) -> rusqlite::Result<Option<[u64; N]>> {
    let sql = format!("SELECT value FROM {schema}.singles WHERE name = ?1");
    let value = db.query_one(&sql, [name], |row| Ok(row.get_ref(0)?.as_blob().ok().and_then(numbers)));
    Ok(value.optional()?.flatten())
}

fn numbers<const N: usize>(value: &[u8]) -> Option<[u64; N]> {
    let (numbers, rest) = value.as_chunks::<8>();
    let numbers: [[u8; 8]; N] = numbers.try_into().ok()?;
    rest.is_empty().then(|| numbers.map(u64::from_be_bytes))
}

fn write<const N: usize>(
    db: &Connection,
    schema: &str,
    name: &str,
    numbers: [u64; N],
) -> rusqlite::Result<()> {
    let value = numbers.map(u64::to_be_bytes).concat();
    let sql = format!(
        "INSERT INTO {schema}.singles (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value"
    );
    db.execute(&sql, params![name, value]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("sqlite-singles");
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE singles (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT")
            .unwrap();
        let stored = |name: &str| -> Vec<u8> {
            db.query_one("SELECT value FROM singles WHERE name = ?1", [name], |row| row.get(0)).unwrap()
        };
        let made = Timestamp(vector.int("made"));
        mark_copied(&db, "main", made).unwrap();
        assert_eq!(stored(COPIED), vector.hex("copied"));
        assert_eq!(copied(&db, "main").unwrap(), Some(made));
        let counts = RestoreCounts {
            confirmed: vector.int("confirmed"),
            ended: vector.int("ended"),
            refused: vector.int("refused"),
            accepted: vector.int("accepted"),
        };
        let mark = Restoration { at: Timestamp(vector.int("at")), made, counts };
        mark_restored(&db, "main", mark).unwrap();
        assert_eq!(stored(RESTORED), vector.hex("restored"));
        assert_eq!((restored(&db).unwrap(), copied(&db, "main").unwrap()), (Some(mark), None));
        let seen = ClockReading { now: Timestamp(vector.int("at")), uptime: Uptime(vector.int("uptime")) };
        let looked = ClockMark { seen, until: Uptime(vector.int("until")) };
        mark_clock(&db, looked).unwrap();
        assert_eq!(stored(CLOCK), vector.hex("clock"));
        assert_eq!(clock(&db).unwrap(), Some(looked));

        let vector = Vector::named("sqlite-singles-legacy");
        let until = Timestamp(vector.int("until"));
        for expires in [until, until.minus(1)] {
            extend_legacy(&db, expires).unwrap();
            assert_eq!((legacy(&db).unwrap(), stored(LEGACY)), (Some(until), vector.hex("legacy")));
        }
    }
}
