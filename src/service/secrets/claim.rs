//! Claims: the state machine behind reveal and burn. Passphrase lock, claim, and for a protected secret: verify the
//! passphrase, claim again with the proof.
//!
//! **A claim is never retried**, with one exception, which is here: `UnknownKey` proves that nothing was counted and
//! nothing consumed, so once the key has been found the same claim is a first one again.

use std::sync::Arc;

use super::Secrets;
use crate::domain::{
    AccountId, AuditKind, ClientNetwork, Ending, Passphrase, Plaintext, PresentedPassphrase, ReceiptId,
    ReceiptKey, SecretId, SecretKey, SlotTag, Timestamp,
};
use crate::service::Error;
use crate::store::{Claim, ClaimRequest, Locked, Taken, Target, Won};
use crate::vault::{self, Keyring, receipt_id, secret_id};

/// The key a secret is claimed with, which says how it ends.
#[derive(Clone, Copy)]
pub(super) enum ClaimKey<'a> {
    /// The link's: the secret is revealed.
    Secret(&'a SecretKey),
    /// The receipt's: it is burned.
    Receipt(&'a ReceiptKey),
}

impl ClaimKey<'_> {
    fn tag(self) -> SlotTag {
        match self {
            Self::Secret(key) => key.tag(),
            Self::Receipt(key) => key.tag(),
        }
    }
}

/// What a claim came to.
#[expect(clippy::large_enum_variant, reason = "there is one at a time, for a moment")]
pub(super) enum Claimed {
    /// The secret is this caller's, and nobody else's.
    Won(Win),
    /// It takes a passphrase, and none was presented. Nothing was counted.
    Protected,
    /// It takes another passphrase. Unless it was too long for one, the try was counted.
    WrongPassphrase {
        /// Tries left before this network has to wait, where one was counted.
        left: Option<u32>,
    },
}

/// A secret that was won.
pub(super) struct Win {
    pub(super) won: Won,
    /// The value of a protected one, which was opened before the claim.
    pub(super) value: Option<Plaintext>,
    /// The ring of the claim. An unprotected value opens under this one, though its key may be retired at this very moment.
    pub(super) ring: Arc<Keyring>,
    /// When it was claimed.
    pub(super) now: Timestamp,
}

/// A store's answer, and with what it was asked.
pub(super) struct Answer {
    pub(super) taken: Taken,
    ring: Arc<Keyring>,
    now: Timestamp,
}

impl Secrets {
    /// Claims the secret of `key` for a caller from `network`, with whatever passphrase was presented.
    pub(super) async fn claim_with_passphrase(
        &self,
        key: ClaimKey<'_>,
        network: ClientNetwork,
        presented: PresentedPassphrase,
    ) -> Result<Claimed, Error> {
        // One that is too long cannot be right: for a protected secret that is as good as none.
        let (passphrase, is_too_long) = match presented {
            PresentedPassphrase::Absent => (None, false),
            PresentedPassphrase::Possible(passphrase) => (Some(passphrase), false),
            PresentedPassphrase::TooLong => (None, true),
        };
        let tag = key.tag();
        let _guard = match &passphrase {
            Some(_) => Some(Box::pin(self.passphrase_lock.acquire(tag, network)).await?),
            None => None,
        };
        let (target, ending) = match key {
            ClaimKey::Secret(key) => (Target::Secret(secret_id(key)), Ending::Revealed),
            ClaimKey::Receipt(key) => (Target::Receipt(receipt_id(key)), Ending::Burned),
        };
        let attempt = passphrase.as_ref().map(|_| self.policy.attempt(&self.vault, network, tag));
        let request = ClaimRequest { tag, target, ending, proof: None, attempt };
        let Answer { taken, ring, now } = self.claim_learning(request).await?;
        match (taken, passphrase) {
            (Taken::Won(won), _) => Ok(self.won(won, None, ring, now)),
            (Taken::Locked(locked), Some(passphrase)) => {
                let first = (request, ring, now);
                Box::pin(self.unlock_and_claim(key, network, first, locked, &passphrase)).await
            }
            (Taken::Locked(_) | Taken::Protected, _) if is_too_long => {
                Ok(Claimed::WrongPassphrase { left: None })
            }
            (Taken::Locked(_) | Taken::Protected, _) => Ok(Claimed::Protected),
            (Taken::Gone, _) => Err(Error::UnknownSecret),
            (Taken::Limited { retry_after }, _) => Err(Error::Limited { retry_after }),
            (Taken::UnknownKey(kid), _) => Err(Error::UnknownKey(kid)),
        }
    }

    /// Claims under the ring in use or, when the secret's key is not in it, under the one that is there by now.
    async fn claim_learning(&self, request: ClaimRequest) -> Result<Answer, Error> {
        let answer = self.claim(request).await?;
        match answer.taken {
            Taken::UnknownKey(kid) if Box::pin(self.keys.reload_for(kid)).await => {
                Box::pin(self.claim(request)).await
            }
            _ => Ok(answer),
        }
    }

    /// Burns by the receipt's stored id, for whoever may without its key. `false`: read, burned or expired by now.
    pub(super) async fn burn_by_receipt(
        &self,
        tag: SlotTag,
        mid: ReceiptId,
        by: Option<AccountId>,
    ) -> Result<bool, Error> {
        let target = Target::Receipt(mid);
        let request = ClaimRequest { tag, target, ending: Ending::Burned, proof: None, attempt: None };
        match self.claim_learning(request).await?.taken {
            Taken::Won(won) => {
                self.wake_for_notices(&won);
                self.note(AuditKind::Burned, won.receipt.sid, by, None);
                Ok(true)
            }
            Taken::UnknownKey(kid) => Err(Error::UnknownKey(kid)),
            Taken::Gone | Taken::Locked(_) | Taken::Protected | Taken::Limited { .. } => Ok(false),
        }
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Answer, Error> {
        let (ring, now) = (self.vault.ring(), self.clock.now());
        let taken = self.store.take(Claim { request, ring: ring.ids(), now }).await?;
        Ok(Answer { taken, ring, now })
    }

    /// Verifies the passphrase on an envelope that the first claim has handed out, and claims once more with the proof. A
    /// try that no core could work on is given back.
    async fn unlock_and_claim(
        &self,
        key: ClaimKey<'_>,
        network: ClientNetwork,
        (request, ring, now): (ClaimRequest, Arc<Keyring>, Timestamp),
        Locked { envelope, receipt, left }: Locked,
        passphrase: &Passphrase,
    ) -> Result<Claimed, Error> {
        let from_receipt;
        let secret_key = match key {
            ClaimKey::Secret(key) => key,
            ClaimKey::Receipt(key) => {
                from_receipt = self.open_link(key, receipt.sid, &receipt.sealed).await?;
                &from_receipt
            }
        };
        let unlocked = self.vault.unlock(&ring, secret_key, &envelope, passphrase, now, network).await;
        if let (Err(vault::Error::Busy { .. }), Some(attempt)) = (&unlocked, request.attempt) {
            self.store.give_back(receipt.tag, receipt.sid, attempt.network, now).await?;
        }
        let Some(opened) = unlocked? else {
            self.metrics.wrong_passphrase();
            self.note(AuditKind::Refused, receipt.sid, None, Some(network));
            return Ok(Claimed::WrongPassphrase { left: Some(left) });
        };
        let request = ClaimRequest { proof: Some(opened.proof), attempt: None, ..request };
        let now = self.clock.now();
        match self.store.take(Claim { request, ring: ring.ids(), now }).await? {
            Taken::Won(won) => Ok(self.won(won, Some(opened.plaintext), ring, now)),
            _ => Err(Error::UnknownSecret), // somebody else was quicker, or its time ran out
        }
    }

    fn won(&self, won: Won, value: Option<Plaintext>, ring: Arc<Keyring>, now: Timestamp) -> Claimed {
        self.wake_for_notices(&won);
        self.limits.free_room(&won.receipt);
        Claimed::Won(Win { won, value, ring, now })
    }

    fn wake_for_notices(&self, won: &Won) {
        if let (true, Some(wake)) = (won.has_notices, &self.wake) {
            wake.notify_one();
        }
    }

    /// Opens the link in a receipt, looking for its key first if need be.
    pub(super) async fn open_link(
        &self,
        receipt: &ReceiptKey,
        sid: SecretId,
        sealed: &[u8],
    ) -> Result<SecretKey, vault::Error> {
        match self.vault.open_link(receipt, sid, sealed) {
            Err(vault::Error::UnknownKey(kid)) if Box::pin(self.keys.reload_for(kid)).await => {
                self.vault.open_link(receipt, sid, sealed)
            }
            opened => opened,
        }
    }
}
