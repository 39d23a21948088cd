//! How far a long operation is, as whoever runs it hears.

use std::sync::Arc;

/// Called now and then with how much is done, in per cent.
pub type Progress = Arc<dyn Fn(u8) + Send + Sync>;
