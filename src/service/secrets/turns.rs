//! Turns at lists of recent shares: how many are put together at once, and how many answers are in memory.
//!
//! A list is a thousand receipts and half a megabyte, and whoever has an account may ask for it in a loop. So an account has
//! few answers at a time, an instance a bounded number, and the work itself is done for one or a few callers at once: who
//! asks for anything else notices as good as nothing. A turn ends when its answer has left.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use crate::domain::AccountId;
use crate::service::Error;

/// Answers that one account has in memory at a time.
const PER_ACCOUNT: usize = 2;
/// Answers that are in memory at a time: 16 MB, were all of them as long as can be.
const ANSWERS: usize = 32;
/// Lists that are put together at a time, for each two cores.
const AT_WORK: usize = 1;
/// The longest wait for each of account and instance; nothing was done by then.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// When to come back after that: a guess, some lists long.
const RETRY: Duration = Duration::from_secs(2);
/// Accounts beyond which those that nobody is at are forgotten.
const MANY: usize = 256;

/// Who is at a list.
pub(in crate::service) struct Turns {
    accounts: Mutex<HashMap<AccountId, Arc<Semaphore>>>,
    answers: Arc<Semaphore>,
    work: Semaphore,
}

/// A caller's turn, to be kept for as long as the answer is in memory.
#[derive(Debug)]
pub struct Turn {
    _account: OwnedSemaphorePermit,
    _answer: OwnedSemaphorePermit,
}

impl Turns {
    /// Waits for a turn of this account. [`Error::Limited`]: others of the same account were all the time.
    pub(super) async fn take(&self, account: AccountId) -> Result<Turn, Error> {
        let limited = |_| Error::Limited { retry_after: RETRY };
        let waiting = tokio::time::timeout(MAX_WAIT, self.of(account).acquire_owned());
        let account = waiting.await.map_err(limited)?.map_err(|_| BUSY)?;
        let waiting = tokio::time::timeout(MAX_WAIT, Arc::clone(&self.answers).acquire_owned());
        let answer = waiting.await.map_err(|_| BUSY)?.map_err(|_| BUSY)?;
        Ok(Turn { _account: account, _answer: answer })
    }

    /// Waits until a list may be put together.
    pub(super) async fn work(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.work.acquire().await.map_err(|_| BUSY)
    }

    fn of(&self, account: AccountId) -> Arc<Semaphore> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MANY {
            // A turn holds its semaphore, and so does who waits for one.
            accounts.retain(|_, turns| Arc::strong_count(turns) > 1);
        }
        Arc::clone(accounts.entry(account).or_insert_with(|| Arc::new(Semaphore::new(PER_ACCOUNT))))
    }
}

const BUSY: Error = Error::Busy { retry_after: RETRY };

impl Default for Turns {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            accounts: Mutex::default(),
            answers: Arc::new(Semaphore::new(ANSWERS)),
            work: Semaphore::new((AT_WORK * cores / 2).max(1)),
        }
    }
}

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turns[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u64) -> AccountId {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&number.to_be_bytes());
        AccountId(id)
    }

    #[tokio::test]
    async fn an_account_that_takes_all_its_turns_is_limited_and_no_other_is() {
        let turns = Turns::default();
        let (mine, others) = (account(1), account(2));
        let mut held = Vec::new();
        for _ in 0..PER_ACCOUNT {
            held.push(turns.take(mine).await.unwrap());
        }
        let refused = turns.take(mine).await.unwrap_err();
        assert!(matches!(refused, Error::Limited { retry_after } if retry_after == RETRY), "{refused:?}");
        turns.take(others).await.unwrap();
        held.pop();
        turns.take(mine).await.unwrap();
    }

    #[tokio::test]
    async fn who_waits_gets_the_turn_that_ends() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(account(1)).await.unwrap();
        let _second = turns.take(account(1)).await.unwrap();
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take(account(1)).await.map(drop) }
        });
        tokio::task::yield_now().await;
        drop(first);
        waiting.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn there_are_so_many_answers_and_accounts_and_no_more() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for number in 0..ANSWERS as u64 {
            held.push(turns.take(account(number)).await.unwrap());
        }
        assert!(matches!(turns.take(account(1000)).await, Err(Error::Busy { .. })));
        held.clear();
        for number in 0..10 * MANY as u64 {
            turns.take(account(number)).await.unwrap();
            assert!(turns.accounts.lock().unwrap().len() <= MANY);
        }
    }
}
