//! Burn: the holder of the receipt key destroys the secret unread.
//!
//! It takes no passphrase (decisions §3.5): a sender who must revoke at once should not need it. If one is sent, it
//! has to be right, and a wrong one counts as a try, or burning would be a free guess.

use zeroize::Zeroizing;

use super::take::Asked;
use super::{Error, ReceiptPermit, Service, deadline};
use crate::domain::{Ending, Passphrase, ReceiptKey, State, StoredReceipt, Timestamp, passphrase};
use crate::store::{Claim, Locked, Taken, Target, Won};
use crate::vault::{Keyring, receipt_id};

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

impl Service {
    /// Destroys a secret that nobody has read yet.
    pub async fn burn(
        &self,
        holder: &ReceiptPermit,
        key: &ReceiptKey,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<Burned, Error> {
        deadline::changing(self.destroy(holder, key, passphrase)).await
    }

    async fn destroy(
        &self,
        holder: &ReceiptPermit,
        key: &ReceiptKey,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<Burned, Error> {
        let caller = holder.caller();
        let passphrase = self.presented_for_burn(key, passphrase).await?;
        let _turn = match &passphrase {
            Some(_) => Some(self.turns.wait(key.tag()).await?),
            None => None,
        };
        let claim = Claim {
            tag: key.tag(),
            target: Target::Receipt(receipt_id(key)),
            ending: Ending::Burned,
            proof: None,
            attempt: passphrase.as_ref().map(|_| self.policy.attempt(&self.vault, caller.network, key.tag())),
            ring: &[],
            now: self.clock.now(),
        };
        let Asked { taken, ring, now } = self.take(claim).await?;
        let claim = Claim { now, ..claim };
        match (taken, passphrase) {
            (Taken::Won(won), _) => Ok(self.burned(key, won, claim.now)),
            (Taken::Locked(locked), Some(passphrase)) => {
                self.burn_locked(key, &ring, claim, locked, &passphrase).await
            }
            (Taken::Locked(_) | Taken::Protected | Taken::Gone, _) => Err(Error::UnknownSecret),
            (Taken::Limited { retry_after }, _) => Err(Error::Limited { retry_after }),
            (Taken::UnknownKey(kid), _) => Err(Error::UnknownKey(kid)),
        }
    }

    /// A passphrase that is too long cannot be right; for an unprotected secret any is ignored.
    async fn presented_for_burn(
        &self,
        key: &ReceiptKey,
        text: Option<Zeroizing<String>>,
    ) -> Result<Option<Passphrase>, Error> {
        match text {
            Some(text) if passphrase::is_too_long(&text) => {
                let receipt = self.store.receipt(key.tag(), receipt_id(key), self.clock.now()).await?;
                match receipt {
                    Some(receipt) if receipt.state == State::New && receipt.protected => {
                        Err(Error::WrongPassphrase)
                    }
                    _ => Ok(None),
                }
            }
            text => Ok(text.and_then(Passphrase::parse)),
        }
    }

    async fn burn_locked(
        &self,
        key: &ReceiptKey,
        ring: &Keyring,
        claim: Claim<'_>,
        locked: Locked,
        passphrase: &Passphrase,
    ) -> Result<Burned, Error> {
        let secret_key = self.open_link(key, locked.receipt.sid, &locked.receipt.sealed).await?;
        let opened = self.try_passphrase(&secret_key, ring, &claim, &locked, passphrase).await?;
        let proof = opened.ok_or(Error::WrongPassphrase)?.proof;
        let (ids, now) = (ring.ids(), self.clock.now());
        let second = Claim { proof: Some(proof), attempt: None, ring: &ids, now, ..claim };
        match self.store.take(second).await? {
            Taken::Won(won) => Ok(self.burned(key, won, second.now)),
            _ => Err(Error::UnknownSecret),
        }
    }

    fn burned(&self, key: &ReceiptKey, won: Won, now: Timestamp) -> Burned {
        self.gate.free_room(&won.receipt);
        // The secret is gone whatever the seal says; then the tag, which both keys share, is all there is to show.
        let secret_shortkey = match self.vault.open_link(key, won.receipt.sid, &won.receipt.sealed) {
            Ok(secret_key) => secret_key.short().to_owned(),
            Err(_) => key.tag().as_str().to_owned(),
        };
        let receipt = StoredReceipt { state: State::Burned, updated: now, sealed: Vec::new(), ..won.receipt };
        Burned { receipt, secret_shortkey, now }
    }
}
