//! Taking over from another server: rows like all others. Both ids are indexed, so no tag is needed to find one.

use async_trait::async_trait;
use rusqlite::params;

use super::queue::Desk;
use super::rows::{self, seconds};
use super::{SqliteStore, secrets};
use crate::domain::receipt::NewEntry;
use crate::domain::secret::layout;
use crate::domain::{Envelope, State, Timestamp};
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
    let state = match receipt.state {
        State::New | State::Expired => rows::NEW,
        State::Revealed => rows::REVEALED,
        State::Burned => rows::BURNED,
        State::Orphaned => rows::ORPHANED,
    };
    let envelope = record.envelope.as_ref().map(Envelope::as_bytes);
    let due = if envelope.is_some() { receipt.secret_expires() } else { receipt.expires() };
    let stored = desk
        .prepare_cached(
            "INSERT INTO secrets (sid, mid, tag, state, created, updated, ttl, due, tries, gate, \
                                  owner, recipient, share_domain, protected, sealed, envelope) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, ?9, ?10, ?11, ?12, ?13, ?14) \
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            receipt.sid.0,
            receipt.mid.0,
            receipt.tag.as_str(),
            state,
            seconds(receipt.created),
            seconds(receipt.updated),
            receipt.ttl,
            seconds(due),
            receipt.owner,
            receipt.recipient,
            receipt.share_domain,
            receipt.protected,
            receipt.sealed,
            envelope,
        ])?;
    Ok(if stored == 0 { Put::Conflict } else { Put::Stored })
}

fn legacy(desk: &Desk<'_>, now: Timestamp) -> Result<u64> {
    // `substr` counts from 1, and reads no more of an envelope than it has to.
    let sql = "SELECT count(*) FROM secrets \
               WHERE envelope IS NOT NULL AND created + ttl > ?1 AND substr(envelope, ?2, 1) = ?3";
    let place = i64::try_from(layout::KDF + 1).unwrap_or(i64::MAX);
    Ok(rows::count(desk, sql, params![seconds(now), place, [layout::KDF_LEGACY]])?)
}
