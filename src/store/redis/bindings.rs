//! Which account somebody at a provider has.
//!
//! The trap: the account, and the name under which it is found, are in different slots. The account is bound first, then the
//! name taken; so a name that leads to an account which is not bound to it is left over, and another may take it. Of two accounts
//! that are bound to the same at once the one with the name stays bound, the other is unbound again.

use super::record::array;
use super::reply::{number, optional_bytes};
use super::run::call;
use super::{RedisStore, scripts};
use crate::domain::{Account, AccountId, Binding};
use crate::store::{AccountStore as _, Bound, Error, Result};

impl RedisStore {
    pub(super) async fn bind_account(&self, id: &AccountId, binding: Binding) -> Result<Bound> {
        match self.change_binding("bind", id, &binding).await? {
            1 => {}
            -1 => return Ok(Bound::ToAnother),
            -2 => return Ok(Bound::NoAccount),
            _ => return Err(Error::Corrupt("the answer to a binding")),
        }
        let mut left_over = None;
        loop {
            let named = self.name_holder("take", &binding, id, left_over).await?;
            let Some(named) = named.filter(|named| named != id) else { return Ok(Bound::Bound) };
            let holds = self.account(&named).await?.is_some_and(|other| other.binding == Some(binding));
            if holds {
                self.change_binding("undo", id, &binding).await?;
                return Ok(Bound::Elsewhere);
            }
            left_over = Some(named);
        }
    }

    pub(super) async fn unbind_account(&self, id: &AccountId) -> Result<bool> {
        let Some(binding) = self.account(id).await?.and_then(|account| account.binding) else {
            return Ok(false);
        };
        // The name last: until it is gone it leads to an account that is not bound to it, which is nobody's.
        let unbound = self.change_binding("undo", id, &binding).await? == 0;
        self.withdraw_holder(id, &binding).await?;
        Ok(unbound)
    }

    /// The account that a name leads to, whether or not it is bound to it.
    pub(super) async fn holder(&self, binding: &Binding) -> Result<Option<Account>> {
        let nobody = AccountId([0; 32]);
        match self.name_holder("read", binding, &nobody, None).await? {
            Some(named) => self.account(&named).await,
            None => Ok(None),
        }
    }

    /// Forgets that a name led to an account that was deleted.
    pub(super) async fn withdraw_holder(&self, id: &AccountId, binding: &Binding) -> Result<()> {
        self.name_holder("drop", binding, id, None).await.map(drop)
    }

    async fn change_binding(&self, verb: &str, id: &AccountId, binding: &Binding) -> Result<i64> {
        let call = call(self.names().account(id), [verb.into(), binding.0.to_vec()]);
        number(&self.run_confirmed(&scripts::ACCOUNT_BIND, call).await?)
    }

    async fn name_holder(
        &self,
        verb: &str,
        binding: &Binding,
        id: &AccountId,
        from: Option<AccountId>,
    ) -> Result<Option<AccountId>> {
        let from = from.map(|from| from.0.to_vec()).unwrap_or_default();
        let call = call(self.names().bound(binding), [verb.into(), id.0.to_vec(), from]);
        let named = optional_bytes(self.run(&scripts::BINDING, call).await?)?;
        named.map(|named| array(&named).map(AccountId)).transpose()
    }
}
