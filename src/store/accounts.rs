//! The account operations of a store: accounts, their tokens, their sessions' number, and who they are at a provider (ADR 0079).

use async_trait::async_trait;

use super::{Cursor, Result};
use crate::domain::{
    Account, AccountId, Binding, Day, NamedToken, ReceiptId, SecretEnds, SlotTag, StoredReceipt, Timestamp,
    TokenDigest, TokenId,
};

/// Named tokens that an account has at most.
pub const MOST_TOKENS: usize = 20;

/// What adding a token came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Added,
    /// The account has [`MOST_TOKENS`] already. Nothing changed.
    TooMany,
    /// There is no such account.
    NoAccount,
}

/// What binding an account to somebody at a provider came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is bound, by this step or since before.
    Bound,
    /// It is bound to somebody else there. Nothing changed.
    ToAnother,
    /// They are bound to another account. Nothing changed.
    Elsewhere,
    /// There is no such account.
    NoAccount,
}

/// That a token was used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenUse {
    /// Whose token.
    pub account: AccountId,
    /// Which one; `None` for the first.
    pub token: Option<TokenId>,
    /// The day.
    pub day: Day,
}

/// A part of what an account shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharesPage {
    /// Newest first, as [`receipt`](super::SecretStore::receipt) answers each. There may be fewer than were asked for, or none,
    /// though more follow.
    pub receipts: Vec<StoredReceipt>,
    /// For the next page; `None` behind the last.
    pub next: Option<Cursor>,
}

/// Accounts.
#[async_trait]
pub trait AccountStore {
    /// Stores a new account, which is bound to nobody; `false` when the id is taken (nothing changed).
    async fn create_account(&self, account: Account) -> Result<bool>;

    /// An account by its id, disabled ones too.
    async fn account(&self, id: &AccountId) -> Result<Option<Account>>;

    /// An account by its id, disabled ones too, with its named token of that id, expired or not.
    async fn account_with_token(
        &self,
        id: &AccountId,
        token: &TokenId,
    ) -> Result<Option<(Account, Option<NamedToken>)>>;

    /// All accounts, by e-mail.
    async fn accounts(&self) -> Result<Vec<Account>>;

    /// Replaces the first token and, in the same step, ends the account's sessions; and empties the list of recent shares, unless
    /// there are named tokens, which have entries there. `false` when there is no such account.
    async fn set_token(&self, id: &AccountId, token: TokenDigest, now: Timestamp) -> Result<bool>;

    /// Refuses an account, which ends its sessions, or accepts it. `false` when there is no such account.
    async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<bool>;

    /// Ends an account's sessions: from now on its [`sessions`](Account::sessions) is another number. `false` when there is no such
    /// account.
    async fn end_sessions(&self, id: &AccountId) -> Result<bool>;

    /// Says of which ends of its secrets an account is told; for what it shares from now on. `false` when there is no such account.
    async fn set_notify(&self, id: &AccountId, notify: SecretEnds) -> Result<bool>;

    /// An account's named tokens, the newest first.
    async fn tokens(&self, id: &AccountId) -> Result<Vec<NamedToken>>;

    /// Gives an account one more token.
    async fn add_token(&self, id: &AccountId, token: NamedToken) -> Result<Added>;

    /// Ends a named token. `false` when there is none of this id.
    async fn revoke_token(&self, id: &AccountId, token: &TokenId) -> Result<bool>;

    /// Notes when tokens were used. Tokens that have ended since are passed over.
    async fn note_uses(&self, uses: Vec<TokenUse>) -> Result<()>;

    /// Binds an account that is not bound to somebody at a provider who is not bound either: of many calls at once, one wins.
    async fn bind(&self, id: &AccountId, binding: Binding) -> Result<Bound>;

    /// Binds an account to nobody any more. `false` when it is not bound.
    async fn unbind(&self, id: &AccountId) -> Result<bool>;

    /// The account of somebody at a provider, disabled ones too.
    async fn bound_to(&self, binding: &Binding) -> Result<Option<Account>>;

    /// A page of what an account shared at `since` or later, as far as there are receipts of it at `now`: from the newest on, or
    /// from where the page before ended. `email` is the account's.
    async fn shares_of(
        &self,
        id: &AccountId,
        email: &str,
        (since, now): (Timestamp, Timestamp),
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<SharesPage>;

    /// The receipts of what `owner`, an account's e-mail, shared and nobody has read at `now`. May take a while, but must not be
    /// in the way of others.
    async fn unread_of(&self, owner: &str, now: Timestamp) -> Result<Vec<(SlotTag, ReceiptId)>>;

    /// Deletes an account with its tokens and lists; its secrets stay until they end. `false` when there is no such account.
    async fn delete_account(&self, id: &AccountId) -> Result<bool>;
}
