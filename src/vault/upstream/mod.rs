//! Upstream's encryption of values, as it was with each of its versions: for `readonce import`, and for imported protected
//! secrets of v0.23 when they are read. Nothing is sealed so here.
//!
//! | of | module | a value's key is made of |
//! |---|---|---|
//! | up to v0.23 | [`cipher`] | the server's secret, the link key, and the passphrase |
//! | from v0.24 on | [`value`], opened by [`secrets`] | the server's secret and the link key: the passphrase is only compared |

mod cipher;
mod secret;
mod secrets;
mod value;

pub use cipher::Cipher;
pub use secret::UpstreamSecret;
pub use secrets::UpstreamSecrets;
pub use value::UpstreamValue;
