//! The store port's laws, played over every backend.
//!
//! A backend's file (`sqlite/mod.rs`, …) has a constructor `async fn fresh() -> (Arc<dyn Store>, Guard)` and mounts the
//! laws beside its own tests with `suite!(fresh);`, so that a failure reads `store::sqlite::take_is_won_exactly_once`.

#![expect(clippy::unwrap_used, reason = "in a test, trouble is a failure")]

#[macro_use]
mod laws;
mod model;
mod random;
mod redis;
mod rows;
pub(crate) mod sample;
mod sqlite;
mod verbs;
