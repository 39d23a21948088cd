//! Secret counts for metrics: how many can be read.
//!
//! There is no index for it, because every share and every read would pay for one. So it is a table scan in chunks
//! of a millisecond or so: between them readers are served, and no snapshot keeps the WAL from being truncated.

use rusqlite::params;

use super::queue::Txn;
use super::readers::Readers;
use super::rows::{NEW, seconds};
use crate::domain::Timestamp;
use crate::store::Result;

/// Rows of one chunk.
const CHUNK: i64 = 2000;

/// How many secrets can be read at `now`. What is shared or read meanwhile may count or not.
pub(super) async fn live(readers: &Readers, now: Timestamp) -> Result<u64> {
    let (mut live, mut after) = (0, Some(0));
    while let Some(id) = after {
        let chunk: Chunk = readers.ask(move |txn| count(txn, id, now)).await?;
        live += chunk.live;
        after = chunk.last;
    }
    Ok(live)
}

struct Chunk {
    live: u64,
    /// The last row scanned, if there may be more.
    last: Option<i64>,
}

fn count(txn: &Txn<'_>, after: i64, now: Timestamp) -> Result<Chunk> {
    let (rows, live, last): (i64, i64, Option<i64>) = txn
        .prepare_cached(
            "SELECT count(*), total(state = ?2 AND created + ttl > ?3), max(id) \
             FROM (SELECT id, state, created, ttl FROM secrets WHERE id > ?1 ORDER BY id LIMIT ?4)",
        )?
        .query_one(params![after, NEW, seconds(now), CHUNK], |row| {
            #[expect(clippy::cast_possible_truncation, reason = "`total` answers a whole number below CHUNK")]
            let live = row.get::<_, f64>(1)? as i64;
            Ok((row.get(0)?, live, row.get(2)?))
        })?;
    Ok(Chunk { live: u64::try_from(live).unwrap_or(0), last: last.filter(|_| rows == CHUNK) })
}
