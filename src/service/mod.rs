//! The verbs.

pub mod password;
