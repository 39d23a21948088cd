//! Receipt: what became of a secret, for the holder of the receipt key. Reading it changes nothing.

use super::Secrets;
use crate::domain::{ReceiptKey, SecretKey, State, StoredReceipt, Timestamp, Tries};
use crate::service::{Error, ReceiptPermit, deadline};
use crate::vault::{notification_id, receipt_id};

/// A receipt as its holder sees it.
#[derive(Debug)]
pub struct ReceiptView {
    /// The key it was asked with.
    pub receipt_key: ReceiptKey,
    /// The stored part.
    pub receipt: StoredReceipt,
    /// The secret's key, while the secret is there to be read.
    pub secret_key: Option<SecretKey>,
    /// When this was true.
    pub now: Timestamp,
}

/// After how many seconds a notification that nobody tried yet is one that waits: for the mail server, as all others do.
const LATE: u64 = 60;

/// A notification that is not delivered, though it should be by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// It is tried again.
    Waiting,
    /// It is not tried again, unless whoever runs this server has it tried.
    Dead,
}

impl Secrets {
    /// Looks a receipt up.
    pub async fn receipt(&self, _permit: &ReceiptPermit, key: &ReceiptKey) -> Result<ReceiptView, Error> {
        let mid = receipt_id(key);
        let asked = async {
            let mut now = self.clock.now();
            let mut receipt = self.store.receipt(key.tag(), mid, now).await?;
            if receipt.as_ref().is_some_and(|receipt| self.has_ended_since(now, receipt)) {
                now = self.clock.now();
                receipt = self.store.receipt(key.tag(), mid, now).await?;
            }
            Ok((receipt, now))
        };
        let (receipt, now) = deadline::for_read(asked).await?;
        let receipt = receipt.ok_or(Error::UnknownSecret)?;
        let secret_key = match receipt.state {
            State::New => Some(self.open_link(key, receipt.sid, &receipt.sealed).await?),
            _ => None,
        };
        Ok(ReceiptView { receipt_key: key.clone(), receipt, secret_key, now })
    }

    /// What hinders the notification about a secret that is unread, if there is one that should be delivered by now.
    pub async fn undelivered(
        &self,
        _permit: &ReceiptPermit,
        receipt: &StoredReceipt,
    ) -> Result<Option<Undelivered>, Error> {
        if receipt.state != State::New || receipt.recipient.is_empty() {
            return Ok(None);
        }
        let (id, now) = (notification_id(receipt.tag, receipt.mid), self.clock.now());
        let found = deadline::for_read(async { Ok(self.store.notification(&id, now).await?) }).await?;
        let is_late = |due: Timestamp| due.plus(LATE) <= now;
        let tried = found
            .filter(|notification| notification.failure.is_some() || notification.due.is_some_and(is_late));
        Ok(tried.map(|tried| if tried.due.is_some() { Undelivered::Waiting } else { Undelivered::Dead }))
    }

    /// What was tried of a protected secret that is unread, where the store can tell.
    pub async fn tries(
        &self,
        _permit: &ReceiptPermit,
        receipt: &StoredReceipt,
    ) -> Result<Option<Tries>, Error> {
        if receipt.state != State::New || !receipt.protected {
            return Ok(None);
        }
        let (limits, now) = (self.policy.try_limits(), self.clock.now());
        let asked = async { Ok(self.store.tries(receipt.tag, receipt.sid, limits, now).await?) };
        deadline::for_read(asked).await
    }

    /// Whether a receipt that the store was asked for as of `asked` may be told as orphaned only because the lifetime ended,
    /// and the sweeper came by, before the store answered. Then it has to be asked again, by a clock that has seen the end.
    pub(super) fn has_ended_since(&self, asked: Timestamp, receipt: &StoredReceipt) -> bool {
        let ends = receipt.secret_expires();
        receipt.state == State::Orphaned && asked < ends && ends <= self.clock.now()
    }
}
