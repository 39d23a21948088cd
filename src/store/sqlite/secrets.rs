//! Inserting secrets; reading receipts.

use rusqlite::params;

use super::queue::Txn;
use super::rows::{self, seconds};
use super::{lists, notices, outbox, take};
use crate::domain::secret::layout;
use crate::domain::{Envelope, ReceiptId, SecretId, SlotTag, State, StoredReceipt, Timestamp};
use crate::store::{NewSecret, Put, Result};

pub(super) fn put(txn: &Txn<'_>, secret: &NewSecret) -> Result<Put> {
    let receipt = &secret.receipt;
    if let Some(notification) = &secret.notification
        && outbox::is_taken(txn, notification.id)?
    {
        return Ok(Put::Conflict);
    }
    if !insert(txn, receipt, Some(&secret.envelope))? {
        return Ok(Put::Conflict);
    }
    if let Some(notification) = &secret.notification {
        outbox::add(txn, notification, receipt, txn.last_insert_rowid())?;
    }
    for notice in &secret.notices {
        notices::add(txn, notice, receipt)?;
    }
    if let Some(entry) = &secret.entry {
        lists::add(txn, entry, receipt.created, Some(receipt.expires()))?;
    }
    Ok(Put::Stored)
}

/// Makes the row of a receipt, and of its secret where there still is one; `false` when either id is there already.
pub(super) fn insert(txn: &Txn<'_>, receipt: &StoredReceipt, envelope: Option<&Envelope>) -> Result<bool> {
    let due = if envelope.is_some() { receipt.secret_expires() } else { receipt.expires() };
    let stored = txn
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
            rows::state_code(receipt.state),
            seconds(receipt.created),
            seconds(receipt.updated),
            receipt.ttl,
            seconds(due),
            receipt.owner,
            receipt.recipient,
            receipt.share_domain,
            receipt.protected,
            receipt.sealed,
            envelope.map(Envelope::as_bytes),
        ])?;
    Ok(stored != 0)
}

pub(super) fn orphan(txn: &Txn<'_>, tag: SlotTag, mid: ReceiptId, now: Timestamp) -> Result<()> {
    txn.prepare_cached(
        "UPDATE secrets SET state = ?1, updated = ?2 \
         WHERE mid = ?3 AND tag = ?4 AND state = ?5 AND created + 2 * ttl > ?2",
    )?
    .execute(params![rows::ORPHANED, seconds(now), mid.0, tag.as_str(), rows::REVEALED])?;
    Ok(())
}

/// By its id alone: the key of a receipt from another server has another tag than the row.
pub(super) fn receipt(txn: &Txn<'_>, mid: ReceiptId, now: Timestamp) -> Result<Option<StoredReceipt>> {
    let sql = rows::select_receipt!("envelope IS NULL FROM secrets WHERE mid = ?1");
    let mut statement = txn.prepare_cached(sql)?;
    let mut found = statement.query(params![mid.0])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let receipt = rows::receipt(row)?;
    let emptied = row.get(rows::AFTER_RECEIPT)?;
    Ok(as_of(receipt, emptied, now))
}

/// The receipt of a secret that a claim would find. Only the head of the envelope is read.
pub(super) fn look(txn: &Txn<'_>, sid: SecretId, now: Timestamp) -> Result<Option<StoredReceipt>> {
    let sql = rows::select_receipt!(
        "substr(envelope, 1, ?3) FROM secrets WHERE sid = ?1 AND envelope IS NOT NULL AND created + ttl > ?2"
    );
    let head = i64::try_from(layout::BODY).unwrap_or(i64::MAX);
    let mut statement = txn.prepare_cached(sql)?;
    let mut found = statement.query(params![sid.0, seconds(now), head])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let head: Vec<u8> = row.get(rows::AFTER_RECEIPT)?;
    Envelope::from_bytes(head).ok_or(take::NO_KNOWN_HEAD)?;
    Ok(Some(rows::receipt(row)?).filter(|receipt| receipt.state == State::New))
}

pub(super) fn unread_of(txn: &Txn<'_>, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>> {
    let sql = rows::select_receipt!(
        "0 FROM secrets WHERE owner = ?1 AND envelope IS NOT NULL AND created + ttl > ?2"
    );
    let mut statement = txn.prepare_cached(sql)?;
    let mut found = statement.query(params![owner, seconds(now)])?;
    let mut unread = Vec::new();
    while let Some(row) = found.next()? {
        let receipt = rows::receipt(row)?;
        unread.push((receipt.tag, receipt.mid));
    }
    Ok(unread)
}

/// The receipt as it is to be answered at `now`, whether or not the sweeper has come by.
pub(super) fn as_of(mut receipt: StoredReceipt, emptied: bool, now: Timestamp) -> Option<StoredReceipt> {
    if now >= receipt.expires() {
        return None;
    }
    let expired = now >= receipt.secret_expires();
    if receipt.state == State::New && (expired || emptied) {
        receipt.sealed = Vec::new();
        receipt.state = if expired { State::Expired } else { State::Orphaned };
        if expired {
            receipt.updated = receipt.secret_expires();
        }
    }
    Some(receipt)
}
