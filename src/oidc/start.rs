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
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: Zeroizing<String>,
}

impl Attempt {
    /// How many bytes one is kept in.
    pub const LENGTH: usize = 3 * PART;

    /// A new one. Never used again: some providers refuse a nonce that they have seen.
    #[must_use]
    pub fn new() -> Self {
        Self::from_bytes(&Zeroizing::new(random::bytes::<{ Self::LENGTH }>()))
    }

    /// The one that was kept.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Self {
        let text = |part: usize| URL_SAFE_NO_PAD.encode(&bytes[part * PART..(part + 1) * PART]);
        Self { state: text(0), nonce: text(1), verifier: Zeroizing::new(text(2)) }
    }

    /// What to keep.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(Self::LENGTH));
        for text in [&self.state, &self.nonce, &*self.verifier] {
            // It was encoded by us.
            drop(URL_SAFE_NO_PAD.decode_vec(text, &mut bytes));
        }
        bytes
    }

    /// Whether an answer's `state` is that of this sign-in.
    pub(super) fn is_of(&self, state: &str) -> bool {
        self.state.as_bytes().ct_eq(state.as_bytes()).into()
    }

    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    pub(super) fn verifier(&self) -> &str {
        &self.verifier
    }

    /// Where the browser goes: never twice with the same attempt.
    pub(super) fn address(&self, settings: &Settings, discovery: &Discovery, redirect_uri: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()));
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &settings.scopes.join(" "))
            .append_pair("state", &self.state)
            .append_pair("nonce", &self.nonce)
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
        let kept: [u8; Attempt::LENGTH] = attempt.to_bytes().as_slice().try_into().unwrap();
        let again = Attempt::from_bytes(&kept);
        assert!(again.is_of(&attempt.state) && !again.is_of(&Attempt::new().state) && !again.is_of(""));
        assert_eq!((again.nonce(), again.verifier()), (attempt.nonce(), attempt.verifier()));
        assert_ne!(attempt.nonce(), Attempt::new().nonce());
        assert_eq!(attempt.verifier().len(), 43, "RFC 7636 §4.1 wants 43 to 128");
    }
}
