//! The machine-readable surfaces, a version each.

pub mod v1;
pub mod v2;
