//! Import from another server: rows like all others. Both ids are indexed, so no tag is needed to find one.

use async_trait::async_trait;
use rusqlite::params;

use super::queue::Txn;
use super::rows::{self, seconds};
use super::{SqliteStore, lists, meta, secrets};
use crate::domain::receipt::NewEntry;
use crate::domain::secret::layout;
use crate::domain::{Envelope, Timestamp};
use crate::store::{ImportStore, ImportedSecret, LIST_LIFETIME, Put, Result};

#[async_trait]
impl ImportStore for SqliteStore {
    async fn import(&self, records: Vec<ImportedSecret>, now: Timestamp) -> Result<Vec<Put>> {
        self.writer.ask(move |txn| records.iter().map(|record| import(txn, record, now)).collect()).await
    }

    async fn import_entries(&self, entries: Vec<(NewEntry, Timestamp)>) -> Result<()> {
        let list = move |txn: &Txn<'_>| {
            // When the receipt ends there is not known, and it may be brought later: at the latest, it is so far away.
            entries.iter().try_for_each(|(entry, created)| {
                lists::add(txn, entry, *created, Some(created.plus(LIST_LIFETIME)))
            })
        };
        self.writer.ask(list).await
    }

    async fn legacy(&self, now: Timestamp) -> Result<u64> {
        self.readers.ask(move |txn| legacy(txn, now)).await
    }
}

fn import(txn: &Txn<'_>, record: &ImportedSecret, now: Timestamp) -> Result<Put> {
    let receipt = &record.receipt;
    if receipt.expires() <= now || (record.envelope.is_some() && receipt.secret_expires() <= now) {
        return Ok(Put::Conflict); // its time ran out on the way
    }
    let stored = secrets::insert(txn, receipt, record.envelope.as_ref())?;
    if stored && record.envelope.as_ref().is_some_and(Envelope::is_legacy) {
        meta::extend_legacy(txn, receipt.secret_expires())?;
    }
    Ok(if stored { Put::Stored } else { Put::Conflict })
}

fn legacy(txn: &Txn<'_>, now: Timestamp) -> Result<u64> {
    // All secrets are looked at, which takes its time; but where none was brought lately, none can be there.
    if meta::legacy(txn)?.is_none_or(|until| until <= now) {
        return Ok(0);
    }
    // `substr` counts from 1, and reads no more of an envelope than it has to.
    let sql = "SELECT count(*) FROM secrets \
               WHERE envelope IS NOT NULL AND created + ttl > ?1 AND substr(envelope, ?2, 1) = ?3";
    let place = i64::try_from(layout::KDF + 1).unwrap_or(i64::MAX);
    Ok(rows::count(txn, sql, params![seconds(now), place, [layout::KDF_LEGACY]])?)
}
