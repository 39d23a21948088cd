//! A load of sharers and readers, and the ledger of what was acknowledged to them.

use std::collections::HashSet;
use std::time::Duration;

use readonce::domain::{NotificationId, SlotTag, State};
use readonce::store::redis::RedisStore;
use readonce::store::{Error, NewSecret, Outbox as _, Put, Result, SecretStore as _, Taken};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::now;
use crate::store::sample::{burn, guess, locked, network, plain, posted, reveal, unlocked};

/// No answer may take longer.
pub(crate) const LONGEST: Duration = Duration::from_secs(6);

/// What a client knows of a secret whose share was acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    /// Nobody took it.
    Stored,
    /// It was given out, or burned.
    Ended(State),
    /// Somebody tried to take it and was not told what came of it.
    Unsure,
}

/// Somebody who shares and reads until a time.
pub(crate) struct Load {
    store: RedisStore,
    tag: Option<SlotTag>,
    until: Instant,
}

/// What they were told.
#[derive(Default)]
pub(crate) struct Ledger {
    secrets: Vec<(NewSecret, Known)>,
    unavailable: usize,
    unknown: usize,
    unconfirmed: usize,
}

/// How the ledger compares with what is there.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) stored: usize,
    pub(crate) ended: usize,
    pub(crate) unsure: usize,
    /// Acknowledged and not there.
    pub(crate) lost: usize,
    /// Given out and there again.
    pub(crate) returned: usize,
    /// Notifications that are there to be sent.
    pub(crate) notifications: usize,
    /// Notifications of secrets that nobody took, which would never be sent.
    pub(crate) notifications_lost: usize,
    pub(crate) unavailable: usize,
    pub(crate) unknown: usize,
    pub(crate) unconfirmed: usize,
}

impl Load {
    pub(crate) fn on(store: &RedisStore, until: Instant) -> Self {
        Self { store: store.clone(), tag: None, until }
    }

    /// All of it in one slot.
    pub(crate) fn in_slot(self, tag: SlotTag) -> Self {
        Self { tag: Some(tag), ..self }
    }

    pub(crate) async fn run(self) -> Ledger {
        let mut ledger = Ledger::default();
        for round in 0_usize.. {
            if Instant::now() >= self.until {
                break;
            }
            let mut secret = if round % 5 == 4 { locked(now()) } else { plain(now()) };
            secret.receipt.tag = self.tag.unwrap_or(secret.receipt.tag);
            // Half of those that nobody takes.
            if round % 6 == 0 {
                secret = posted(secret);
            }
            match timeout(LONGEST, self.store.put(secret.clone())).await.unwrap() {
                Ok(put) => assert_eq!(put, Put::Stored, "ids are random"),
                Err(error) => {
                    ledger.note(&error);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            }
            let known = if round % 3 == 0 {
                Known::Stored
            } else {
                match timeout(LONGEST, self.end(&secret, round)).await.unwrap() {
                    Ok(state) => Known::Ended(state),
                    Err(error) => ledger.note(&error),
                }
            };
            ledger.secrets.push((secret, known));
        }
        ledger
    }

    /// Reads or burns a secret that is there; asks the receipt.
    async fn end(&self, secret: &NewSecret, round: usize) -> Result<State> {
        let (claim, state) = match round % 5 {
            3 => (burn(secret, now()), State::Burned),
            4 => {
                let taken = self.store.take(guess(secret, network(), now())).await?;
                assert!(matches!(taken, Taken::Locked(_)), "{taken:?}");
                (unlocked(secret, now()), State::Revealed)
            }
            _ => (reveal(secret, now()), State::Revealed),
        };
        match self.store.take(claim).await? {
            Taken::Won(won) => {
                assert_eq!(won.envelope, secret.envelope);
                assert_eq!(won.receipt, secret.receipt);
            }
            other => panic!("an acknowledged secret: {other:?}"),
        }
        Ok(state)
    }
}

impl Ledger {
    /// All the ledgers in one.
    pub(crate) async fn of(workers: JoinSet<Self>) -> Self {
        let mut all = Self::default();
        for one in workers.join_all().await {
            all.secrets.extend(one.secrets);
            all.unavailable += one.unavailable;
            all.unknown += one.unknown;
            all.unconfirmed += one.unconfirmed;
        }
        all
    }

    /// Counts an error, and says what is known after it.
    fn note(&mut self, error: &Error) -> Known {
        match error {
            Error::Unavailable(_) => {
                self.unavailable += 1;
                Known::Stored
            }
            Error::OutcomeUnknown(_) => {
                self.unknown += 1;
                Known::Unsure
            }
            Error::Unconfirmed => {
                self.unconfirmed += 1;
                Known::Unsure
            }
            Error::Corrupt(_) => panic!("{error}"),
        }
    }

    /// Holds what is there against what was acknowledged. Takes everything.
    pub(crate) async fn settle(self, store: &RedisStore) -> Account {
        let Self { secrets, unavailable, unknown, unconfirmed } = self;
        let mut account = Account { unavailable, unknown, unconfirmed, ..Account::default() };
        let notifications = notifications(store).await;
        for (secret, known) in &secrets {
            match &secret.notification {
                Some(notification) if notifications.contains(&notification.id) => account.notifications += 1,
                Some(_) if *known == Known::Stored => account.notifications_lost += 1,
                _ => {}
            }
        }
        for some in secrets.chunks(64) {
            let found: JoinSet<_> = some.iter().cloned().map(|entry| look(store.clone(), entry)).collect();
            for (known, state, there) in found.join_all().await {
                match (known, there) {
                    (Known::Stored, true) => account.stored += 1,
                    (Known::Ended(_), true) => account.returned += 1,
                    (Known::Ended(ended), false) if state == Some(ended) => account.ended += 1,
                    // A receipt that is not there, or says something else, is a loss too.
                    (Known::Stored | Known::Ended(_), false) => account.lost += 1,
                    (Known::Unsure, _) => account.unsure += 1,
                }
            }
        }
        account
    }
}

/// Everything that is to be sent.
async fn notifications(store: &RedisStore) -> HashSet<NotificationId> {
    let mut found = HashSet::new();
    loop {
        let leases = store.lease_notifications(now(), Duration::from_mins(10), 1000).await.unwrap();
        if leases.notifications.is_empty() && leases.dropped == 0 {
            return found;
        }
        for notification in leases.notifications {
            assert!(found.insert(notification.id), "leased twice");
        }
    }
}

/// What the receipt says, and whether the secret can still be taken.
async fn look(store: RedisStore, (secret, known): (NewSecret, Known)) -> (Known, Option<State>, bool) {
    let receipt = store.receipt(secret.receipt.tag, secret.receipt.mid, now()).await.unwrap();
    let there = matches!(store.take(unlocked(&secret, now())).await.unwrap(), Taken::Won(_));
    (known, receipt.map(|receipt| receipt.state), there)
}

impl Account {
    /// Nothing acknowledged is lost or there again, and there was something to lose.
    #[track_caller]
    pub(crate) fn holds(&self) {
        assert!(self.lost == 0 && self.returned == 0 && self.notifications_lost == 0, "{self:?}");
        assert!(
            self.stored > 50 && self.ended > 50 && self.notifications > 10,
            "too little happened: {self:?}"
        );
    }
}
