//! Seals a batch of secrets anew, or as they are, on the blocking pool.

use std::sync::Arc;

use super::lifetime::{ends, lifetime};
use super::old_secret::{OldSecret, Sealed};
use super::record::Fields;
use super::report::{Skip, Tally};
use super::source::{Hash, HashReply, Layout};
use crate::domain::{Envelope, ReceiptKey, State, StoredReceipt, Timestamp};
use crate::store::ImportedSecret;
use crate::vault::{self, HashError, Legacy, PassphraseHash, UpstreamSecret, UpstreamSecrets, Vault};

/// A secret and its receipt, as read from the source.
pub(super) struct Pair {
    pub(super) identifier: String,
    pub(super) secret: HashReply,
    pub(super) receipt: HashReply,
    /// The secret before it was upgraded from v0.23, if it was.
    pub(super) original: Option<HashReply>,
    /// The address of whoever shared it.
    pub(super) owner: Option<String>,
}

/// A sealed batch.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) records: Vec<ImportedSecret>,
    pub(super) tally: Tally,
}

/// Seals batches.
pub(super) struct Sealer {
    pub(super) vault: Arc<Vault>,
    pub(super) secrets: UpstreamSecrets,
    /// The one that v0.23 had.
    pub(super) site: UpstreamSecret,
    pub(super) layout: Layout,
    /// When the batch was read.
    pub(super) now: Timestamp,
}

impl Sealer {
    pub(super) fn seal(&self, pairs: &[Pair]) -> Result<Batch, vault::Error> {
        let mut batch = Batch::default();
        for pair in pairs {
            let record = match &pair.secret {
                HashReply::Hash(hash) => self.record(pair, hash)?,
                HashReply::Missing => Err(Skip::Ended), // since it was listed
                HashReply::WrongType => Err(Skip::NoRecord),
            };
            match record {
                Ok(record) => batch.records.push(record),
                Err(why) => batch.tally.skip(why),
            }
        }
        Ok(batch)
    }

    fn record(&self, pair: &Pair, hash: &Hash) -> Result<Result<ImportedSecret, Skip>, vault::Error> {
        let original = pair.original.as_ref().and_then(HashReply::hash);
        let old = match OldSecret::read(&pair.identifier, self.layout, hash, original) {
            Ok(old) => old,
            Err(why) => return Ok(Err(why)),
        };
        let receipt = Fields::of_reply(&pair.receipt);
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
        let begin = shown.begin().or_else(|| old.fields.begin());
        let (created, ttl) = lifetime(begin, asked, ends, 1, self.now);
        let expires = created.plus(u64::from(ttl));
        if expires <= self.now {
            return Ok(Err(Skip::Expired));
        }
        let sealed = match self.envelope(&old, created, expires)? {
            Ok(sealed) => sealed,
            Err(why) => return Ok(Err(why)),
        };
        let sid = vault::secret_id(&old.key);
        let receipt_key = ReceiptKey::parse(old.fields.receipt_key());
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
            owner: pair.owner.clone(),
            recipient: shown.text("recipients").to_owned(),
            share_domain: shown.share_domain().to_owned(),
            protected: !old.passphrase.is_empty(),
            sealed: link,
        };
        Ok(Ok(ImportedSecret { envelope: Some(sealed), receipt, asked_by }))
    }

    /// The value under our own keys: anew where it opens without a passphrase, else as it is.
    fn envelope(
        &self,
        old: &OldSecret<'_>,
        created: Timestamp,
        expires: Timestamp,
    ) -> Result<Result<Envelope, Skip>, vault::Error> {
        if let (Sealed::Old { cipher, copies, .. }, false) = (&old.sealed, old.passphrase.is_empty()) {
            let sealed = copies.first().copied().unwrap_or_default().to_vec();
            let legacy = Legacy::new(*cipher, self.site.clone(), old.passphrase, sealed);
            let Some(legacy) = legacy else { return Ok(Err(Skip::OldPassphrase)) };
            return self.vault.seal_legacy(&old.key, &legacy, created, expires).map(Ok);
        }
        let Some(value) = old.open(&self.secrets) else {
            return Ok(Err(match &old.sealed {
                Sealed::Old { .. } => Skip::Damaged,
                Sealed::Value(value) if matches!(self.secrets.named_by(value), Some(None)) => {
                    Skip::OtherSecret
                }
                Sealed::Value(_) => Skip::Unreadable,
            }));
        };
        if old.passphrase.is_empty() {
            return self.vault.seal_open(&old.key, &value, created, expires).map(Ok);
        }
        match PassphraseHash::parse(old.passphrase) {
            Ok(hash) => self.vault.seal_imported(&old.key, &value, &hash, created, expires).map(Ok),
            Err(HashError::Unknown) => Ok(Err(Skip::OldPassphrase)),
            Err(HashError::TooHeavy) => Ok(Err(Skip::HeavyPassphrase)),
        }
    }
}
