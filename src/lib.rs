//! readonce
pub mod domain;
pub mod service;
pub mod store;
pub mod vault;
