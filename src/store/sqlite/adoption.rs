//! Taking over from another server: rows like all others. Both ids are indexed, so no tag is needed to find one.

use async_trait::async_trait;
use rusqlite::params;

use super::queue::Desk;
use super::rows::{self, seconds};
use super::{SqliteStore, secrets};
use crate::domain::Timestamp;
use crate::domain::receipt::NewEntry;
use crate::domain::secret::layout;
use crate::store::{Adopted, Adoption, Put, Result};

#[async_trait]
impl Adoption for SqliteStore {
    async fn adopt(&self, records: Vec<Adopted>, now: Timestamp) -> Result<Vec<Put>> {
        self.writer.ask(move |desk| records.iter().map(|record| adopt(desk, record, now)).collect()).await
    }

    async fn adopt_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()> {
        let list = move |desk: &Desk<'_>| {
            entries.iter().try_for_each(|(entry, created)| secrets::list(desk, entry, *created))
        };
        self.writer.ask(list).await
    }

    async fn legacy(&self, now: Timestamp) -> Result<u64> {
        self.readers.ask(move |desk| legacy(desk, now)).await
    }
}

fn adopt(desk: &Desk<'_>, record: &Adopted, now: Timestamp) -> Result<Put> {
    let receipt = &record.receipt;
    if receipt.expires() <= now || (record.envelope.is_some() && receipt.secret_expires() <= now) {
        return Ok(Put::Conflict); // its time ran out on the way
    }
    let stored = secrets::insert(desk, receipt, record.envelope.as_ref())?;
    Ok(if stored { Put::Stored } else { Put::Conflict })
}

fn legacy(desk: &Desk<'_>, now: Timestamp) -> Result<u64> {
    // `substr` counts from 1, and reads no more of an envelope than it has to.
    let sql = "SELECT count(*) FROM secrets \
               WHERE envelope IS NOT NULL AND created + ttl > ?1 AND substr(envelope, ?2, 1) = ?3";
    let place = i64::try_from(layout::KDF + 1).unwrap_or(i64::MAX);
    Ok(rows::count(desk, sql, params![seconds(now), place, [layout::KDF_LEGACY]])?)
}
