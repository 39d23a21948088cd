//! Recent: an account's own shares of the last 30 days, newest first (v1-contract.md §7.6).

use std::collections::BTreeSet;

use super::{ReceiptView, Secrets};
use crate::domain::receipt::SealedEntry;
use crate::domain::{KeyId, ReceiptKey, Timestamp};
use crate::service::{AccountPermit, Error, SignedIn, deadline};
use crate::vault::{self, receipt_id};

/// Seconds a share stays in the list.
const SPAN: u64 = 30 * 24 * 3600;
/// Shares a list shows at most, and entries that are looked at first.
const LIMIT: usize = 1000;
/// Entries that are looked at when receipts of the newest are gone: a script that shares for a minute each must not push
/// out what lives for a week.
const MOST: usize = 10_000;

impl Secrets {
    /// The caller's recent shares whose receipts are still there. Their secret keys are not shown.
    pub async fn recent(&self, permit: &AccountPermit) -> Result<Vec<ReceiptView>, Error> {
        deadline::for_read(self.list(permit)).await
    }

    async fn list(&self, permit: &AccountPermit) -> Result<Vec<ReceiptView>, Error> {
        let signed_in = permit.signed_in();
        let id = &signed_in.account.id;
        let now = self.clock.now();
        let since = now.minus(SPAN);
        let entries = self.store.recent(id, since, LIMIT).await?;
        let mut views = self.views(signed_in, &entries, now).await?;
        if entries.len() == LIMIT && views.len() < LIMIT {
            let entries = self.store.recent(id, since, MOST).await?;
            views = self.views(signed_in, &entries, now).await?;
            views.truncate(LIMIT);
        }
        Ok(views)
    }

    /// Those of `entries` that open and whose receipts are there.
    async fn views(
        &self,
        signed_in: &SignedIn,
        entries: &[SealedEntry],
        now: Timestamp,
    ) -> Result<Vec<ReceiptView>, Error> {
        let keys = self.open_entries(signed_in, entries).await;
        let ids: Vec<_> = keys.iter().map(|key| (key.tag(), receipt_id(key))).collect();
        let receipts = self.store.receipts(&ids, now).await?;
        Ok(keys
            .into_iter()
            .zip(receipts)
            .filter_map(|(receipt_key, receipt)| {
                Some(ReceiptView { receipt_key, receipt: receipt?, secret_key: None, now })
            })
            .collect())
    }

    /// Opens what opens, after a look for keys that are new here. An entry that does not open even then was sealed under a
    /// retired key: its receipt cannot be named any more.
    async fn open_entries(&self, signed_in: &SignedIn, entries: &[SealedEntry]) -> Vec<ReceiptKey> {
        let open = |entry: &SealedEntry| {
            self.vault.open_entry(&signed_in.account.id, &signed_in.token, &entry.sealed)
        };
        let opened: Vec<_> = entries.iter().map(open).collect();
        let unknown: BTreeSet<KeyId> = opened
            .iter()
            .filter_map(|result| match result {
                Err(vault::Error::UnknownKey(kid)) => Some(*kid),
                _ => None,
            })
            .collect();
        let mut learned = false;
        for kid in unknown {
            learned |= self.keys.reload_for(kid).await;
        }
        if learned {
            return entries.iter().filter_map(|entry| open(entry).ok()).collect();
        }
        opened.into_iter().filter_map(Result::ok).collect()
    }
}
