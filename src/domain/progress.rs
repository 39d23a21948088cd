//! Progress callback of a long operation.

use std::sync::Arc;

/// Called repeatedly with the share that is done, in per cent.
pub type Progress = Arc<dyn Fn(u8) + Send + Sync>;
