//! The port's promises once more, as plainly as they can be written: hash maps, and nothing ever collected.

use std::collections::HashMap;
use std::time::Duration;

use readonce::domain::receipt::SealedEntry;
use readonce::domain::{
    Account, AccountId, Attempt, Ending, Envelope, Failure, LetterId, NetworkTag, ReceiptId, SecretId, State,
    StoredReceipt, Timestamp, TokenDigest,
};
use readonce::store::{
    Claim, ClaimRequest, Leased, LetterStatus, Locked, NewSecret, OutboxDepth, Put, Taken, Target, Won,
};

/// What a store would answer.
#[derive(Default)]
pub(crate) struct Model {
    rows: Vec<Row>,
    letters: Vec<Letter>,
    lists: HashMap<AccountId, Vec<SealedEntry>>,
    accounts: HashMap<AccountId, Account>,
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

struct Letter {
    about: SecretId,
    sealed: Vec<u8>,
    status: LetterStatus,
}

/// What a model leases, and what it removed: because the secret had ended, and because it had expired.
pub(crate) struct Leasing {
    pub(crate) letters: Vec<Leased>,
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
        if let Some(letter) = secret.letter {
            let status = LetterStatus {
                id: letter.id,
                created: secret.receipt.created,
                expires: secret.receipt.secret_expires(),
                attempts: 0,
                failure: None,
                due: Some(secret.receipt.created),
            };
            self.letters.push(Letter { about: sid, sealed: letter.sealed, status });
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
                Some(retry_after) => Taken::Limited { retry_after },
                None => Taken::Locked(Locked { envelope, receipt: row.receipt.clone() }),
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

    pub(crate) fn lease_letters(&mut self, now: Timestamp, until: Timestamp, limit: usize) -> Leasing {
        let mut leasing = Leasing { letters: Vec::new(), ended: 0, expired: 0 };
        self.letters.sort_by_key(|letter| (letter.status.due, letter.status.created, letter.status.id));
        let (letters, rows) = (std::mem::take(&mut self.letters), &self.rows);
        for mut letter in letters {
            let is_due = letter.status.due.is_some_and(|due| due <= now);
            if is_due && leasing.letters.len() < limit {
                let about = |row: &Row| row.receipt.sid == letter.about && row.envelope.is_some();
                if letter.status.expires <= now {
                    leasing.expired += 1;
                    continue;
                }
                if !rows.iter().any(about) {
                    leasing.ended += 1;
                    continue;
                }
                let LetterStatus { id, attempts, .. } = letter.status;
                leasing.letters.push(Leased { id, sealed: letter.sealed.clone(), attempts });
                letter.status.due = Some(until);
            }
            self.letters.push(letter);
        }
        leasing
    }

    /// The letter with this id, unless it has expired.
    pub(crate) fn letter(&mut self, id: LetterId, now: Timestamp) -> Option<&mut LetterStatus> {
        let mut letters = self.letters.iter_mut().map(|letter| &mut letter.status);
        letters.find(|letter| letter.id == id && now < letter.expires)
    }

    pub(crate) fn has_expired_letter(&self, id: LetterId, now: Timestamp) -> bool {
        self.letters.iter().any(|letter| letter.status.id == id && letter.status.expires <= now)
    }

    pub(crate) fn remove_letter(&mut self, id: LetterId) -> bool {
        let before = self.letters.len();
        self.letters.retain(|letter| letter.status.id != id);
        self.letters.len() < before
    }

    pub(crate) fn put_off(
        &mut self,
        id: LetterId,
        failure: Failure,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> bool {
        let Some(letter) = self.letter(id, now) else { return false };
        letter.attempts += 1;
        letter.failure = Some(failure);
        letter.due = again;
        true
    }

    pub(crate) fn retry_letter(&mut self, id: LetterId, now: Timestamp) -> bool {
        self.letter(id, now).map(|letter| letter.due = Some(now)).is_some()
    }

    pub(crate) fn letters(&self, now: Timestamp, limit: usize) -> Vec<LetterStatus> {
        let alive = self.letters.iter().map(|letter| &letter.status).filter(|letter| now < letter.expires);
        let mut letters: Vec<_> = alive.cloned().collect();
        letters.sort_by_key(|letter| (letter.created, letter.id));
        letters.truncate(limit);
        letters
    }

    pub(crate) fn outbox_depth(&self, now: Timestamp) -> OutboxDepth {
        let mut depth = OutboxDepth::default();
        for letter in self.letters(now, usize::MAX) {
            if letter.due.is_none() {
                depth.dead += 1;
                continue;
            }
            depth.waiting += 1;
            depth.oldest = depth.oldest.or(Some(letter.created));
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

    pub(crate) fn set_token(&mut self, id: AccountId, token: TokenDigest) -> bool {
        let Some(account) = self.accounts.get_mut(&id) else { return false };
        account.token = token;
        self.lists.remove(&id);
        true
    }

    pub(crate) fn set_disabled(&mut self, id: AccountId, disabled: bool) -> bool {
        self.accounts.get_mut(&id).map(|account| account.disabled = disabled).is_some()
    }

    pub(crate) fn delete_account(&mut self, id: AccountId) -> bool {
        if self.accounts.remove(&id).is_none() {
            return false;
        }
        self.lists.remove(&id);
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
        Taken::Won(Won { envelope, receipt })
    }

    /// Counts the try, or says for how long it is refused.
    fn hold_up(&mut self, attempt: Attempt, now: Timestamp) -> Option<Duration> {
        let end = now.plus(attempt.window.as_secs());
        let (until, count) = self
            .networks
            .get(&attempt.network)
            .copied()
            .filter(|(until, _)| now < *until)
            .unwrap_or((end, 0));
        let mut free_at = Timestamp(0);
        if count >= attempt.tries {
            free_at = until;
        }
        if self.tries >= attempt.lifetime {
            free_at = free_at.max(self.gate);
        }
        if now < free_at {
            return Some(Duration::from_secs(now.until(free_at)));
        }
        self.networks.insert(attempt.network, (until, count + 1));
        self.tries += 1;
        self.gate = end;
        None
    }
}
