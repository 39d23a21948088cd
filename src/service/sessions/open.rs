//! Opens a session for somebody who showed who they are.

use super::{Session, Sessions};
use crate::domain::{Account, SessionClaim, SignInMethod, random};
use crate::metrics::SignIn;
use crate::vault::Cookie;

impl Sessions {
    /// A new session of this account, and what its cookie holds. Whoever calls it has checked who they are, and that the account is
    /// not disabled.
    #[must_use]
    pub fn open(&self, account: Account, method: SignInMethod) -> (Session, String) {
        let session = Session { account, method, signed_in: self.clock.now(), number: random::bytes() };
        let claim = SessionClaim {
            account: session.account.id,
            sessions: session.account.sessions,
            signed_in: session.signed_in,
            method,
            number: session.number,
        };
        self.metrics.sign_in(match method {
            SignInMethod::Token => SignIn::Token,
            SignInMethod::Header => SignIn::Header,
            SignInMethod::Oidc => SignIn::Oidc,
        });
        let sealed = self.vault.seal_cookie(Cookie::Session, &claim.to_bytes());
        (session, sealed)
    }

    /// Counts somebody whom a provider did not bring in, and why.
    pub fn count(&self, outcome: SignIn) {
        self.metrics.sign_in(outcome);
    }

    /// Counts somebody whose address and API token do not go together.
    pub fn count_wrong(&self) {
        self.metrics.sign_in(SignIn::Wrong);
    }

    /// Counts somebody whom the trusted header does not name.
    pub fn count_unnamed(&self) {
        self.metrics.sign_in(SignIn::Unnamed);
    }
}
