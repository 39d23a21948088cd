//! User and password of an address.

use std::fmt;

use zeroize::Zeroizing;

use super::AddressError;
use super::grammar::percent_decode;

/// User and password, percent-decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name; empty where none is given.
    pub user: Zeroizing<String>,
    /// The password.
    pub password: Zeroizing<String>,
}

impl Credentials {
    /// Reads `USER:PASSWORD`; what has no colon is a name without a password.
    pub(super) fn of(userinfo: &str) -> Result<Self, AddressError> {
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        let read = |text| percent_decode(text).ok_or(AddressError::Encoding);
        Ok(Self { user: read(user)?, password: read(password)? })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials[..]")
    }
}
