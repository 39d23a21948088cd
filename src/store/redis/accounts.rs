//! Accounts on Redis: a hash each, and a set that names them all.
//!
//! The trap: index and account are in different slots. The index is written first when an account is made and last when
//! it is deleted, so every account is in it; a name without an account is passed over. The same with who is bound where
//! (`bindings`).
//!
//! Whatever changes an account is confirmed as a share is (ADR 0088): a token that was revoked must not come back with a fail-over.

use async_trait::async_trait;
use redis::Value;

use super::parallel::{AT_ONCE, each};
use super::record::{array, text};
use super::reply::{all_bytes, flag, list, optional_bytes};
use super::run::{call, decimal};
use super::{RedisStore, scripts, tokens};
use crate::domain::{
    Account, AccountId, Binding, EmailAddress, Locale, NamedToken, ReceiptId, SecretEnds, SlotTag, Timestamp,
    TokenDigest, TokenId,
};
use crate::store::{AccountStore, Added, Bound, Cursor, Error, Result, SharesPage, TokenUse};

/// Names of an account's fields as it is made; `b` is bound later (see `bindings`). Those of a named token have 9 bytes (see `tokens`).
pub(super) mod field {
    pub(super) const EMAIL: &str = "e";
    pub(super) const PLAN: &str = "p";
    pub(in super::super) const TOKEN: &str = "t";
    pub(super) const CREATED: &str = "c";
    pub(super) const DISABLED: &str = "d";
    pub(super) const LOCALE: &str = "l";
    pub(super) const SESSIONS: &str = "s";
    pub(super) const TOKEN_CREATED: &str = "n";
    pub(in super::super) const TOKEN_USED: &str = "u";
    pub(super) const NOTIFY: &str = "w";
}

const DAMAGED: Error = Error::Corrupt("an account");

#[async_trait]
impl AccountStore for RedisStore {
    async fn create_account(&self, account: Account) -> Result<bool> {
        self.index("add", &account.id).await?;
        let mut args = vec![
            field::EMAIL.into(),
            account.email.as_str().into(),
            field::PLAN.into(),
            account.plan.into(),
            field::TOKEN.into(),
            account.token.0.to_vec(),
            field::CREATED.into(),
            decimal(account.created.0),
            field::DISABLED.into(),
            switch(account.disabled),
            field::SESSIONS.into(),
            decimal(account.sessions),
        ];
        if let Some(locale) = account.locale {
            args.extend([field::LOCALE.into(), locale.tag().into()]);
        }
        if account.token_created != account.created {
            args.extend([field::TOKEN_CREATED.into(), decimal(account.token_created.0)]);
        }
        if let Some(day) = account.token_used {
            args.extend([field::TOKEN_USED.into(), decimal(day.0.into())]);
        }
        if !account.notify.is_empty() {
            args.extend([field::NOTIFY.into(), decimal(account.notify.code().into())]);
        }
        let call = call(self.names().account(&account.id), args);
        flag(&self.run_confirmed(&scripts::ACCOUNT_CREATE, call).await?)
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        let call = call(self.names().account(id), [Vec::new(), Vec::new()]);
        Ok(read(*id, self.run(&scripts::ACCOUNT_READ, call).await?)?.map(|(account, _)| account))
    }

    async fn account_with_token(
        &self,
        id: &AccountId,
        token: &TokenId,
    ) -> Result<Option<(Account, Option<NamedToken>)>> {
        let call = call(self.names().account(id), [tokens::record_field(*token), tokens::day_field(*token)]);
        read(*id, self.run(&scripts::ACCOUNT_READ, call).await?)
    }

    async fn accounts(&self) -> Result<Vec<Account>> {
        let ids = all_bytes(list(self.index("list", &AccountId([0; 32])).await?)?)?;
        let mut accounts = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let ids = some.iter().map(|id| array(id).map(AccountId)).collect::<Result<Vec<_>>>()?;
            let requests = ids.into_iter().map(|id| {
                let store = self.clone();
                async move { store.account(&id).await }
            });
            for account in each(requests).await {
                accounts.extend(account?);
            }
        }
        accounts.sort_by(|one, other| one.email.as_str().cmp(other.email.as_str()));
        Ok(accounts)
    }

    async fn set_token(&self, id: &AccountId, token: TokenDigest, now: Timestamp) -> Result<bool> {
        let args = [token.0.to_vec(), decimal(now.0), self.names().recent(id), self.names().ends(id)];
        flag(&self.run_confirmed(&scripts::ACCOUNT_TOKEN, call(self.names().account(id), args)).await?)
    }

    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool> {
        let call = call(self.names().account(id), [switch(disabled)]);
        flag(&self.run_confirmed(&scripts::ACCOUNT_SESSIONS, call).await?)
    }

    async fn end_sessions(&self, id: &AccountId) -> Result<bool> {
        let call = call(self.names().account(id), [Vec::new()]);
        flag(&self.run_confirmed(&scripts::ACCOUNT_SESSIONS, call).await?)
    }

    async fn set_notify(&self, id: &AccountId, notify: SecretEnds) -> Result<bool> {
        let call = call(self.names().account(id), [decimal(notify.code().into())]);
        flag(&self.run_confirmed(&scripts::ACCOUNT_NOTIFY, call).await?)
    }

    async fn tokens(&self, id: &AccountId) -> Result<Vec<NamedToken>> {
        self.named_tokens(id).await
    }

    async fn add_token(&self, id: &AccountId, token: NamedToken) -> Result<Added> {
        self.add_named_token(id, &token).await
    }

    async fn revoke_token(&self, id: &AccountId, token: &TokenId) -> Result<bool> {
        self.drop_named_token(id, token).await
    }

    async fn note_uses(&self, uses: Vec<TokenUse>) -> Result<()> {
        self.note_days(&uses).await
    }

    async fn bind(&self, id: &AccountId, binding: Binding) -> Result<Bound> {
        self.bind_account(id, binding).await
    }

    async fn unbind(&self, id: &AccountId) -> Result<bool> {
        self.unbind_account(id).await
    }

    async fn bound_to(&self, binding: &Binding) -> Result<Option<Account>> {
        Ok(self.holder(binding).await?.filter(|account| account.binding == Some(*binding)))
    }

    async fn shares_of(
        &self,
        id: &AccountId,
        _email: &str,
        times: (Timestamp, Timestamp),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<SharesPage> {
        self.page_of_shares(id, times, after, limit).await
    }

    async fn unread_of(&self, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>> {
        self.find_unread_of(owner, now).await
    }

    async fn delete_account(&self, id: &AccountId) -> Result<bool> {
        let binding = self.account(id).await?.and_then(|account| account.binding);
        let lists = [self.names().recent(id), self.names().ends(id), self.names().shares(id)];
        let call = call(self.names().account(id), lists);
        let deleted = flag(&self.run_confirmed(&scripts::ACCOUNT_DELETE, call).await?)?;
        self.index("drop", id).await?;
        if let Some(binding) = binding {
            self.withdraw_holder(id, &binding).await?;
        }
        // Made anew meanwhile by another instance: it has to stay in the index.
        if self.account(id).await?.is_some() {
            self.index("add", id).await?;
        }
        Ok(deleted)
    }
}

impl RedisStore {
    async fn index(&self, verb: &str, id: &AccountId) -> Result<Value> {
        let call = call(self.names().accounts(), [verb.into(), id.0.to_vec()]);
        if verb == "list" {
            self.run(&scripts::INDEX, call).await
        } else {
            self.run_confirmed(&scripts::INDEX, call).await
        }
    }
}

fn switch(on: bool) -> Vec<u8> {
    if on { b"1".to_vec() } else { b"0".to_vec() }
}

/// Reads what `scripts/account_read.lua` answers.
fn read(id: AccountId, answer: Value) -> Result<Option<(Account, Option<NamedToken>)>> {
    let mut values = list(answer)?.into_iter();
    let mut next = || values.next().map_or(Err(DAMAGED), optional_bytes);
    let (email, plan, token, created) = (next()?, next()?, next()?, next()?);
    let (disabled, locale, sessions, binding) = (next()?, next()?, next()?, next()?);
    let (token_created, token_used, notify) = (next()?, next()?, next()?);
    let (record, day) = (next()?, next()?);
    if email.is_none() && plan.is_none() && token.is_none() {
        return Ok(None);
    }
    let email = EmailAddress::parse(&text(email.ok_or(DAMAGED)?)?);
    let created = Timestamp(number(created)?.ok_or(DAMAGED)?);
    let account = Account {
        id,
        email: email.ok_or(DAMAGED)?,
        plan: text(plan.ok_or(DAMAGED)?)?,
        token: TokenDigest(array(&token.ok_or(DAMAGED)?)?),
        token_created: number(token_created)?.map_or(created, Timestamp),
        token_used: tokens::day(token_used)?,
        created,
        disabled: disabled.is_some_and(|disabled| disabled == b"1"),
        locale: locale.map(text).transpose()?.as_deref().and_then(Locale::parse),
        sessions: number(sessions)?.unwrap_or(0),
        notify: number(notify)?
            .and_then(|code| code.try_into().ok())
            .map(SecretEnds::from_code)
            .unwrap_or_default(),
        binding: binding.map(|binding| array(&binding)).transpose()?.map(Binding),
    };
    let token = record.map(|record| tokens::read(&record, day)).transpose()?;
    Ok(Some((account, token)))
}

/// A number in decimal, if there is one.
pub(super) fn number(value: Option<Vec<u8>>) -> Result<Option<u64>> {
    value.map(|value| text(value)?.parse().map_err(|_| DAMAGED)).transpose()
}
