//! The caller of a request: its client network, and its account when it signed in.

use crate::domain::{Account, ApiToken, ClientNetwork};

/// A caller of a verb: from where, and as whom.
#[derive(Debug)]
pub struct Caller {
    /// The client's network, which limits go by.
    pub network: ClientNetwork,
    /// Who signed in, by a token or a session; `None` when anonymous.
    pub signed_in: Option<Box<SignedIn>>,
}

/// An account whose owner showed who they are: by its token, or by a session.
#[derive(Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// The token that was presented, which opens its list of recent shares. A session has none.
    pub token: Option<ApiToken>,
}

impl Caller {
    /// The account, if any.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.signed_in.as_ref().map(|signed_in| &signed_in.account)
    }
}
