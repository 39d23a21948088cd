//! `[drain]`: stopping.

use serde::Deserialize;

/// How the server goes away.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drain {
    /// Seconds between saying "not ready" and closing.
    pub delay: u32,
}
