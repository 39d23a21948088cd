//! What an account shared: its rows of the secrets table, by an index. So whoever shared, in whatever version, is in it.

use rusqlite::params;

use super::lists::{Position, write_cursor};
use super::queue::Txn;
use super::rows::{self, limit as row_count, seconds};
use super::secrets::as_of;
use crate::domain::Timestamp;
use crate::store::{Result, SharesPage};

pub(super) fn page(
    txn: &Txn<'_>,
    owner: &str,
    (since, now): (Timestamp, Timestamp),
    after: Option<Position>,
    limit: usize,
) -> Result<SharesPage> {
    let (created, id) = after.unwrap_or((i64::MAX, i64::MAX));
    let sql = rows::select_receipt!(
        "envelope IS NULL, id FROM secrets \
         WHERE owner = ?1 AND created BETWEEN ?2 AND ?3 AND (created < ?3 OR id < ?4) AND created + 2 * ttl > ?5 \
         ORDER BY created DESC, id DESC LIMIT ?6"
    );
    let mut statement = txn.prepare_cached(sql)?;
    let arguments = params![owner, seconds(since), created, id, seconds(now), row_count(limit)];
    let mut found = statement.query(arguments)?;
    let (mut receipts, mut read, mut last) = (Vec::new(), 0, None);
    while let Some(row) = found.next()? {
        let (emptied, id) = (row.get(rows::AFTER_RECEIPT)?, row.get(rows::AFTER_RECEIPT + 1)?);
        let receipt = rows::receipt(row)?;
        (read, last) = (read + 1, Some((seconds(receipt.created), id)));
        receipts.extend(as_of(receipt, emptied, now));
    }
    let next = last.filter(|_| read == limit);
    Ok(SharesPage { receipts, next: next.map(write_cursor) })
}
