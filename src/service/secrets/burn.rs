//! Burn: the holder of the receipt key destroys the secret unread.
//!
//! It takes no passphrase (ADR 0023): a sender who must revoke at once should not need it. If one is sent, it
//! has to be right, and a wrong one counts as a try, or burning would be a free guess.

use super::Secrets;
use super::claim::{ClaimKey, Claimed, Win};
use crate::domain::{AuditKind, PresentedPassphrase, ReceiptKey, State, StoredReceipt, Timestamp};
use crate::service::{Error, ReceiptPermit, deadline};
use crate::vault::receipt_id;

/// A burned secret.
#[derive(Debug)]
pub struct Burned {
    /// Its receipt, after.
    pub receipt: StoredReceipt,
    /// The first characters of its secret key.
    pub secret_shortkey: String,
    /// When it was burned.
    pub now: Timestamp,
}

impl Secrets {
    /// Destroys a secret that nobody has read yet.
    pub async fn burn(
        &self,
        permit: &ReceiptPermit,
        key: &ReceiptKey,
        passphrase: PresentedPassphrase,
    ) -> Result<Burned, Error> {
        deadline::for_write(async {
            // Claimed without a try it would be won: the store has to be asked whether it is protected. An unprotected
            // one is burned whatever was presented.
            if matches!(passphrase, PresentedPassphrase::TooLong) {
                let receipt = self.store.receipt(key.tag(), receipt_id(key), self.clock.now()).await?;
                if receipt.is_some_and(|receipt| receipt.state == State::New && receipt.protected) {
                    return Err(Error::WrongPassphrase);
                }
            }
            let network = permit.caller().network;
            match self.claim_with_passphrase(ClaimKey::Receipt(key), network, passphrase).await? {
                Claimed::Won(win) => {
                    self.note_of(AuditKind::Burned, win.won.receipt.sid, permit.caller());
                    Ok(self.burned(key, win))
                }
                Claimed::WrongPassphrase { .. } => Err(Error::WrongPassphrase),
                Claimed::Protected => Err(Error::UnknownSecret),
            }
        })
        .await
    }

    fn burned(&self, key: &ReceiptKey, Win { won, now, .. }: Win) -> Burned {
        // The secret is gone whatever the seal says; then the tag, which both keys share, is all there is to show.
        let secret_shortkey = match self.vault.open_link(key, won.receipt.sid, &won.receipt.sealed) {
            Ok(secret_key) => secret_key.short().to_owned(),
            Err(_) => key.tag().as_str().to_owned(),
        };
        let receipt = StoredReceipt { state: State::Burned, updated: now, sealed: Vec::new(), ..won.receipt };
        Burned { receipt, secret_shortkey, now }
    }
}
