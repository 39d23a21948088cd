//! Accounts on Redis: a hash each, and a set that names them all.
//!
//! The trap: index and account are in different slots. The index is written first when an account is made and last when
//! it is deleted, so every account is in it; a name without an account is passed over.

use async_trait::async_trait;
use redis::Value;

use super::parallel::{AT_ONCE, each};
use super::record::{array, text};
use super::reply::{all_bytes, flag, list};
use super::run::call;
use super::{RedisStore, scripts};
use crate::domain::{Account, AccountId, EmailAddress, Locale, ReceiptId, SlotTag, Timestamp, TokenDigest};
use crate::store::{AccountStore, Error, Result};

/// Names of an account's fields.
mod field {
    pub(super) const EMAIL: &str = "e";
    pub(super) const PLAN: &str = "p";
    pub(super) const TOKEN: &str = "t";
    pub(super) const CREATED: &str = "c";
    pub(super) const DISABLED: &str = "d";
    pub(super) const LOCALE: &str = "l";
}

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
            account.created.0.to_string().into(),
            field::DISABLED.into(),
            switch(account.disabled),
        ];
        if let Some(locale) = account.locale {
            args.extend([field::LOCALE.into(), locale.tag().into()]);
        }
        let call = call(self.names().account(&account.id), args);
        flag(&self.run(&scripts::ACCOUNT_CREATE, call).await?)
    }

    async fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        let call = call(self.names().account(id), []);
        let fields = all_bytes(list(self.run(&scripts::ACCOUNT_READ, call).await?)?)?;
        if fields.is_empty() { Ok(None) } else { read_account(*id, fields).map(Some) }
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

    async fn set_token(&self, id: &AccountId, token: TokenDigest) -> Result<bool> {
        let list = [self.names().recent(id), self.names().ends(id)];
        self.change(id, field::TOKEN, token.0.to_vec(), list).await
    }

    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool> {
        self.change(id, field::DISABLED, switch(disabled), [Vec::new(), Vec::new()]).await
    }

    async fn unread_of(&self, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>> {
        self.find_unread_of(owner, now).await
    }

    async fn delete_account(&self, id: &AccountId) -> Result<bool> {
        let call = call(self.names().account(id), [self.names().recent(id), self.names().ends(id)]);
        let deleted = flag(&self.run(&scripts::ACCOUNT_DELETE, call).await?)?;
        self.index("drop", id).await?;
        // Made anew meanwhile by another instance: it has to stay in the index.
        if self.account(id).await?.is_some() {
            self.index("add", id).await?;
        }
        Ok(deleted)
    }
}

impl RedisStore {
    async fn index(&self, verb: &str, id: &AccountId) -> Result<Value> {
        self.run(&scripts::INDEX, call(self.names().accounts(), [verb.into(), id.0.to_vec()])).await
    }

    /// Changes a field of an account and deletes a list, and what goes with it, if one is named.
    async fn change(&self, id: &AccountId, field: &str, value: Vec<u8>, list: [Vec<u8>; 2]) -> Result<bool> {
        let [list, ends] = list;
        let call = call(self.names().account(id), [field.into(), value, list, ends]);
        flag(&self.run(&scripts::ACCOUNT_CHANGE, call).await?)
    }
}

fn switch(on: bool) -> Vec<u8> {
    if on { b"1".to_vec() } else { b"0".to_vec() }
}

fn read_account(id: AccountId, fields: Vec<Vec<u8>>) -> Result<Account> {
    const DAMAGED: Error = Error::Corrupt("an account");
    let (mut email, mut plan, mut token, mut created) = (None, None, None, None);
    let (mut disabled, mut locale) = (false, None);
    let mut fields = fields.into_iter();
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        match std::str::from_utf8(&name).unwrap_or_default() {
            field::EMAIL => email = EmailAddress::parse(&text(value)?),
            field::PLAN => plan = Some(text(value)?),
            field::TOKEN => token = Some(TokenDigest(array(&value)?)),
            field::CREATED => created = text(value)?.parse().ok().map(Timestamp),
            field::DISABLED => disabled = value == b"1",
            field::LOCALE => locale = Locale::parse(&text(value)?),
            _ => {} // of a later version
        }
    }
    Ok(Account {
        id,
        email: email.ok_or(DAMAGED)?,
        plan: plan.ok_or(DAMAGED)?,
        token: token.ok_or(DAMAGED)?,
        created: created.ok_or(DAMAGED)?,
        disabled,
        locale,
    })
}
