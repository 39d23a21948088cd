//! API tokens of an account: its first, which came with it, and named ones (ADR 0079).

use super::{Accounts, Error, deadline};
use crate::domain::{
    Account, AccountId, ApiToken, AuditKind, Day, NamedToken, Timestamp, TokenDigest, TokenId, TokenName,
};
use crate::store::Added;
use crate::vault::token_digest;

/// What an account's first token is called, and known by.
const FIRST_TOKEN: &str = "default";

/// Reads which of an account's tokens is meant: `Some(None)` is the first. `None`: no token is known so.
#[must_use]
pub fn which_token(text: &str) -> Option<Option<TokenId>> {
    if text == FIRST_TOKEN { Some(None) } else { TokenId::parse(text).map(Some) }
}

/// A token as its owner sees it. The token itself is shown once, when it is made.
#[derive(Clone, Debug)]
pub struct ListedToken {
    /// Its id; `None` for the first.
    pub id: Option<TokenId>,
    /// Its name.
    pub name: String,
    /// When it was made, Unix seconds.
    pub created: Timestamp,
    /// From when on it is refused, Unix seconds; `None` for never.
    pub expires: Option<Timestamp>,
    /// The day of its last use, up to half a minute late.
    pub used: Option<Day>,
}

impl ListedToken {
    /// What it is known by: [`which_token`] reads it.
    #[must_use]
    pub fn known_by(&self) -> String {
        self.id.map_or_else(|| FIRST_TOKEN.to_owned(), |id| id.to_string())
    }
}

/// What making a token came to.
#[derive(Debug)]
pub enum TokenMade {
    /// It is made.
    Made {
        /// What there is to see of it.
        listed: ListedToken,
        /// Itself, to be shown this once.
        token: ApiToken,
    },
    /// The account has as many as it may have.
    TooMany,
    /// There is no such account.
    NoAccount,
}

impl Accounts {
    /// All tokens of an account: the first, then the newest.
    pub async fn tokens(&self, account: &Account) -> Result<Vec<ListedToken>, Error> {
        let named = deadline::for_read(async { Ok(self.store.tokens(&account.id).await?) }).await?;
        let first = account.token.is_some().then(|| ListedToken {
            id: None,
            name: FIRST_TOKEN.to_owned(),
            created: account.token_created,
            expires: None,
            used: account.token_used,
        });
        Ok(first.into_iter().chain(named.iter().map(listed)).collect())
    }

    /// Gives an account one more token, valid for `lifetime` seconds or until it is revoked.
    pub async fn add_token(
        &self,
        id: &AccountId,
        name: TokenName,
        lifetime: Option<u64>,
    ) -> Result<TokenMade, Error> {
        let (token, created) = (ApiToken::generate(), self.clock.now());
        let expires = lifetime.map(|lifetime| created.plus(lifetime));
        let named = NamedToken { name, digest: token_digest(id, &token), created, expires, used: None };
        let added = async { Ok(self.store.add_token(id, named.clone()).await?) };
        Ok(match deadline::for_write(added).await? {
            Added::Added => {
                self.note(AuditKind::TokenMade, *id);
                TokenMade::Made { listed: listed(&named), token }
            }
            Added::TooMany => TokenMade::TooMany,
            Added::NoAccount => TokenMade::NoAccount,
        })
    }

    /// Ends a token: one by its id, or the first, which ends every session too. `false` when there is no such token.
    pub async fn revoke_token(&self, account: &Account, token: Option<TokenId>) -> Result<bool, Error> {
        let revoked = deadline::for_write(async {
            match token {
                Some(token) => Ok(self.store.revoke_token(&account.id, &token).await?),
                None if !account.token.is_some() => Ok(false),
                None => Ok(self.store.set_token(&account.id, TokenDigest::NONE, self.clock.now()).await?),
            }
        })
        .await?;
        if revoked {
            self.note(AuditKind::TokenRevoked, account.id);
        }
        Ok(revoked)
    }
}

fn listed(token: &NamedToken) -> ListedToken {
    ListedToken {
        id: Some(token.digest.id()),
        name: token.name.as_str().to_owned(),
        created: token.created,
        expires: token.expires,
        used: token.used,
    }
}
