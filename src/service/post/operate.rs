//! What operators do with letters: look at them, try one again, drop one. They see no address and no link.

use crate::domain::LetterId;
use crate::service::{Error, Service};
use crate::store::{LetterStatus, OutboxDepth};

impl Service {
    /// At most `limit` letters that have not been sent, oldest first.
    pub async fn letters(&self, limit: usize) -> Result<Vec<LetterStatus>, Error> {
        Ok(self.store.letters(self.clock.now(), limit).await?)
    }

    /// Has a letter tried again at once, a dead one too. `false` when there is no such letter.
    pub async fn retry_letter(&self, id: &LetterId) -> Result<bool, Error> {
        Ok(self.store.retry_letter(id, self.clock.now()).await?)
    }

    /// Gives a letter up; its secret stays. `false` when there is no such letter.
    pub async fn drop_letter(&self, id: &LetterId) -> Result<bool, Error> {
        Ok(self.store.remove_letter(id).await?)
    }

    /// How full the outbox was when delivery looked last, some seconds ago, and the age of its oldest waiting letter in
    /// seconds. `None` where there is no mail.
    pub fn outbox(&self) -> Option<(OutboxDepth, u64)> {
        let (_, depth) = self.post.as_ref()?.seen();
        let age = depth.oldest.map_or(0, |oldest| oldest.until(self.clock.now()));
        Some((depth, age))
    }
}
