//! A claim on a secret: how it ends the secret, the proof for a protected one, and the attempt it counts as.

use std::time::Duration;

use super::{NetworkTag, Timestamp};

/// How a won claim ends the secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Ending {
    /// Given to a reader.
    Revealed,
    /// Destroyed unread.
    Burned,
}

/// Proof that the passphrase of one particular envelope was presented. Only the vault makes it, after the verifier
/// matched (`tests/it/architecture.rs` holds it to that); a store compares the nonce in the step that removes the
/// secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unlocked {
    nonce: [u8; 12],
}

impl Unlocked {
    /// Proof for the envelope with this nonce, whose verifier matched.
    #[must_use]
    pub fn verified(nonce: [u8; 12]) -> Self {
        Self { nonce }
    }

    /// The nonce of the envelope.
    #[must_use]
    pub fn nonce(&self) -> &[u8; 12] {
        &self.nonce
    }
}

/// A presented passphrase, as the store counts it: in the same step that hands out the locked envelope
/// (ADR 0026, ADR 0027), so that no number of parallel guesses gets past the limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Who tries: a keyed hash of the client's network, never the address.
    pub network: NetworkTag,
    /// How many may.
    pub limits: TryLimits,
}

/// How often passphrases of a secret may be tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TryLimits {
    /// Tries a network has for a secret in a window.
    pub tries: u32,
    /// The window, which begins with a network's first try.
    pub window: Duration,
    /// Attempts on a secret in its lifetime, from all networks, before only one per window is allowed.
    pub lifetime: u32,
}

/// What was tried of a secret that nobody has read yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tries {
    /// Passphrases tried in its life. None of them has opened it; one may be about to.
    pub count: u32,
    /// Until when some network, or everybody, is refused; `None` when nobody is.
    pub refused_until: Option<Timestamp>,
}
