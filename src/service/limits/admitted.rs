//! Permits: proof that a caller may do what they ask, and that their rate allows it. A verb takes one, so none can be
//! reached past the rules of access and the rate limit.

use crate::service::{Caller, SignedIn};

/// Permission to create one secret now. Made by [`Service::admit_create`](crate::service::Service::admit_create) alone.
#[derive(Debug)]
pub struct CreatePermit(pub(super) Caller);

impl CreatePermit {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

/// Permission to ask for one secret now. Made by
/// [`Service::admit_read`](crate::service::Service::admit_read) alone.
#[derive(Debug)]
pub struct ReadPermit(pub(super) Caller);

impl ReadPermit {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

/// Permission to ask for one receipt now, or to burn with it. Made by
/// [`Service::admit_receipt`](crate::service::Service::admit_receipt) alone.
#[derive(Debug)]
pub struct ReceiptPermit(pub(super) Caller);

impl ReceiptPermit {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

/// Permission of an account to ask for what is its own now. Made by
/// [`Service::admit_account`](crate::service::Service::admit_account) alone.
#[derive(Debug)]
pub struct AccountPermit(pub(super) Box<SignedIn>);

impl AccountPermit {
    /// Which one it is.
    #[must_use]
    pub fn signed_in(&self) -> &SignedIn {
        &self.0
    }
}
