//! Accounts: signing in, and what an operator does with them.

use std::sync::Arc;

use super::limits::RateLimits;
use super::{Error, SignedIn, deadline};
use crate::domain::{Account, ApiToken, ClientNetwork, Clock, EmailAddress, TokenDigest};
use crate::store::Store;
use crate::vault::{account_id, matches_token, token_digest};

/// Signs callers in, and administers accounts.
#[derive(Debug)]
pub struct Accounts {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Arc<RateLimits>,
}

impl Accounts {
    /// Signs a caller in by Basic credentials (v1-contract.md §3). One refusal for every cause, and about the same work.
    ///
    /// A network with too many failures is refused whatever it presents: if the right token still worked, guessing
    /// would go on.
    pub async fn sign_in(
        &self,
        network: ClientNetwork,
        user: &str,
        token: ApiToken,
    ) -> Result<SignedIn, Error> {
        self.limits.may_sign_in(network)?;
        let id = account_id(user);
        let account = deadline::for_read(async { Ok(self.store.account(&id).await?) }).await?;
        // An unknown user costs a compare as well, against a digest that no token has.
        let stored = account.as_ref().map_or(TokenDigest([0; 32]), |account| account.token);
        let matches = matches_token(&id, &token, &stored);
        match account {
            Some(account) if matches && !account.disabled => Ok(SignedIn { account, token }),
            _ => {
                self.limits.sign_in_failed(network);
                Err(Error::NotAuthorized)
            }
        }
    }

    /// Makes an account with a fresh token, which is shown this once. `None` when the e-mail has one already.
    pub async fn create(
        &self,
        email: EmailAddress,
        plan: String,
    ) -> Result<Option<(Account, ApiToken)>, Error> {
        let token = ApiToken::generate();
        let id = account_id(email.as_str());
        let account = Account {
            id,
            email,
            plan,
            token: token_digest(&id, &token),
            created: self.clock.now(),
            disabled: false,
            locale: None,
        };
        let created = self.store.create_account(account.clone()).await?;
        Ok(created.then_some((account, token)))
    }

    /// All accounts, by e-mail.
    pub async fn list(&self) -> Result<Vec<Account>, Error> {
        Ok(self.store.accounts().await?)
    }

    /// An account by its e-mail, disabled ones too.
    pub async fn find(&self, email: &str) -> Result<Option<Account>, Error> {
        Ok(self.store.account(&account_id(email)).await?)
    }

    /// A new token in place of the old one, and an empty list of recent shares. `None` when there is no such account.
    pub async fn renew_token(&self, email: &str) -> Result<Option<ApiToken>, Error> {
        let id = account_id(email);
        let token = ApiToken::generate();
        Ok(self.store.set_token(&id, token_digest(&id, &token)).await?.then_some(token))
    }

    /// Refuses an account from now on. `false` when there is no such account.
    pub async fn disable(&self, email: &str) -> Result<bool, Error> {
        Ok(self.store.set_disabled(&account_id(email), true).await?)
    }

    /// Accepts a disabled account again, with the token it had. `false` when there is no such account.
    pub async fn enable(&self, email: &str) -> Result<bool, Error> {
        Ok(self.store.set_disabled(&account_id(email), false).await?)
    }

    /// Deletes an account and its list. `false` when there is no such account.
    pub async fn delete(&self, email: &str) -> Result<bool, Error> {
        Ok(self.store.delete_account(&account_id(email)).await?)
    }
}
