//! readonce
pub mod domain;
pub mod store;
