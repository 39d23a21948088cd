//! Import of receipts whose secrets have ended. Those of unread secrets are imported with their secret.

use super::addresses::Addresses;
use super::lifetime::{ends, lifetime};
use super::record::Fields;
use super::report::{Report, Skip};
use super::source::{Hash, HashReply, Old, RecordKind, ScanProgress};
use super::{Error, Import};
use crate::domain::{ReceiptKey, SecretKey, State, StoredReceipt, Timestamp};
use crate::store::ImportedSecret;
use crate::vault;

impl Import {
    pub(super) async fn receipts(
        &self,
        old: &Old,
        addresses: &mut Addresses,
        report: &mut Report,
        steps: &mut ScanProgress<'_>,
    ) -> Result<(), Error> {
        let Some(mut scan) = old.scan(RecordKind::Receipt) else { return Ok(()) };
        while let Some(identifiers) = scan.next().await? {
            steps.step();
            let names: Vec<&str> = identifiers.iter().map(String::as_str).collect();
            let now = self.now();
            let found = old.hashes(RecordKind::Receipt, &names).await?;
            addresses.learn(old, &found).await?;
            let secrets: Vec<&str> =
                found.iter().map(|found| Fields::of_reply(found).map_or("", Fields::secret_key)).collect();
            let open = old.exist(RecordKind::Secret, &secrets).await?;
            let mut records = Vec::new();
            for ((identifier, found), is_open) in names.iter().zip(&found).zip(open) {
                match found {
                    HashReply::Hash(hash) => match receipt(identifier, hash, is_open, addresses, now) {
                        Ok(None) => {} // imported with its secret
                        Ok(Some(record)) => records.push(record),
                        Err(why) => report.receipts.skip(why),
                    },
                    HashReply::Missing => report.receipts.skip(Skip::Expired), // since it was listed
                    HashReply::WrongType => report.receipts.skip(Skip::NoRecord),
                }
            }
            self.import(records, &mut report.receipts).await?;
        }
        Ok(())
    }
}

/// The record to import for a receipt; `None` when it is imported with its secret.
fn receipt(
    identifier: &str,
    hash: &Hash,
    is_open: bool,
    addresses: &Addresses,
    now: Timestamp,
) -> Result<Option<ImportedSecret>, Skip> {
    let fields = Fields::of(hash);
    let key = ReceiptKey::parse(identifier).ok_or(Skip::BadKey)?;
    let state = fields.state().ok_or(Skip::NoRecord)?;
    if state == State::New && is_open {
        return Ok(None);
    }
    let (created, asked) = (fields.time(&["created"]), fields.ttl_of_receipt());
    let ends = ends(hash.ttl_ms, created, asked, 2, now).ok_or(Skip::Expired)?;
    let is_over =
        |created: Timestamp| state == State::Expired || asked.is_some_and(|asked| created.plus(asked) <= now);
    let (created, mut ttl) = lifetime(fields.begin(), asked, ends, 2, now);
    if matches!(state, State::New | State::Expired) && is_over(created) {
        // An edited note has a receipt live longer than twice its secret: what has expired must go on to say so.
        ttl = ttl.min(u32::try_from(created.until(now)).unwrap_or(u32::MAX));
    }
    let event = match state {
        State::Revealed => fields.time(&["revealed", "received", "updated"]),
        State::Burned => fields.time(&["burned", "updated"]),
        _ => fields.time(&["updated"]),
    };
    let sid = SecretKey::parse(fields.secret_key());
    let receipt = StoredReceipt {
        tag: key.tag(),
        sid: sid.as_ref().map_or_else(|| vault::lost_secret_id(&key), vault::secret_id),
        mid: vault::receipt_id(&key),
        // A new one without its secret is reported as expired or orphaned, by its time.
        state: if state == State::Expired { State::New } else { state },
        created,
        updated: event.unwrap_or(created),
        ttl,
        owner: addresses.owner(fields),
        recipient: fields.text("recipients").to_owned(),
        share_domain: fields.share_domain().to_owned(),
        protected: fields.text("has_passphrase") == "true" || !fields.text("passphrase").is_empty(),
        sealed: Vec::new(),
    };
    if receipt.expires() <= now {
        return Err(Skip::Expired);
    }
    Ok(Some(ImportedSecret { envelope: None, receipt, asked_by: key.tag() }))
}
