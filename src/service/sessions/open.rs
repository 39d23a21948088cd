//! Opens a session for somebody who showed who they are.

use super::Sessions;
use crate::domain::{Account, AuditEvent, AuditKind, SessionClaim, SignInMethod, random};
use crate::metrics::SignIn;
use crate::vault::Cookie;

impl Sessions {
    /// Opens a session of this account: what its cookie holds. Whoever calls it has checked who they are, and that the account is
    /// not disabled.
    #[must_use]
    pub fn open(&self, account: &Account, method: SignInMethod) -> String {
        let claim = SessionClaim {
            account: account.id,
            sessions: account.sessions,
            signed_in: self.clock.now(),
            method,
            number: random::bytes(),
        };
        self.metrics.sign_in(match method {
            SignInMethod::Token => SignIn::Token,
            SignInMethod::Header => SignIn::Header,
            SignInMethod::Oidc => SignIn::Oidc,
        });
        if let Some(trail) = &self.trail {
            let event = AuditEvent::new(AuditKind::SignedIn, claim.signed_in);
            trail.note(AuditEvent { account: Some(account.id), ..event });
        }
        self.vault.seal_cookie(Cookie::Session, &claim.to_bytes())
    }

    /// Counts somebody who did not get in, and why.
    pub fn count(&self, outcome: SignIn) {
        self.metrics.sign_in(outcome);
    }
}
