//! Claims: the operation that hands an envelope out, at most once.
//!
//! The row is read before it is changed: what cannot be read stays as it is (ADR 0043).

use rusqlite::{Row, params};

use super::notices;
use super::queue::Txn;
use super::rows::{self, seconds, time};
use super::tries::{self, Counting, SecretTries};
use crate::domain::{Ending, Envelope, SecretEnd, State, StoredReceipt, Timestamp};
use crate::store::{Claim, ClaimRequest, Error, Locked, Result, Taken, Target, Won};

/// What an envelope is that this program cannot read.
pub(super) const NO_KNOWN_HEAD: Error = Error::Corrupt("an envelope has no known head");

/// A secret that can be claimed.
struct LiveSecret {
    tries: SecretTries,
    envelope: Envelope,
    receipt: StoredReceipt,
    /// Whether notices of its end are dormant.
    has_notices: bool,
}

pub(super) fn take(txn: &Txn<'_>, claim: &Claim) -> Result<Taken> {
    let ClaimRequest { target, ending, proof, attempt, .. } = claim.request;
    let Some(found) = find(txn, target, claim.now)? else { return Ok(Taken::Gone) };
    if found.receipt.state != State::New {
        return Ok(Taken::Gone);
    }
    let key = found.envelope.key_id();
    if !claim.ring.contains(&key) {
        return Ok(Taken::UnknownKey(key));
    }
    if let Some(proof) = proof {
        if *proof.nonce() != found.envelope.nonce() {
            return Ok(Taken::Gone);
        }
        return win(txn, ending, found, claim.now);
    }
    if !found.envelope.is_protected() {
        return win(txn, ending, found, claim.now);
    }
    match (attempt, ending) {
        (None, Ending::Burned) => win(txn, ending, found, claim.now),
        (None, Ending::Revealed) => Ok(Taken::Protected),
        (Some(attempt), _) => Ok(match tries::count(txn, &found.tries, attempt, claim.now)? {
            Counting::Counted { left } => {
                Taken::Locked(Locked { envelope: found.envelope, receipt: found.receipt, left })
            }
            Counting::Refused { retry_after } => Taken::Limited { retry_after },
        }),
    }
}

fn find(txn: &Txn<'_>, target: Target, now: Timestamp) -> Result<Option<LiveSecret>> {
    // By its id alone: the key of a receipt from another server has another tag than the row.
    let (sql, id) = match target {
        Target::Secret(sid) => (
            rows::select_receipt!(
                "id, tries, gate, envelope, \
                 EXISTS (SELECT 1 FROM notices WHERE notices.mid = secrets.mid AND ending IS NULL) FROM secrets \
                 WHERE sid = ?1 AND envelope IS NOT NULL AND created + ttl > ?2"
            ),
            sid.0,
        ),
        Target::Receipt(mid) => (
            rows::select_receipt!(
                "id, tries, gate, envelope, \
                 EXISTS (SELECT 1 FROM notices WHERE notices.mid = secrets.mid AND ending IS NULL) FROM secrets \
                 WHERE mid = ?1 AND envelope IS NOT NULL AND created + ttl > ?2"
            ),
            mid.0,
        ),
    };
    let mut statement = txn.prepare_cached(sql)?;
    let mut found = statement.query(params![id, seconds(now)])?;
    found.next()?.map(read).transpose()
}

fn read(row: &Row<'_>) -> Result<LiveSecret> {
    let bytes: Vec<u8> = row.get(rows::AFTER_RECEIPT + 3)?;
    Ok(LiveSecret {
        tries: SecretTries {
            id: row.get(rows::AFTER_RECEIPT)?,
            count: row.get(rows::AFTER_RECEIPT + 1)?,
            gate: time(row.get(rows::AFTER_RECEIPT + 2)?),
        },
        envelope: Envelope::from_bytes(bytes).ok_or(NO_KNOWN_HEAD)?,
        receipt: rows::receipt(row)?,
        has_notices: row.get(rows::AFTER_RECEIPT + 4)?,
    })
}

fn win(txn: &Txn<'_>, ending: Ending, found: LiveSecret, now: Timestamp) -> Result<Taken> {
    let (state, end) = match ending {
        Ending::Revealed => (rows::REVEALED, SecretEnd::Read),
        Ending::Burned => (rows::BURNED, SecretEnd::Burned),
    };
    let LiveSecret { tries: tried, envelope, receipt, has_notices } = found;
    txn.prepare_cached(
        "UPDATE secrets SET state = ?2, updated = ?3, due = ?4, tries = 0, gate = 0, sealed = x'', envelope = NULL \
         WHERE id = ?1",
    )?
    .execute(params![tried.id, state, seconds(now), seconds(receipt.expires())])?;
    if tried.count != 0 {
        tries::forget(txn, tried.id)?;
    }
    if has_notices {
        notices::turn(txn, receipt.mid, end, now)?;
    }
    txn.erased();
    Ok(Taken::Won(Won { envelope, receipt, has_notices }))
}
