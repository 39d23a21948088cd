//! Reveal: the value leaves, once.
//!
//! Only a won claim releases a value (security.md §5). A protected one is opened *before* its claim, so that nothing
//! can fail between the claim and the answer.

use zeroize::Zeroizing;

use super::take::Asked;
use super::{Error, ReadPermit, Service, deadline};
use crate::domain::{Ending, Passphrase, Plaintext, SecretKey};
use crate::store::{Claim, Locked, Taken, Target, Won};
use crate::vault::{self, Keyring, secret_id};

/// A value that has left the store for good.
#[derive(Debug)]
pub struct Revealed {
    /// The value.
    pub plaintext: Plaintext,
    /// Where its link begins.
    pub link_base: String,
}

/// What comes of asking for a secret that may be protected.
#[derive(Debug)]
pub enum Answered {
    /// It is given out.
    Given(Revealed),
    /// It takes a passphrase, and none was presented. Nothing was counted.
    Protected,
    /// It takes another passphrase. Unless it was too long for one, the try was counted.
    WrongPassphrase,
}

impl Service {
    /// Gives a secret out, to the one caller whose claim is won. All else has one answer, as the API's clients know it.
    pub async fn reveal(
        &self,
        reader: &ReadPermit,
        key: &SecretKey,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<Revealed, Error> {
        match self.reveal_or_say_why(reader, key, passphrase).await? {
            Answered::Given(revealed) => Ok(revealed),
            Answered::Protected | Answered::WrongPassphrase => Err(Error::UnknownSecret),
        }
    }

    /// As [`reveal`](Self::reveal), but a person is told that a passphrase is needed, or wrong. A link thief learns little
    /// by it: whoever tries often enough sees by the limit on tries, too, that a protected secret is there.
    pub async fn reveal_or_say_why(
        &self,
        reader: &ReadPermit,
        key: &SecretKey,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<Answered, Error> {
        deadline::changing(self.claim(reader, key, passphrase)).await
    }

    async fn claim(
        &self,
        reader: &ReadPermit,
        key: &SecretKey,
        passphrase: Option<Zeroizing<String>>,
    ) -> Result<Answered, Error> {
        let is_presented = passphrase.as_ref().is_some_and(|text| !text.is_empty());
        // One that is too long cannot be right: for a protected secret that is as good as none.
        let passphrase = passphrase.and_then(Passphrase::parse);
        let _turn = match &passphrase {
            Some(_) => Some(Box::pin(self.turns.wait(key.tag())).await?),
            None => None,
        };
        let claim = Claim {
            tag: key.tag(),
            target: Target::Secret(secret_id(key)),
            ending: Ending::Revealed,
            proof: None,
            attempt: passphrase
                .as_ref()
                .map(|_| self.policy.attempt(&self.vault, reader.caller().network, key.tag())),
            ring: &[],
            now: self.clock.now(),
        };
        let Asked { taken, ring, now } = self.take(claim).await?;
        let claim = Claim { now, ..claim };
        match (taken, passphrase) {
            (Taken::Won(won), _) => self.open_won(key, &ring, &claim, won).await.map(Answered::Given),
            (Taken::Locked(locked), Some(passphrase)) => {
                Box::pin(self.unlock(key, &ring, claim, locked, &passphrase)).await
            }
            (Taken::Locked(_) | Taken::Protected, _) if is_presented => Ok(Answered::WrongPassphrase),
            (Taken::Locked(_) | Taken::Protected, _) => Ok(Answered::Protected),
            (Taken::Gone, _) => Err(Error::UnknownSecret),
            (Taken::Limited { retry_after }, _) => Err(Error::Limited { retry_after }),
            (Taken::UnknownKey(kid), _) => Err(Error::UnknownKey(kid)),
        }
    }

    /// Opens what an unprotected claim won. What does not open is gone all the same: its receipt must not say "read".
    async fn open_won(
        &self,
        key: &SecretKey,
        ring: &Keyring,
        claim: &Claim<'_>,
        won: Won,
    ) -> Result<Revealed, Error> {
        self.gate.free_room(&won.receipt);
        match ring.open(key, &won.envelope, claim.now) {
            Ok(plaintext) => {
                Ok(Revealed { plaintext, link_base: self.policy.link_base(&won.receipt.share_domain) })
            }
            Err(error) => {
                self.store.orphan(claim.tag, won.receipt.mid, claim.now).await?;
                Err(error.into())
            }
        }
    }

    async fn unlock(
        &self,
        key: &SecretKey,
        ring: &Keyring,
        claim: Claim<'_>,
        locked: Locked,
        passphrase: &Passphrase,
    ) -> Result<Answered, Error> {
        let Some(opened) = self.try_passphrase(key, ring, &claim, &locked, passphrase).await? else {
            return Ok(Answered::WrongPassphrase);
        };
        let (proof, ids, now) = (Some(opened.proof), ring.ids(), self.clock.now());
        let second = Claim { proof, attempt: None, ring: &ids, now, ..claim };
        match self.store.take(second).await? {
            Taken::Won(won) => {
                self.gate.free_room(&won.receipt);
                let link_base = self.policy.link_base(&won.receipt.share_domain);
                Ok(Answered::Given(Revealed { plaintext: opened.plaintext, link_base }))
            }
            _ => Err(Error::UnknownSecret), // somebody else was quicker, or its time ran out
        }
    }

    /// Tries a passphrase on a locked envelope; a try that no core could work on is given back.
    pub(super) async fn try_passphrase(
        &self,
        key: &SecretKey,
        ring: &Keyring,
        claim: &Claim<'_>,
        locked: &Locked,
        passphrase: &Passphrase,
    ) -> Result<Option<vault::Opened>, Error> {
        let result = self.vault.unlock(ring, key, &locked.envelope, passphrase, claim.now).await;
        if let (Err(vault::Error::Busy { .. }), Some(attempt)) = (&result, claim.attempt) {
            self.store.give_back(locked.receipt.tag, locked.receipt.sid, attempt.network, claim.now).await?;
        }
        let opened = result?;
        if opened.is_none() {
            self.meter.wrong_passphrase();
        }
        Ok(opened)
    }
}
