//! readonce
pub mod domain;
pub mod store;
pub mod vault;
