//! Reveal: the value leaves, once. Only a won claim releases a value (security-design.md §5).

use super::claim::{ClaimKey, Claimed, Win};
use super::{SecretView, Secrets};
use crate::domain::{AuditKind, Plaintext, PresentedPassphrase, SecretKey};
use crate::service::{Caller, Error, ReadPermit, deadline};

/// A value that has left the store for good.
#[derive(Debug)]
pub struct Revealed {
    /// The value.
    pub plaintext: Plaintext,
    /// Where its link begins.
    pub link_base: String,
    /// What was to be seen of it before.
    pub secret: SecretView,
}

/// What comes of asking for a secret that may be protected.
#[derive(Debug)]
pub enum Reveal {
    /// It is given out.
    Given(Revealed),
    /// It takes a passphrase, and none was presented. Nothing was counted.
    Protected,
    /// It takes another passphrase. Unless it was too long for one, the try was counted.
    WrongPassphrase {
        /// Tries left before this network has to wait, where one was counted.
        left: Option<u32>,
    },
}

impl Secrets {
    /// Gives a secret out, to the one caller whose claim is won. All else has one answer, as the API's clients know it.
    pub async fn reveal(
        &self,
        permit: &ReadPermit,
        key: &SecretKey,
        passphrase: PresentedPassphrase,
    ) -> Result<Revealed, Error> {
        match self.reveal_or_why_not(permit, key, passphrase).await? {
            Reveal::Given(revealed) => Ok(revealed),
            Reveal::Protected | Reveal::WrongPassphrase { .. } => Err(Error::UnknownSecret),
        }
    }

    /// As [`reveal`](Self::reveal), but a person is told that a passphrase is needed, or wrong. Who stole a link learns
    /// little by it: whoever tries often enough sees by the limit on tries, too, that a protected secret is there.
    pub async fn reveal_or_why_not(
        &self,
        permit: &ReadPermit,
        key: &SecretKey,
        passphrase: PresentedPassphrase,
    ) -> Result<Reveal, Error> {
        deadline::for_write(async {
            let network = permit.caller().network;
            match self.claim_with_passphrase(ClaimKey::Secret(key), network, passphrase).await? {
                Claimed::Won(win) => self.open_won(permit.caller(), key, win).await.map(Reveal::Given),
                Claimed::Protected => Ok(Reveal::Protected),
                Claimed::WrongPassphrase { left } => Ok(Reveal::WrongPassphrase { left }),
            }
        })
        .await
    }

    /// The value of what was won. What does not open is gone all the same: its receipt must not say "read".
    async fn open_won(&self, caller: &Caller, key: &SecretKey, win: Win) -> Result<Revealed, Error> {
        let Win { won, value, ring, now } = win;
        let opened = match value {
            Some(plaintext) => Ok(plaintext),
            None => ring.open(key, &won.envelope, now),
        };
        match opened {
            Ok(plaintext) => {
                self.note_of(AuditKind::Read, won.receipt.sid, caller);
                let link_base = self.policy.link_base(&won.receipt.share_domain);
                Ok(Revealed { plaintext, link_base, secret: SecretView::of(&won.receipt, caller, now) })
            }
            Err(error) => {
                self.store.orphan(key.tag(), won.receipt.mid, now).await?;
                Err(error.into())
            }
        }
    }
}
