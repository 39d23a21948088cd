//! The port's promises once more, as plainly as they can be written: hash maps, and nothing ever collected.

use std::collections::HashMap;
use std::time::Duration;

use readonce::domain::receipt::SealedEntry;
use readonce::domain::{
    Account, AccountId, Attempt, Binding, Ending, Envelope, Failure, NetworkTag, NotificationId, ReceiptId,
    SecretId, State, StoredReceipt, Timestamp, TokenDigest, TokenId, Tries, TryLimits,
};
use readonce::store::{
    Added, Bound, Claim, ClaimRequest, Leased, Locked, MOST_TOKENS, NewSecret, NotificationStatus,
    OutboxDepth, Put, Taken, Target, Won,
};

/// What a store would answer.
#[derive(Default)]
pub(crate) struct Model {
    rows: Vec<Row>,
    notifications: Vec<Notification>,
    lists: HashMap<AccountId, Vec<SealedEntry>>,
    accounts: HashMap<AccountId, Account>,
    tokens: HashMap<AccountId, Vec<TokenId>>,
    canary: Option<Vec<u8>>,
}

struct Row {
    envelope: Option<Envelope>,
    receipt: StoredReceipt,
    /// Per network: end of the window, tries in it.
    networks: HashMap<NetworkTag, (Timestamp, u32)>,
    tries: u32,
    gate: Timestamp,
}

struct Notification {
    about: SecretId,
    status: NotificationStatus,
}

/// What a model leases, and what it removed: because the secret had ended, and because it had expired.
pub(crate) struct Leasing {
    pub(crate) notifications: Vec<Leased>,
    pub(crate) ended: usize,
    pub(crate) expired: usize,
}

impl Model {
    pub(crate) fn put(&mut self, secret: NewSecret, now: Timestamp) -> Put {
        let (sid, mid) = (secret.receipt.sid, secret.receipt.mid);
        let taken = |row: &Row| row.receipt.sid == sid || row.receipt.mid == mid;
        if self.rows.iter().any(|row| taken(row) && now < row.receipt.expires()) {
            return Put::Conflict;
        }
        if let Some(entry) = secret.entry {
            let entries = self.lists.entry(entry.owner).or_default();
            entries.insert(0, SealedEntry { created: secret.receipt.created, sealed: entry.sealed });
        }
        if let Some(notification) = secret.notification {
            let status = NotificationStatus {
                id: notification.id,
                created: secret.receipt.created,
                expires: secret.receipt.secret_expires(),
                attempts: 0,
                failure: None,
                due: Some(secret.receipt.created),
                sealed: notification.sealed,
            };
            self.notifications.push(Notification { about: sid, status });
        }
        self.rows.push(Row {
            envelope: Some(secret.envelope),
            receipt: secret.receipt,
            networks: HashMap::new(),
            tries: 0,
            gate: Timestamp(0),
        });
        Put::Stored
    }

    pub(crate) fn take(&mut self, claim: &Claim) -> Taken {
        let ClaimRequest { target, ending, proof, attempt, .. } = claim.request;
        let aimed_at = |row: &&mut Row| match target {
            Target::Secret(sid) => row.receipt.sid == sid,
            Target::Receipt(mid) => row.receipt.mid == mid,
        };
        let Some(row) = self.rows.iter_mut().find(aimed_at) else { return Taken::Gone };
        let Some(envelope) = row.envelope.clone() else { return Taken::Gone };
        if claim.now >= row.receipt.secret_expires() {
            return Taken::Gone;
        }
        if !claim.ring.contains(&envelope.key_id()) {
            return Taken::UnknownKey(envelope.key_id());
        }
        let free = !envelope.is_protected() || (ending == Ending::Burned && attempt.is_none());
        match (proof, attempt) {
            (Some(proof), _) if *proof.nonce() != envelope.nonce() => Taken::Gone,
            (Some(_), _) => row.win(claim),
            (None, _) if free => row.win(claim),
            (None, None) => Taken::Protected,
            (None, Some(attempt)) => match row.hold_up(attempt, claim.now) {
                Err(retry_after) => Taken::Limited { retry_after },
                Ok(left) => Taken::Locked(Locked { envelope, receipt: row.receipt.clone(), left }),
            },
        }
    }

    pub(crate) fn give_back(&mut self, sid: SecretId, network: NetworkTag, now: Timestamp) {
        let Some(row) = self.rows.iter_mut().find(|row| row.receipt.sid == sid) else { return };
        if row.envelope.is_none() || now >= row.receipt.secret_expires() {
            return;
        }
        if let Some((until, count)) = row.networks.get_mut(&network)
            && now < *until
        {
            *count -= 1;
            if *count == 0 {
                row.networks.remove(&network);
            }
            row.tries -= 1;
            row.gate = Timestamp(0);
        }
    }

    /// The tries on a secret that is unread.
    pub(crate) fn tries(&self, sid: SecretId, limits: TryLimits, now: Timestamp) -> Option<Tries> {
        let row = self.rows.iter().find(|row| row.receipt.sid == sid)?;
        if row.envelope.is_none() || now >= row.receipt.secret_expires() {
            return None;
        }
        let used_up = row.networks.values().filter(|(_, count)| *count >= limits.tries);
        let gate = (row.tries >= limits.lifetime).then_some(row.gate);
        let holds = used_up.map(|(until, _)| *until).chain(gate);
        let latest = now.plus(2 * limits.window.as_secs());
        let refused_until = holds.filter(|until| now < *until && *until <= latest).max();
        Some(Tries { count: row.tries, refused_until })
    }

    pub(crate) fn orphan(&mut self, mid: ReceiptId, now: Timestamp) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.receipt.mid == mid)
            && row.receipt.state == State::Revealed
            && now < row.receipt.expires()
        {
            row.receipt.state = State::Orphaned;
            row.receipt.updated = now;
        }
    }

    pub(crate) fn receipt(&self, mid: ReceiptId, now: Timestamp) -> Option<StoredReceipt> {
        let row = self.rows.iter().find(|row| row.receipt.mid == mid)?;
        let mut receipt = row.receipt.clone();
        if receipt.state == State::New && now >= receipt.secret_expires() {
            receipt.state = State::Expired;
            receipt.updated = receipt.secret_expires();
            receipt.sealed = Vec::new();
        }
        (now < receipt.expires()).then_some(receipt)
    }

    pub(crate) fn recent(&self, owner: AccountId, since: Timestamp, limit: usize) -> Vec<SealedEntry> {
        let entries = self.lists.get(&owner).into_iter().flatten();
        entries.filter(|entry| entry.created >= since).take(limit).cloned().collect()
    }

    pub(crate) fn lease_notifications(&mut self, now: Timestamp, until: Timestamp, limit: usize) -> Leasing {
        let mut leasing = Leasing { notifications: Vec::new(), ended: 0, expired: 0 };
        self.notifications.sort_by_key(|notification| {
            (notification.status.due, notification.status.created, notification.status.id)
        });
        let (notifications, rows) = (std::mem::take(&mut self.notifications), &self.rows);
        for mut notification in notifications {
            let is_due = notification.status.due.is_some_and(|due| due <= now);
            if is_due && leasing.notifications.len() < limit {
                let about = |row: &Row| row.receipt.sid == notification.about && row.envelope.is_some();
                if notification.status.expires <= now {
                    leasing.expired += 1; // kept, lest the clock be wrong, until a sweep comes by
                    self.notifications.push(notification);
                    continue;
                }
                if !rows.iter().any(about) {
                    leasing.ended += 1;
                    continue;
                }
                let NotificationStatus { id, attempts, .. } = notification.status;
                leasing.notifications.push(Leased {
                    id,
                    sealed: notification.status.sealed.clone(),
                    attempts,
                });
                notification.status.due = Some(until);
            }
            self.notifications.push(notification);
        }
        leasing
    }

    /// The notification with this id, unless it has expired.
    pub(crate) fn notification(
        &mut self,
        id: NotificationId,
        now: Timestamp,
    ) -> Option<&mut NotificationStatus> {
        let mut notifications = self.notifications.iter_mut().map(|notification| &mut notification.status);
        notifications.find(|notification| notification.id == id && now < notification.expires)
    }

    pub(crate) fn has_expired_notification(&self, id: NotificationId, now: Timestamp) -> bool {
        self.notifications
            .iter()
            .any(|notification| notification.status.id == id && notification.status.expires <= now)
    }

    pub(crate) fn remove_notification(&mut self, id: NotificationId) -> bool {
        let before = self.notifications.len();
        self.notifications.retain(|notification| notification.status.id != id);
        self.notifications.len() < before
    }

    pub(crate) fn put_off(
        &mut self,
        id: NotificationId,
        failure: Failure,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        let Some(notification) = self.notification(id, now) else { return false };
        notification.attempts += 1;
        notification.failure = Some(failure);
        notification.due = again;
        true
    }

    pub(crate) fn retry_notification(&mut self, id: NotificationId, now: Timestamp) -> bool {
        self.notification(id, now).map(|notification| notification.due = Some(now)).is_some()
    }

    pub(crate) fn notifications(&self, now: Timestamp, limit: usize) -> Vec<NotificationStatus> {
        let alive = self
            .notifications
            .iter()
            .map(|notification| &notification.status)
            .filter(|notification| now < notification.expires);
        let mut notifications: Vec<_> = alive.cloned().collect();
        notifications.sort_by_key(|notification| (notification.created, notification.id));
        notifications.truncate(limit);
        notifications
    }

    pub(crate) fn outbox_depth(&self, now: Timestamp) -> OutboxDepth {
        let mut depth = OutboxDepth::default();
        for notification in self.notifications(now, usize::MAX) {
            if notification.due.is_none() {
                depth.dead += 1;
                continue;
            }
            depth.waiting += 1;
            depth.oldest = depth.oldest.or(Some(notification.created));
        }
        depth
    }

    pub(crate) fn create_account(&mut self, account: Account) -> bool {
        if self.accounts.contains_key(&account.id) {
            return false;
        }
        self.accounts.insert(account.id, account).is_none()
    }

    pub(crate) fn accounts(&self) -> Vec<Account> {
        let mut accounts: Vec<_> = self.accounts.values().cloned().collect();
        accounts.sort_by(|one, other| one.email.as_str().cmp(other.email.as_str()));
        accounts
    }

    pub(crate) fn set_token(&mut self, id: AccountId, token: TokenDigest, now: Timestamp) -> bool {
        let Some(account) = self.accounts.get_mut(&id) else { return false };
        (account.token, account.token_created, account.token_used) = (token, now, None);
        account.sessions += 1;
        if self.tokens.get(&id).is_none_or(Vec::is_empty) {
            self.lists.remove(&id);
        }
        true
    }

    pub(crate) fn set_disabled(&mut self, id: AccountId, disabled: bool) -> bool {
        let Some(account) = self.accounts.get_mut(&id) else { return false };
        account.disabled = disabled;
        account.sessions += u64::from(disabled);
        true
    }

    pub(crate) fn end_sessions(&mut self, id: AccountId) -> bool {
        self.accounts.get_mut(&id).map(|account| account.sessions += 1).is_some()
    }

    /// The ids of an account's named tokens.
    pub(crate) fn tokens(&self, id: AccountId) -> Vec<TokenId> {
        let mut ids = self.tokens.get(&id).cloned().unwrap_or_default();
        ids.sort();
        ids
    }

    pub(crate) fn add_token(&mut self, id: AccountId, token: TokenId) -> Added {
        if !self.accounts.contains_key(&id) {
            return Added::NoAccount;
        }
        let tokens = self.tokens.entry(id).or_default();
        if tokens.len() == MOST_TOKENS {
            return Added::TooMany;
        }
        tokens.push(token);
        Added::Added
    }

    pub(crate) fn revoke_token(&mut self, id: AccountId, token: TokenId) -> bool {
        let Some(tokens) = self.tokens.get_mut(&id) else { return false };
        let before = tokens.len();
        tokens.retain(|there| *there != token);
        tokens.len() < before
    }

    pub(crate) fn bind(&mut self, id: AccountId, binding: Binding) -> Bound {
        let taken = self.accounts.values().any(|other| other.id != id && other.binding == Some(binding));
        let Some(account) = self.accounts.get_mut(&id) else { return Bound::NoAccount };
        match account.binding {
            Some(bound) if bound == binding => Bound::Bound,
            Some(_) => Bound::ToAnother,
            None if taken => Bound::Elsewhere,
            None => {
                account.binding = Some(binding);
                Bound::Bound
            }
        }
    }

    pub(crate) fn unbind(&mut self, id: AccountId) -> bool {
        self.accounts.get_mut(&id).is_some_and(|account| account.binding.take().is_some())
    }

    pub(crate) fn bound_to(&self, binding: Binding) -> Option<AccountId> {
        self.accounts.values().find(|account| account.binding == Some(binding)).map(|account| account.id)
    }

    pub(crate) fn delete_account(&mut self, id: AccountId) -> bool {
        if self.accounts.remove(&id).is_none() {
            return false;
        }
        self.lists.remove(&id);
        self.tokens.remove(&id);
        true
    }

    pub(crate) fn canary(&mut self, canary: Option<Vec<u8>>) -> Option<Vec<u8>> {
        self.canary = self.canary.take().or(canary);
        self.canary.clone()
    }

    pub(crate) fn replace_canary(&mut self, canary: Vec<u8>) {
        self.canary = Some(canary);
    }
}

impl Row {
    fn win(&mut self, claim: &Claim) -> Taken {
        let Some(envelope) = self.envelope.take() else { return Taken::Gone };
        let receipt = self.receipt.clone();
        self.receipt.sealed = Vec::new();
        self.receipt.updated = claim.now;
        self.receipt.state = match claim.request.ending {
            Ending::Revealed => State::Revealed,
            Ending::Burned => State::Burned,
        };
        Taken::Won(Won { envelope, receipt, has_notices: false })
    }

    /// Counts the try, and says how many its network has left, or for how long it is refused.
    fn hold_up(&mut self, attempt: Attempt, now: Timestamp) -> Result<u32, Duration> {
        let limits = attempt.limits;
        let end = now.plus(limits.window.as_secs());
        // What ends later was begun by a clock that ran ahead.
        let latest = end.plus(limits.window.as_secs());
        let (until, count) = self
            .networks
            .get(&attempt.network)
            .copied()
            .filter(|(until, _)| now < *until && *until <= latest)
            .unwrap_or((end, 0));
        let mut free_at = Timestamp(0);
        if count >= limits.tries {
            free_at = until;
        }
        if self.tries >= limits.lifetime && self.gate <= latest {
            free_at = free_at.max(self.gate);
        }
        if now < free_at {
            return Err(Duration::from_secs(now.until(free_at)));
        }
        self.networks.insert(attempt.network, (until, count + 1));
        self.tries += 1;
        self.gate = end;
        Ok(limits.tries.saturating_sub(count + 1).min(limits.lifetime.saturating_sub(self.tries)))
    }
}
