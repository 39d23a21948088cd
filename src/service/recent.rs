//! Recent: an account's own shares of the last 30 days, newest first (contract §7.6).

use super::{Error, Reader, ReceiptView, Service, deadline};
use crate::domain::ReceiptKey;
use crate::vault::receipt_id;

/// Seconds a share stays in the list.
const SPAN: u64 = 30 * 24 * 3600;
/// Shares a list shows at most.
const LIMIT: usize = 1000;

impl Service {
    /// The caller's recent shares whose receipts are still there. Their secret keys are not shown.
    pub async fn recent(&self, reader: &Reader) -> Result<Vec<ReceiptView>, Error> {
        deadline::looking(self.list(reader)).await
    }

    async fn list(&self, reader: &Reader) -> Result<Vec<ReceiptView>, Error> {
        let signed_in = reader.caller().signed_in.as_ref().ok_or(Error::NotAuthorized)?;
        let id = &signed_in.account.id;
        let now = self.clock.now();
        let entries = self.store.recent(id, now.minus(SPAN), LIMIT).await?;
        // An entry that does not open was sealed under a retired key: its receipt cannot be named any more.
        let keys: Vec<ReceiptKey> = entries
            .iter()
            .filter_map(|entry| self.vault.open_entry(id, &signed_in.token, &entry.sealed).ok())
            .collect();
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
}
