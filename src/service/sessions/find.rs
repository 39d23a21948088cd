//! Finds whose session a cookie is.

use super::{Session, Sessions};
use crate::domain::SessionClaim;
use crate::service::{Error, deadline};
use crate::vault::Cookie;

impl Sessions {
    /// The session that this cookie is of. `None` where it is none, its time has passed, its account was deleted or disabled, or
    /// has signed out since. One question to the store, and none for what no key of the ring sealed.
    pub async fn find(&self, sealed: &str) -> Result<Option<Session>, Error> {
        let Some(claim) = self.claim(sealed) else { return Ok(None) };
        let account = deadline::for_read(async { Ok(self.store.account(&claim.account).await?) }).await?;
        let SessionClaim { sessions, method, signed_in, number, .. } = claim;
        let account = account.filter(|account| !account.disabled && account.sessions == sessions);
        Ok(account.map(|account| Session { account, method, signed_in, number }))
    }

    fn claim(&self, sealed: &str) -> Option<SessionClaim> {
        let opened = self.vault.open_cookie(Cookie::Session, sealed).ok()?;
        let claim = SessionClaim::from_bytes(&opened)?;
        self.lasts(claim.signed_in, self.policy.session.as_secs()).then_some(claim)
    }
}
