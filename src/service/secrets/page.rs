//! Reading by a page. Its form may come twice, when somebody clicks twice on a slow line and the browser drops the first
//! answer; so the same page is answered once more (ADR 0055).
//!
//! The trap: a page is given out before the store is asked, so it must do without: a random number and a mark. And only a
//! page is answered twice, never the API.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Secrets;
use super::reveal::Reveal;
use super::second_answers::PageId;
use crate::domain::{ClientNetwork, PresentedPassphrase, SecretKey, random};
use crate::service::{Error, ReadPermit};
use crate::vault::{Marked, secret_id};

/// Seconds for which a page that lies open is known.
const AGE: u64 = 24 * 60 * 60;

impl Secrets {
    /// The token of a new page of this link, for a reader from this network: base64url. Asks no store.
    #[must_use]
    pub fn page_token(&self, key: &SecretKey, network: ClientNetwork) -> String {
        let page: PageId = random::bytes();
        let what = Marked::Page { page: &page, secret: secret_id(key), network };
        URL_SAFE_NO_PAD.encode([&page[..], &self.vault.mark(what, self.clock.now())].concat())
    }

    /// As [`reveal_or_why_not`](Self::reveal_or_why_not), but the page with this token is answered with the same value once
    /// more, by this instance, within ten seconds. Requests of one page are worked on one after the other; each has to be
    /// worked on to its end, or the value goes with whoever hung up.
    pub async fn reveal_to_page(
        &self,
        permit: &ReadPermit,
        key: &SecretKey,
        passphrase: PresentedPassphrase,
        token: &str,
    ) -> Result<Reveal, Error> {
        let Some(page) = self.page_of(token, key, permit.caller().network) else {
            return self.reveal_or_why_not(permit, key, passphrase).await;
        };
        let _turn = self.second_answers.turn(page).await;
        if let Some(revealed) = self.second_answers.take(page, self.clock.uptime()) {
            return Ok(Reveal::Given(revealed));
        }
        let reveal = self.reveal_or_why_not(permit, key, passphrase).await?;
        if let Reveal::Given(revealed) = &reveal {
            self.second_answers.keep(page, revealed, self.clock.uptime());
        }
        Ok(reveal)
    }

    /// Which page of this link a token is of, if it was given to this network.
    fn page_of(&self, token: &str, key: &SecretKey, network: ClientNetwork) -> Option<PageId> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (page, mark) = token.split_first_chunk()?;
        let what = Marked::Page { page, secret: secret_id(key), network };
        self.vault.is_mark(mark, what, self.clock.now(), AGE).then_some(*page)
    }
}
