//! Accounts: signing in, and what an operator does with them.

use std::sync::Arc;

use super::limits::RateLimits;
use super::token_uses::TokenUses;
use super::{Error, SignedIn, deadline};
use crate::audit::Trail;
use crate::domain::{
    Account, AccountId, ApiToken, AuditEvent, AuditKind, ClientNetwork, Clock, EmailAddress, SecretEnds,
    TokenDigest,
};
use crate::store::{Bound, Store};
use crate::vault::{account_id, binding, same_digest, token_digest};

/// Signs callers in, and administers accounts.
#[derive(Debug)]
pub struct Accounts {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: Arc<RateLimits>,
    pub(super) uses: Arc<TokenUses>,
    pub(super) trail: Option<Trail>,
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
        let presented = token_digest(&id, &token);
        let asked = async { Ok(self.store.account_with_token(&id, &presented.id()).await?) };
        let (account, named) = deadline::for_read(asked).await?.unzip();
        let named = named.flatten();
        // An unknown user costs as many compares, against a digest that no token has.
        let stored = account.as_ref().map_or(TokenDigest::NONE, |account| account.token);
        let is_first = same_digest(&presented, &stored);
        let stored = named.as_ref().map_or(TokenDigest::NONE, |named| named.digest);
        let is_named = same_digest(&presented, &stored);
        let now = self.clock.now();
        let is_named = is_named && named.as_ref().is_some_and(|named| !named.has_expired(now));
        match account {
            Some(account) if (is_first || is_named) && !account.disabled => {
                let (token_id, last_day) = match named {
                    Some(named) if !is_first => (Some(named.digest.id()), named.used),
                    _ => (None, account.token_used),
                };
                self.uses.note(id, token_id, last_day, now.day());
                Ok(SignedIn { account, token: Some(token) })
            }
            _ => {
                self.limits.sign_in_failed(network);
                Err(Error::NotAuthorized)
            }
        }
    }

    /// Whether somebody from this network may try to sign in by a provider: not after too many failures there of any kind.
    pub fn may_try(&self, network: ClientNetwork) -> Result<(), Error> {
        self.limits.may_sign_in(network)
    }

    /// Counts a sign-in by a provider that came to nothing.
    pub fn tried_in_vain(&self, network: ClientNetwork) {
        self.limits.sign_in_failed(network);
    }

    /// Makes an account with a fresh token, which is shown this once. `None` when the e-mail has one already.
    pub async fn create(
        &self,
        email: EmailAddress,
        plan: String,
    ) -> Result<Option<(Account, ApiToken)>, Error> {
        let token = ApiToken::generate();
        let id = account_id(email.as_str());
        let account = Account::new(id, email, plan, token_digest(&id, &token), self.clock.now());
        let created = self.store.create_account(account.clone()).await?;
        if created {
            self.note(AuditKind::TokenMade, id);
        }
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

    /// A new first token in place of the old one, which ends every session; and an empty list of recent shares, unless the account
    /// has named tokens. `None` when there is no such account.
    pub async fn renew_token(&self, email: &str) -> Result<Option<ApiToken>, Error> {
        let id = account_id(email);
        let token = ApiToken::generate();
        let set = self.store.set_token(&id, token_digest(&id, &token), self.clock.now()).await?;
        if set {
            self.note(AuditKind::TokenMade, id);
        }
        Ok(set.then_some(token))
    }

    /// Tells the audit trail, where there is one, what happened to an account.
    pub(super) fn note(&self, kind: AuditKind, account: AccountId) {
        if let Some(trail) = &self.trail {
            trail.note(AuditEvent { account: Some(account), ..AuditEvent::new(kind, self.clock.now()) });
        }
    }

    /// Ends every session of an account. `false` when there is no such account.
    pub async fn end_sessions(&self, id: &AccountId) -> Result<bool, Error> {
        deadline::for_write(async { Ok(self.store.end_sessions(id).await?) }).await
    }

    /// Says of which ends of its secrets an account is told by email; for what it shares from now on. `false` when there is no such
    /// account.
    pub async fn set_notify(&self, id: &AccountId, notify: SecretEnds) -> Result<bool, Error> {
        deadline::for_write(async { Ok(self.store.set_notify(id, notify).await?) }).await
    }

    /// Binds an account to somebody at a provider of identities, if neither is bound.
    pub async fn bind(&self, id: &AccountId, issuer: &str, subject: &str) -> Result<Bound, Error> {
        deadline::for_write(async { Ok(self.store.bind(id, binding(issuer, subject)).await?) }).await
    }

    /// Binds an account to nobody any more, and ends its sessions. `false` when it is not bound.
    pub async fn unbind(&self, account: &Account) -> Result<bool, Error> {
        let unbound = self.store.unbind(&account.id).await?;
        if unbound {
            self.store.end_sessions(&account.id).await?;
        }
        Ok(unbound)
    }

    /// The account of somebody at a provider of identities, disabled ones too.
    pub async fn bound_to(&self, issuer: &str, subject: &str) -> Result<Option<Account>, Error> {
        deadline::for_read(async { Ok(self.store.bound_to(&binding(issuer, subject)).await?) }).await
    }

    /// Refuses an account from now on, and ends its sessions. `false` when there is no such account.
    pub async fn disable(&self, email: &str) -> Result<bool, Error> {
        Ok(self.store.set_disabled(&account_id(email), true).await?)
    }

    /// Accepts a disabled account again, with the token it had. `false` when there is no such account.
    pub async fn enable(&self, email: &str) -> Result<bool, Error> {
        Ok(self.store.set_disabled(&account_id(email), false).await?)
    }

    /// Deletes an account with its tokens and lists. `false` when there is no such account.
    pub async fn delete(&self, email: &str) -> Result<bool, Error> {
        Ok(self.store.delete_account(&account_id(email)).await?)
    }
}
