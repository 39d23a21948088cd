//! What a store says while opening it brings its schema up to date.

use std::sync::Arc;

/// What an upgrade is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrading {
    /// The file is copied as it is; said before the first byte, and then now and then.
    Copying {
        /// The schema it has.
        from: i64,
        /// The schema it shall have.
        to: i64,
        /// The file's size.
        bytes: u64,
        /// How much is copied.
        percent: u8,
    },
    /// The steps are taken; said before the first, and then now and then.
    Changing,
}

/// Is told what an upgrade is at. Nothing is said of a file that takes no step, or is new.
pub type Telling = Arc<dyn Fn(Upgrading) + Send + Sync>;
