//! The days on which tokens were used. A request has what is stored with its account, so it sees whether there is news, and leaves
//! it here; the maintenance writes all of it in one go, half a minute later. What a crash loses the next use brings again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::{AccountId, Day, TokenId};
use crate::store::{self, Store, TokenUse};

/// Uses that wait to be written. More come with the next use.
const MOST: usize = 10_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct TokenUses(Mutex<HashMap<(AccountId, Option<TokenId>), Day>>);

impl TokenUses {
    /// Notes the use of a token today, of which `stored` was the last that is written.
    pub(super) fn note(&self, account: AccountId, token: Option<TokenId>, stored: Option<Day>, today: Day) {
        if stored.is_some_and(|day| day >= today) {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST {
            waiting.insert((account, token), today);
        }
    }

    /// Writes what waits.
    pub(super) async fn write(&self, store: &dyn Store) -> store::Result<()> {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() {
            return Ok(());
        }
        let uses = waiting.into_iter().map(|((account, token), day)| TokenUse { account, token, day });
        store.note_uses(uses.collect()).await
    }
}
