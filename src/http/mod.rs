//! What every surface shares: who calls, what was sent, what every answer carries, what is logged.
//!
//! Nothing here knows an API version. The trap: the URI *is* the secret, so no layer may log it, put it in an
//! error or hand it on; the route's template stands for it.

pub mod admit;
pub mod basic;
pub mod body;
pub mod client_ip;
pub mod description;
pub mod drain;
pub mod errors;
pub mod headers;
pub mod json_answer;
pub mod methods;
pub mod origin;
pub mod panics;
pub mod params;
pub mod path_key;
pub mod paths;
pub mod request_checks;
pub mod request_log;
pub mod routes;
pub mod share_fields;
pub mod state;
pub mod user_header;
