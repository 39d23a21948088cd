//! Forms of a session: known by a mark that no other site, and no other session, has.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Session, Sessions};
use crate::vault::Marked;

impl Sessions {
    /// What a form of this session holds: base64url.
    #[must_use]
    pub fn form_token(&self, session: &Session) -> String {
        URL_SAFE_NO_PAD.encode(self.vault.mark(Marked::Form(&session.number), self.clock.now()))
    }

    /// Whether a form is this session's.
    #[must_use]
    pub fn is_form_token(&self, session: &Session, token: &str) -> bool {
        let age = self.policy.session.as_secs();
        URL_SAFE_NO_PAD
            .decode(token)
            .is_ok_and(|mark| self.vault.is_mark(&mark, Marked::Form(&session.number), self.clock.now(), age))
    }
}
