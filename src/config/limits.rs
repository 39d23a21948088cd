//! `[limits]`: rates and quotas per client network. 0 turns one off, except the window.

use serde::Deserialize;

use super::Error;
use super::check::Check;

/// How much one client network may ask for.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Secrets created per window.
    pub create: u32,
    /// Secrets, metadata and burns asked for per window.
    pub read: u32,
    /// The window of the two, in seconds.
    pub window: u32,
    /// Failed log-ins per 600 seconds.
    pub login: u32,
    /// Unread secrets at once.
    pub anonymous_secrets: u32,
    /// Bytes of unread secrets at once.
    pub anonymous_bytes: u64,
}

impl Limits {
    pub(super) fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        check.at_least("limits.window", self.window, 1)
    }
}
