//! Whose account it is that a provider vouches for: by who they are there, and by their address only as long as nobody is bound
//! (ADR 0085).

use super::{Error, NotJoined, Service};
use crate::domain::{Account, EmailAddress};
use crate::store::Bound;

/// Why somebody whom a provider knows does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotLetIn {
    /// There is no such account, or it is disabled.
    NotJoined(NotJoined),
    /// They have no account yet, and no address that counts, by which one could be found.
    NoAddress,
    /// The account of their address is somebody else's at the provider.
    Another,
}

impl Service {
    /// The account of `subject` at `issuer`: the one they are bound to, or else that of their address, which is bound to them now;
    /// made where `access.join` admits it. `email` is theirs beyond doubt, or `None`.
    pub async fn join_from(
        &self,
        issuer: &str,
        subject: &str,
        email: Option<&EmailAddress>,
    ) -> Result<Result<Account, NotLetIn>, Error> {
        if let Some(account) = self.accounts.bound_to(issuer, subject).await? {
            return Ok(self.sessions.unless_disabled(account).map_err(NotLetIn::NotJoined));
        }
        let Some(email) = email else { return Ok(Err(NotLetIn::NoAddress)) };
        let account = match self.sessions.join(email).await? {
            Ok(account) => account,
            Err(why) => return Ok(Err(NotLetIn::NotJoined(why))),
        };
        Ok(match self.accounts.bind(&account.id, issuer, subject).await? {
            Bound::Bound => Ok(account),
            Bound::ToAnother => Err(NotLetIn::Another),
            // In the same moment, by another address.
            Bound::Elsewhere => match self.accounts.bound_to(issuer, subject).await? {
                Some(account) => self.sessions.unless_disabled(account).map_err(NotLetIn::NotJoined),
                None => Err(NotLetIn::Another),
            },
            Bound::NoAccount => Err(NotLetIn::NotJoined(NotJoined::Unknown)),
        })
    }
}
