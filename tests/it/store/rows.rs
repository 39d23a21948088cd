//! The bytes of a stored secret, changed behind the program's back: what damage does to them, or a later version.

use readonce::store::NewSecret;

/// A store's own bytes. Each way of changing them is the store's own language, about one secret.
pub(crate) trait Rows {
    /// Changes after which it cannot be told what the secret or its receipt is.
    fn unreadable(&self) -> &'static [&'static str];
    /// Changes of what only adorns a receipt.
    fn decoration(&self) -> &'static [&'static str];
    /// The receipt says that it has ended, in each of the ways there are, though the secret is there.
    fn ended(&self) -> &'static [&'static str];
    /// Changes after which it cannot be told how often a passphrase was tried, by [`NETWORK`].
    fn tries(&self) -> &'static [&'static str];

    /// Makes a change.
    async fn change(&self, secret: &NewSecret, how: &str);

    /// Writes other bytes in place of the envelope.
    async fn put_envelope(&self, secret: &NewSecret, bytes: &[u8]);

    /// All there is of it, to be compared.
    async fn contents(&self, secret: &NewSecret) -> String;
}

/// The network whose tries [`Rows::tries`] are about.
pub(crate) const NETWORK: readonce::domain::NetworkTag = readonce::domain::NetworkTag(*b"anetwork");
