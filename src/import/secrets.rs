//! Import of unread secrets: those without a passphrase are decrypted and sealed anew, the others are sealed as they
//! are.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::task::JoinSet;

use super::lifetime::{ends, lifetime};
use super::record::{Fields, OldSecret};
use super::report::{Report, Skip, Tally};
use super::source::{Hash, HashReply, Old, RecordKind, Scan, ScanProgress};
use super::{Error, Import};
use crate::domain::address::is_host_name;
use crate::domain::{Envelope, ReceiptKey, State, StoredReceipt, Timestamp};
use crate::store::{ImportedSecret, Put};
use crate::vault::{self, Legacy, UpstreamSecret, Vault};

/// A secret and its receipt, as read from the source.
struct Pair {
    identifier: String,
    secret: HashReply,
    receipt: HashReply,
}

/// Secrets per batch: a large value has a megabyte, and each core holds a batch.
const BATCH: usize = 50;

/// A sealed batch.
#[derive(Default)]
struct Batch {
    records: Vec<ImportedSecret>,
    tally: Tally,
}

/// Seals batches on the blocking pool.
struct Sealer {
    vault: Arc<Vault>,
    secret: UpstreamSecret,
    /// When the batch was read.
    now: Timestamp,
}

impl Import {
    pub(super) async fn secrets(
        &self,
        old: &Old,
        report: &mut Report,
        steps: &mut ScanProgress<'_>,
    ) -> Result<(), Error> {
        let Some(database) = old.database(RecordKind::Secret) else { return Ok(()) };
        let workers = available_parallelism().map_or(1, NonZero::get);
        let mut sealing: JoinSet<Result<Batch, vault::Error>> = JoinSet::new();
        let mut scan = Scan::over(database, RecordKind::Secret);
        while let Some(identifiers) = scan.next().await? {
            steps.step();
            for chunk in identifiers.chunks(BATCH) {
                let sealer =
                    Sealer { vault: Arc::clone(&self.vault), secret: self.secret.clone(), now: self.now() };
                let pairs = pairs(old, chunk).await?;
                while sealing.len() >= workers {
                    self.finish(&mut sealing, report).await?;
                }
                sealing.spawn_blocking(move || sealer.seal(&pairs));
            }
        }
        while !sealing.is_empty() {
            self.finish(&mut sealing, report).await?;
        }
        Ok(())
    }

    async fn finish(
        &self,
        sealing: &mut JoinSet<Result<Batch, vault::Error>>,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Some(done) = sealing.join_next().await else { return Ok(()) };
        let Batch { records, tally } = done??;
        let is_legacy = |record: &ImportedSecret| record.envelope.as_ref().is_some_and(Envelope::is_legacy);
        let legacy: Vec<bool> = records.iter().map(is_legacy).collect();
        report.secrets.add(&tally);
        let puts = self.import(records, &mut report.secrets).await?;
        let brought = puts.iter().zip(legacy).filter(|(put, is_legacy)| **put == Put::Stored && *is_legacy);
        report.legacy += brought.count() as u64;
        Ok(())
    }
}

async fn pairs(old: &Old, identifiers: &[String]) -> Result<Vec<Pair>, Error> {
    let names: Vec<&str> = identifiers.iter().map(String::as_str).collect();
    let secrets = old.hashes(RecordKind::Secret, &names).await?;
    let receipt = |found: &HashReply| match found {
        HashReply::Hash(hash) => Fields::of(hash).text("metadata_key").to_owned(),
        _ => String::new(),
    };
    let keys: Vec<String> = secrets.iter().map(receipt).collect();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let receipts = old.hashes(RecordKind::Receipt, &names).await?;
    let all = identifiers.iter().cloned().zip(secrets).zip(receipts);
    Ok(all.map(|((identifier, secret), receipt)| Pair { identifier, secret, receipt }).collect())
}

impl Sealer {
    fn seal(&self, pairs: &[Pair]) -> Result<Batch, vault::Error> {
        let mut batch = Batch::default();
        for pair in pairs {
            let hash = match &pair.secret {
                HashReply::Hash(hash) => hash,
                HashReply::Missing => {
                    batch.tally.skip(Skip::Ended); // since it was listed
                    continue;
                }
                HashReply::WrongType => {
                    batch.tally.skip(Skip::NoRecord);
                    continue;
                }
            };
            let receipt = match &pair.receipt {
                HashReply::Hash(receipt) => Some(Fields::of(receipt)),
                HashReply::Missing | HashReply::WrongType => None,
            };
            match self.record(&pair.identifier, hash, receipt)? {
                Ok(record) => batch.records.push(record),
                Err(why) => batch.tally.skip(why),
            }
        }
        Ok(batch)
    }

    fn record(
        &self,
        identifier: &str,
        hash: &Hash,
        receipt: Option<Fields<'_>>,
    ) -> Result<Result<ImportedSecret, Skip>, vault::Error> {
        let old = match OldSecret::read(identifier, hash) {
            Ok(old) => old,
            Err(why) => return Ok(Err(why)),
        };
        // Read or burned: the receipt is updated first, and the server may have crashed before it deleted the secret.
        if receipt.is_some_and(|receipt| matches!(receipt.state(), Some(State::Revealed | State::Burned))) {
            return Ok(Err(Skip::Ended));
        }
        // The receipt's fields, as the API shows them; a secret whose receipt is lost has most of them itself.
        let shown = receipt.unwrap_or(old.fields);
        let created = shown.time(&["created"]).or_else(|| old.fields.time(&["created"]));
        let asked = old.fields.ttl_of_secret().or_else(|| receipt?.ttl_of_receipt());
        let Some(ends) = ends(hash.ttl_ms, created, asked, 1, self.now) else {
            return Ok(Err(Skip::Expired));
        };
        let (created, ttl) = lifetime(created, asked, ends, 1, self.now);
        let expires = created.plus(u64::from(ttl));
        if expires <= self.now {
            return Ok(Err(Skip::Expired));
        }
        let sealed = if old.passphrase.is_empty() {
            let Some(value) = old.open(&self.secret) else { return Ok(Err(Skip::Damaged)) };
            self.vault.seal_open(&old.key, &value, created, expires)?
        } else {
            let legacy = Legacy::new(old.cipher, self.secret.clone(), old.passphrase, old.sealed.to_vec());
            let Some(legacy) = legacy else { return Ok(Err(Skip::OldPassphrase)) };
            self.vault.seal_legacy(&old.key, &legacy, created, expires)?
        };
        let sid = vault::secret_id(&old.key);
        let receipt_key = ReceiptKey::parse(old.fields.text("metadata_key"));
        // A secret is never imported without a receipt: that keeps one that was read here from coming back.
        let (mid, link, asked_by) = match &receipt_key {
            Some(key) => {
                let mid = vault::receipt_id(key);
                (mid, self.vault.seal_link(key, mid, &old.key, sid), key.tag())
            }
            None => (vault::lost_receipt_id(&old.key), Vec::new(), old.key.tag()),
        };
        let receipt = StoredReceipt {
            tag: old.key.tag(),
            sid,
            mid,
            state: State::New,
            created,
            updated: shown.time(&["updated"]).unwrap_or(created),
            ttl,
            owner: shown.owner(),
            recipient: shown.text("recipients").to_owned(),
            share_domain: share_domain(shown),
            protected: !old.passphrase.is_empty(),
            sealed: link,
        };
        Ok(Ok(ImportedSecret { envelope: Some(sealed), receipt, asked_by }))
    }
}

/// The link domain; empty unless it is a host name, as links are made of it.
pub(super) fn share_domain(fields: Fields<'_>) -> String {
    Some(fields.text("share_domain")).filter(|host| is_host_name(host)).unwrap_or_default().to_owned()
}
