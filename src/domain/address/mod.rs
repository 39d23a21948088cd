//! Addresses: hosts, HTTP addresses, mail servers, stores. One grammar, one percent-decoding and one
//! redaction for all of them, so that whatever shows an address and whatever connects to it read the same.
//!
//! ```text
//! SCHEME://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/PATH]      what each scheme takes of it: http, smtp, redis, store
//! ```
//!
//! By hand and not by the `url` crate, which forgives what browsers forgive (`127.1`, backslashes, `a/../b`, line breaks),
//! and takes neither several hosts nor a password apart. Each is parsed once, where it comes in; inside there are types
//! only. The types that hold a password have no `Display`: [`StoreUrl::redacted`] and its like show what may be seen.

mod credentials;
mod error;
mod grammar;
mod host;
mod http;
mod redis;
mod smtp;
mod store;

pub use credentials::Credentials;
pub use error::{AddressError, HOME_HINT};
pub use host::{HostName, HostPort, is_host_name};
pub use http::{BaseUrl, HttpUrl};
pub use redis::{RedisUrl, Topology};
pub use smtp::{SmtpSecurity, SmtpUrl};
pub use store::StoreUrl;
