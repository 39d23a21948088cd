//! Callers whose rate allows what they ask: a verb takes one of these, so none can be reached past the limit.

use crate::service::Caller;

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

/// Somebody who may ask for a secret or a receipt now. Made by
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
