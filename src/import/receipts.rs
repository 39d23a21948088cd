//! Receipts of secrets that have ended: read, burned, expired, or gone otherwise. Those of open secrets come with them.

use super::lifetime::{ends, lifetime};
use super::record::Fields;
use super::report::{Report, Skip};
use super::secrets::share_domain;
use super::source::{Found, Hash, Kind, Old, Scan, Steps};
use super::{Error, Import};
use crate::domain::{ReceiptKey, SecretKey, State, StoredReceipt, Timestamp};
use crate::store::ImportedSecret;
use crate::vault;

impl Import {
    pub(super) async fn receipts(
        &self,
        old: &Old,
        report: &mut Report,
        steps: &mut Steps<'_>,
    ) -> Result<(), Error> {
        let Some(database) = old.database(Kind::Receipt) else { return Ok(()) };
        let mut scan = Scan::over(database, Kind::Receipt);
        while let Some(identifiers) = scan.next().await? {
            steps.step();
            let names: Vec<&str> = identifiers.iter().map(String::as_str).collect();
            let now = self.now();
            let found = old.hashes(Kind::Receipt, &names).await?;
            let secrets: Vec<&str> = found.iter().map(secret_of).collect();
            let open = old.exist(Kind::Secret, &secrets).await?;
            let mut records = Vec::new();
            for ((identifier, found), is_open) in names.iter().zip(&found).zip(open) {
                match found {
                    Found::Hash(hash) => match receipt(identifier, hash, is_open, now) {
                        Ok(None) => {} // its secret brings it
                        Ok(Some(record)) => records.push(record),
                        Err(why) => report.receipts.skip(why),
                    },
                    Found::Nothing => report.receipts.skip(Skip::Expired), // while we looked
                    Found::Foreign => report.receipts.skip(Skip::NoRecord),
                }
            }
            self.import(records, &mut report.receipts).await?;
        }
        Ok(())
    }
}

/// What is to be brought of a receipt; nothing when its secret brings it.
fn receipt(
    identifier: &str,
    hash: &Hash,
    is_open: bool,
    now: Timestamp,
) -> Result<Option<ImportedSecret>, Skip> {
    let fields = Fields::of(hash);
    let key = ReceiptKey::parse(identifier).ok_or(Skip::BadKey)?;
    let state = fields.state().ok_or(Skip::NoRecord)?;
    if state == State::New && is_open {
        return Ok(None);
    }
    let (created, asked) = (fields.time(&["created"]), fields.ttl_of_receipt());
    let ends = ends(hash.lives, created, asked, 2, now).ok_or(Skip::Expired)?;
    let (created, ttl) = lifetime(created, asked, ends, 2, now);
    let event = match state {
        State::Revealed => fields.time(&["received", "updated"]),
        State::Burned => fields.time(&["burned", "updated"]),
        _ => fields.time(&["updated"]),
    };
    let sid = SecretKey::parse(fields.text("secret_key"));
    let receipt = StoredReceipt {
        tag: key.tag(),
        sid: sid.as_ref().map_or_else(|| vault::lost_secret_id(&key), vault::secret_id),
        mid: vault::receipt_id(&key),
        // A new one without its secret is answered as expired or orphaned, as the time is.
        state: if state == State::Expired { State::New } else { state },
        created,
        updated: event.unwrap_or(created),
        ttl,
        owner: fields.owner(),
        recipient: fields.text("recipients").to_owned(),
        share_domain: share_domain(fields),
        protected: !fields.text("passphrase").is_empty(),
        sealed: Vec::new(),
    };
    if receipt.expires() <= now {
        return Err(Skip::Expired);
    }
    Ok(Some(ImportedSecret { envelope: None, receipt, asked_by: key.tag() }))
}

/// The secret that a receipt names, while it does.
fn secret_of(found: &Found) -> &str {
    match found {
        Found::Hash(hash) => Fields::of(hash).text("secret_key"),
        _ => "",
    }
}
