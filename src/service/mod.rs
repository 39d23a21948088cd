//! The verbs, a file each: share, generate, reveal, burn, receipt, recent, accounts, letters (`post`), upkeep; and the limits in front of them.
//!
//! One [`Service`] holds what they need. It knows no HTTP and no named backend; it is where keys are hashed, values
//! sealed and opened, and where the order of checks stands. The trap for newcomers: plaintext may leave [`Service::reveal`]
//! only through a claim that was won.

use std::sync::Arc;

use keys::Keys;
use limits::RateLimits;
use post::Post;
use turns::Turns;

use crate::domain::Clock;
use crate::meter::Meter;
use crate::store::Store;
use crate::vault::Vault;

mod accounts;
mod burn;
mod caller;
mod challenge;
mod claim;
mod deadline;
mod error;
mod generate;
mod keys;
mod limits;
pub mod password;
mod policy;
mod post;
mod receipt;
mod recent;
mod reveal;
mod share;
mod turns;
mod upkeep;
mod vitals;

pub use crate::store::OutboxDepth;
pub use burn::Burned;
pub use caller::{Caller, SignedIn};
pub use challenge::Challenge;
pub use error::Error;
pub use generate::GenerateRequest;
pub use keys::{Followed, KeySource, KeySourceError};
pub use limits::{AccountPermit, CreatePermit, Limits, ReadPermit, ReceiptPermit};
pub use policy::{Access, LinkDomain, Plan, Policy};
pub use receipt::ReceiptView;
pub use reveal::{Answered, Revealed};
pub use share::{ShareRequest, Shared};
pub use upkeep::CanaryTrouble;

/// All verbs of one server.
#[derive(Debug)]
pub struct Service {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    gate: RateLimits,
    keys: Keys,
    turns: Turns,
    post: Option<Post>,
    meter: Meter,
}

impl Service {
    /// A service over a store and a vault, under a policy.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, vault: Arc<Vault>, clock: Arc<dyn Clock>, policy: Policy) -> Self {
        let gate = RateLimits::new(&policy, &clock);
        let (keys, turns, meter) = (Keys::default(), Turns::default(), Meter::default());
        Self { store, vault, clock, policy, gate, keys, turns, post: None, meter }
    }

    /// The same, telling a meter what it refuses.
    #[must_use]
    pub fn with_meter(mut self, meter: &Meter) -> Self {
        self.gate.tell(meter);
        self.meter = meter.clone();
        self
    }

    /// The rules it follows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}
