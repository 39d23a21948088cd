//! Import of unread secrets: sealed anew where the value opens, which from v0.24 on it does without its passphrase; protected ones
//! of v0.23 or earlier are sealed as they are.

use std::num::NonZero;
use std::thread::available_parallelism;

use tokio::task::JoinSet;

use super::addresses::Addresses;
use super::record::Fields;
use super::report::Report;
use super::seal::{Batch, Pair, Sealer};
use super::source::{HashReply, Layout, Old, RecordKind, ScanProgress};
use super::{Error, Import};
use crate::domain::Envelope;
use crate::store::{ImportedSecret, Put};
use crate::vault;

/// Secrets per batch: a large value has a megabyte, and each core holds a batch.
const BATCH: usize = 50;

impl Import {
    pub(super) async fn secrets(
        &self,
        old: &Old,
        addresses: &mut Addresses,
        report: &mut Report,
        steps: &mut ScanProgress<'_>,
    ) -> Result<(), Error> {
        let Some(mut scan) = old.scan(RecordKind::Secret) else { return Ok(()) };
        let workers = available_parallelism().map_or(1, NonZero::get);
        let mut sealing: JoinSet<Result<Batch, vault::Error>> = JoinSet::new();
        while let Some(identifiers) = scan.next().await? {
            steps.step();
            for chunk in identifiers.chunks(BATCH) {
                let sealer = Sealer {
                    vault: self.vault.clone(),
                    secrets: self.secrets.clone(),
                    site: self.site.clone(),
                    layout: old.layout(),
                    now: self.now(),
                };
                let pairs = pairs(old, addresses, chunk).await?;
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

/// Reads secrets, each with its receipt, its owner, and what it was before an upgrade, if it was upgraded.
async fn pairs(old: &Old, addresses: &mut Addresses, identifiers: &[String]) -> Result<Vec<Pair>, Error> {
    let names: Vec<&str> = identifiers.iter().map(String::as_str).collect();
    let secrets = old.hashes(RecordKind::Secret, &names).await?;
    let originals = originals(old, &names, &secrets).await?;
    let keys: Vec<&str> =
        secrets.iter().map(|found| Fields::of_reply(found).map_or("", Fields::receipt_key)).collect();
    let receipts = old.hashes(RecordKind::Receipt, &keys).await?;
    addresses.learn(old, &receipts).await?;
    addresses.learn(old, &secrets).await?;
    let all = names.into_iter().zip(secrets).zip(receipts).zip(originals);
    let pair = |(((identifier, secret), receipt), original): (((&str, HashReply), HashReply), _)| {
        // The receipt's, as the API shows it; a secret whose receipt is lost has it itself.
        let shown = Fields::of_reply(&receipt).or(Fields::of_reply(&secret));
        let owner = shown.and_then(|shown| addresses.owner(shown));
        Pair { identifier: identifier.to_owned(), secret, receipt, original, owner }
    };
    Ok(all.map(pair).collect())
}

/// What those that have no value of v0.24 or later were before they were upgraded; nothing for the others.
pub(super) async fn originals(
    old: &Old,
    names: &[&str],
    secrets: &[HashReply],
) -> Result<Vec<Option<HashReply>>, Error> {
    let is_upgraded = |found: &HashReply| {
        old.layout() == Layout::OneDatabase
            && Fields::of_reply(found).is_some_and(|fields| fields.bytes("ciphertext").is_empty())
    };
    let upgraded: Vec<bool> = secrets.iter().map(is_upgraded).collect();
    let asked: Vec<&str> =
        names.iter().zip(&upgraded).filter(|(_, is)| **is).map(|(name, _)| *name).collect();
    let mut found = old.originals(&asked).await?.into_iter();
    Ok(upgraded.into_iter().map(|is| if is { found.next() } else { None }).collect())
}
