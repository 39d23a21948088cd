//! The pages, a file each: the form it takes, the service call, the template it fills.

pub(super) mod about;
pub(super) mod burn;
pub(super) mod files;
pub(super) mod home;
pub(super) mod provider;
pub(super) mod receipt;
pub(super) mod secret;
pub(super) mod shares;
pub(super) mod sign_in;
pub(super) mod sign_out;
pub(super) mod tokens;
mod typed;

use zeroize::Zeroizing;

use crate::domain::SecretKey;

/// The link that is given away.
fn link(base: &str, key: &SecretKey) -> Zeroizing<String> {
    let mut link = Zeroizing::new(String::with_capacity(base.len() + 64));
    link.extend([base, "/secret/", key.expose()]);
    link
}
