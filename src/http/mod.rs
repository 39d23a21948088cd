//! Plumbing that both surfaces share: who calls, what was sent, what every answer carries, what is logged.
//!
//! Nothing here knows a route. The trap for newcomers: the URI *is* the secret, so no layer may log it, put it in an error
//! or hand it on; the route template (`MatchedPath`) stands for it.

pub mod basic;
pub mod body;
pub mod client_ip;
pub mod head;
pub mod headers;
pub mod leftover;
pub mod params;
pub mod paths;
pub mod span;
pub mod state;
pub mod status;
