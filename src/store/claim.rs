//! Claims: the request that takes a secret from a store, and its outcomes (ADR 0026).

use std::sync::Arc;
use std::time::Duration;

use crate::domain::{
    Attempt, Ending, Envelope, KeyId, ReceiptId, SecretId, SlotTag, StoredReceipt, Timestamp, Unlocked,
};

/// What a claim is aimed at: the secret by either of its two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// By the secret key.
    Secret(SecretId),
    /// By the receipt key.
    Receipt(ReceiptId),
}

/// What is claimed, and by what right.
#[derive(Clone, Copy, Debug)]
pub struct ClaimRequest {
    /// The slot both keys share.
    pub tag: SlotTag,
    /// Which secret.
    pub target: Target,
    /// How it ends when won.
    pub ending: Ending,
    /// The right to a protected secret, from an envelope handed out before.
    pub proof: Option<Unlocked>,
    /// A passphrase was presented: count it, and hand the locked envelope out. Ignored when `proof` is there.
    pub attempt: Option<Attempt>,
}

/// A request, made at a moment with the root keys at hand.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is claimed.
    pub request: ClaimRequest,
    /// The root keys at hand. A secret sealed under another one is left alone.
    pub ring: Arc<[KeyId]>,
    /// The present.
    pub now: Timestamp,
}

/// What became of a claim.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// This claim won: the secret is deleted, the receipt says how it ended.
    Won(Won),
    /// Protected: here is the envelope to verify the passphrase against. The try is counted.
    Locked(Locked),
    /// Protected, and the claim has no passphrase. Nothing is counted, nothing handed out.
    Protected,
    /// Too many tries: this network (or anybody, after a lifetime's worth) has to wait.
    Limited {
        /// Until the window ends.
        retry_after: Duration,
    },
    /// Sealed under a root key that is not in the ring. Nothing is consumed.
    UnknownKey(KeyId),
    /// Never was, was read, burned, expired, or the proof names another envelope.
    Gone,
}

/// A won claim.
#[derive(Debug, PartialEq, Eq)]
pub struct Won {
    /// The sealed value, which is nowhere else any more.
    pub envelope: Envelope,
    /// The receipt as it was before the claim (state `New`, `sealed` still there).
    pub receipt: StoredReceipt,
    /// Whether notices of its end have come due by this claim.
    pub has_notices: bool,
}

/// A protected secret, handed out to be verified.
#[derive(Debug, PartialEq, Eq)]
pub struct Locked {
    /// The sealed value, which stays in the store.
    pub envelope: Envelope,
    /// The receipt.
    pub receipt: StoredReceipt,
    /// Tries that this network has left before it has to wait, this one counted.
    pub left: u32,
}
