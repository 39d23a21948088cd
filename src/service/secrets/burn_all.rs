//! Burns whatever an account shared and nobody has read: for operators, when somebody leaves.

use super::Secrets;
use crate::domain::EmailAddress;
use crate::service::Error;

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BurnedAll {
    /// Secrets that were burned.
    pub burned: u64,
    /// Secrets that are still there: sealed under a key that is not in the keyring.
    pub kept: u64,
}

impl Secrets {
    /// Burns the unread secrets of `owner`, one claim each. What somebody reads meanwhile is theirs, and what is shared
    /// meanwhile is not looked for: disable the account first.
    pub async fn burn_all_of(&self, owner: &EmailAddress) -> Result<BurnedAll, Error> {
        let mut all = BurnedAll::default();
        for (tag, mid) in self.store.unread_of(owner.as_str(), self.clock.now()).await? {
            match self.burn_by_receipt(tag, mid, None).await {
                Ok(true) => all.burned += 1,
                Ok(false) => {}
                Err(Error::UnknownKey(_)) => all.kept += 1,
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }
}
