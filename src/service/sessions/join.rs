//! Whose account it is that a proxy or a provider vouches for; one is made where the operator says so.

use super::Sessions;
use crate::domain::{Account, EmailAddress, TokenDigest};
use crate::metrics::SignIn;
use crate::service::{Error, deadline};
use crate::vault::account_id;

/// Why somebody who is vouched for does not get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotJoined {
    /// There is no such account, and none is made for this address (`access.join`).
    Unknown,
    /// The account is disabled.
    Disabled,
}

impl Sessions {
    /// The account of this address, made now where `access.join` admits it and there is none.
    pub async fn join(&self, email: &EmailAddress) -> Result<Result<Account, NotJoined>, Error> {
        let found = deadline::for_write(self.find_or_make(email)).await?;
        let joined = match found {
            None => {
                self.metrics.sign_in(SignIn::Unknown);
                Err(NotJoined::Unknown)
            }
            Some(account) => self.unless_disabled(account),
        };
        Ok(joined)
    }

    /// The account that was found, unless it is disabled.
    pub(in crate::service) fn unless_disabled(&self, account: Account) -> Result<Account, NotJoined> {
        if account.disabled {
            self.metrics.sign_in(SignIn::Disabled);
            return Err(NotJoined::Disabled);
        }
        Ok(account)
    }

    async fn find_or_make(&self, email: &EmailAddress) -> Result<Option<Account>, Error> {
        let id = account_id(email.as_str());
        let found = self.store.account(&id).await?;
        if found.is_some() || !self.policy.join.admits(email) {
            return Ok(found);
        }
        // Without a token: its owner makes one, if they want one.
        let account = Account::new(
            id,
            email.clone(),
            self.policy.join_plan.clone(),
            TokenDigest::NONE,
            self.clock.now(),
        );
        if self.store.create_account(account.clone()).await? {
            return Ok(Some(account));
        }
        // Another instance was quicker.
        Ok(self.store.account(&id).await?)
    }
}
