//! What every surface that speaks HTTP shares: reading requests, before any route decides what they mean.
//!
//! A newcomer's trap: an error of this room must never quote the request. Parameters and credentials are secrets, and
//! errors reach logs.

pub mod basic;
pub mod params;
