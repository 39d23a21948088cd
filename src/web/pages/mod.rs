//! The pages, a file each: its form, its verb, its view.

pub(super) mod about;
pub(super) mod burn;
pub(super) mod files;
pub(super) mod home;
pub(super) mod receipt;
pub(super) mod secret;

use zeroize::Zeroizing;

use crate::domain::SecretKey;

/// The link that is given away.
fn link(base: &str, key: &SecretKey) -> Zeroizing<String> {
    let mut link = Zeroizing::new(String::with_capacity(base.len() + 64));
    link.extend([base, "/secret/", key.expose()]);
    link
}
