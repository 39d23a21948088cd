//! The way to the provider: state, nonce, PKCE, and the address that a browser is sent to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{Discovery, Settings};
use crate::domain::random;

/// Bytes of each of the three.
const PART: usize = 32;

/// One sign-in under way: what the browser keeps sealed while it is at the provider.
#[derive(Clone)]
pub struct Attempt(Zeroizing<[u8; Self::LENGTH]>);

impl Attempt {
    /// How many bytes one is kept in.
    pub const LENGTH: usize = 3 * PART;

    /// A new one. Never used again: some providers refuse a nonce that they have seen.
    #[must_use]
    pub fn new() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// The one that was kept.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// What to keep.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Whether an answer's `state` is that of this sign-in.
    pub(super) fn is_of(&self, state: &str) -> bool {
        self.state().as_bytes().ct_eq(state.as_bytes()).into()
    }

    fn state(&self) -> Zeroizing<String> {
        self.part(0)
    }

    pub(super) fn nonce(&self) -> Zeroizing<String> {
        self.part(1)
    }

    pub(super) fn verifier(&self) -> Zeroizing<String> {
        self.part(2)
    }

    fn part(&self, number: usize) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(&self.0[number * PART..(number + 1) * PART]))
    }

    /// Where the browser goes: never twice with the same attempt.
    pub(super) fn address(&self, settings: &Settings, discovery: &Discovery, redirect_uri: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier().as_bytes()));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &settings.scopes.join(" "))
            .append_pair("state", &self.state())
            .append_pair("nonce", &self.nonce())
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        with_query(&discovery.authorization_endpoint, &query.finish())
    }
}

impl Default for Attempt {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attempt[..]")
    }
}

/// An address with one more query.
pub(super) fn with_query(address: &str, query: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_survives_being_kept() {
        let attempt = Attempt::new();
        let again = Attempt::from_bytes(attempt.as_bytes());
        assert!(again.is_of(&attempt.state()) && !again.is_of(&Attempt::new().state()) && !again.is_of(""));
        assert_eq!((again.nonce(), again.verifier()), (attempt.nonce(), attempt.verifier()));
        assert_ne!(attempt.nonce(), Attempt::new().nonce());
        assert_eq!(attempt.verifier().len(), 43, "RFC 7636 §4.1 wants 43 to 128");
    }
}
