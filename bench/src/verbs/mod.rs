//! The benchmarks, a verb a file: each starts what it needs, and returns tables.

pub(crate) mod expire;
pub(crate) mod grow;
pub(crate) mod import;
pub(crate) mod mail;
pub(crate) mod memory;
pub(crate) mod race;
pub(crate) mod rates;
pub(crate) mod recent;
pub(crate) mod stall;
pub(crate) mod start;

/// A count, for a table. Exact for all that fits into memory.
fn count(value: usize) -> f64 {
    u32::try_from(value).map_or(f64::NAN, f64::from)
}

/// Bytes, for a table.
#[expect(clippy::cast_precision_loss, reason = "exact up to 9 petabytes")]
fn bytes(value: u64) -> f64 {
    value as f64
}
