//! Callers who may do what they ask, and whose rate allows it: a verb takes one of these, so none can be reached past the
//! rules of access and the limit.

use crate::service::{Caller, SignedIn};

/// Somebody who may create a secret now. Made by [`Service::admit_creator`](crate::service::Service::admit_creator) alone.
#[derive(Debug)]
pub struct Creator(pub(super) Caller);

impl Creator {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

/// Somebody who may ask for a secret now. Made by
/// [`Service::admit_reader`](crate::service::Service::admit_reader) alone.
#[derive(Debug)]
pub struct Reader(pub(super) Caller);

impl Reader {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

/// Somebody who may ask for a receipt now, and burn with it. Made by
/// [`Service::admit_holder`](crate::service::Service::admit_holder) alone.
#[derive(Debug)]
pub struct Holder(pub(super) Caller);

impl Holder {
    /// Who it is.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.0
    }
}

/// An account that may ask for what is its own now. Made by
/// [`Service::admit_member`](crate::service::Service::admit_member) alone.
#[derive(Debug)]
pub struct Member(pub(super) Box<SignedIn>);

impl Member {
    /// Which one it is.
    #[must_use]
    pub fn signed_in(&self) -> &SignedIn {
        &self.0
    }
}
