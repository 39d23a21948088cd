//! Sessions: somebody signs in at the pages, is known again for some hours, and signs out.
//!
//! Nothing of a session is stored: it is a sealed claim that a browser brings along, and holds as long as its account says the
//! same (ADR 0081). So N instances with one keyring share sessions, and a stolen database has none.

use std::sync::Arc;

use super::Policy;
use crate::audit::Trail;
use crate::domain::{Account, Clock, SignInMethod, Timestamp};
use crate::metrics::Metrics;
use crate::store::Store;
use crate::vault::Vault;

mod errand;
mod find;
mod form;
mod join;
mod open;

pub use join::NotJoined;

/// How far another instance's clock may be ahead, in seconds.
const MAX_SKEW: u64 = 60;
/// Seconds for which a sign-in is fresh enough for what takes more than a browser that lay open.
const FRESH: u64 = 600;

/// Opens and finds sessions. [`Accounts`](super::Accounts) ends them.
#[derive(Debug)]
pub struct Sessions {
    pub(super) store: Arc<dyn Store>,
    pub(super) vault: Arc<Vault>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) policy: Arc<Policy>,
    pub(super) metrics: Metrics,
    pub(super) trail: Option<Trail>,
}

/// Somebody who signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// Their account, as it is now.
    pub account: Account,
    /// How they showed who they are.
    pub method: SignInMethod,
    /// When.
    pub signed_in: Timestamp,
    /// By which forms of this session are known.
    number: [u8; 16],
}

impl Sessions {
    /// The time that sessions, and tokens, go by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the sign-in of a session is less than ten minutes old: for what a browser that lies open must not do.
    #[must_use]
    pub fn is_fresh(&self, session: &Session) -> bool {
        session.signed_in.until(self.clock.now()) < FRESH
    }

    /// Whether what began then lasts, when it lasts `seconds`; nothing begins in the future but by another instance's clock.
    fn lasts(&self, began: Timestamp, seconds: u64) -> bool {
        let now = self.clock.now();
        began.until(now) < seconds && now.until(began) <= MAX_SKEW
    }
}
