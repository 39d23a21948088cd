//! What two instances do before a network splits, while it is split, and once it is healed; and what came of it.

use std::fmt;

use futures_util::future::join_all;
use readonce::domain::SlotTag;
use readonce::store::redis::{RedisStore, Settings};
use readonce::store::{Claim, Error, NewSecret, Put, SecretStore as _, Taken};

use super::network::{Network, Side};
use super::table::{Outcome, Row, Serves};
use crate::store::redis::now;
use crate::store::sample::{burn, plain, reveal};
use crate::support::eventually;
use crate::support::redis::settings;

/// Secrets of each kind.
const SECRETS: usize = 6;

/// Servers on both sides of a line.
pub(super) trait Parted {
    /// The store's address, on either side.
    fn url(&self) -> String;
    /// Of a secret that the old master has.
    fn tag(&self) -> SlotTag;
    /// Waits until replicas have what the master has.
    async fn copied(&self);
    /// Waits until another master serves, behind the cut.
    async fn taken_over(&self);
    /// Waits until the old master has done whatever it will about being alone.
    async fn given_up(&self);
    /// Waits until the old master follows the new one.
    async fn healed(&self);
}

/// An instance: a store, on one side.
struct Instance<'a> {
    side: &'a Side,
    store: RedisStore,
}

impl<'a> Instance<'a> {
    async fn open(side: &'a Side, settings: Settings) -> Self {
        Self { side, store: side.run(async { RedisStore::open(settings).await.unwrap() }).await }
    }

    /// Shares; those that were acknowledged.
    async fn share(&self, secrets: Vec<NewSecret>) -> Vec<NewSecret> {
        let shared = join_all(secrets.into_iter().map(|secret| async move {
            let (store, stored) = (self.store.clone(), secret.clone());
            match self.side.run(async move { store.put(stored).await }).await {
                Ok(Put::Stored) => Some(secret),
                Ok(Put::Conflict) => panic!("ids are random"),
                Err(Error::Corrupt(what)) => panic!("{what}"),
                Err(_) => None,
            }
        }));
        shared.await.into_iter().flatten().collect()
    }

    /// Claims; whether each was won, which is told of a value that was given out and of one that was burned.
    async fn claim(&self, claims: Vec<Claim>) -> Vec<Option<Taken>> {
        let claimed = claims.into_iter().map(|claim| async move {
            let store = self.store.clone();
            match self.side.run(async move { store.take(claim).await }).await {
                Ok(taken) => Some(taken),
                Err(Error::Corrupt(what)) => panic!("{what}"),
                Err(_) => None,
            }
        });
        join_all(claimed).await
    }

    /// Reads some and burns the others; those that ended so.
    async fn end(&self, secrets: &[NewSecret]) -> Vec<NewSecret> {
        let claim = |(index, secret): (usize, &NewSecret)| {
            if index % 3 == 2 { burn(secret, now()) } else { reveal(secret, now()) }
        };
        let claimed = self.claim(secrets.iter().enumerate().map(claim).collect()).await;
        won(secrets, &claimed)
    }

    /// Those that are given out.
    async fn read(&self, secrets: &[NewSecret]) -> Vec<NewSecret> {
        let claimed = self.claim(secrets.iter().map(|secret| reveal(secret, now())).collect()).await;
        won(secrets, &claimed)
    }

    /// Waits until it reaches a master, be it one that refuses to write.
    async fn answers(&self, tag: SlotTag) {
        self.lacks(&of_slot(tag)).await;
    }

    /// Whether a secret is not there. Looking needs no replica, and is done until there is an answer.
    async fn lacks(&self, secret: &NewSecret) -> bool {
        let (tag, sid) = (secret.receipt.tag, secret.receipt.sid);
        let look = || async {
            let store = self.store.clone();
            self.side.run(async move { store.look(tag, sid, now()).await.ok() }).await
        };
        eventually("the instance reaches a master", look).await.is_none()
    }

    /// How many of these are not there.
    async fn missing(&self, secrets: &[NewSecret]) -> usize {
        let missing = join_all(secrets.iter().map(|secret| self.lacks(secret))).await;
        missing.into_iter().filter(|missing| *missing).count()
    }

    /// Whether a share and its read are acknowledged, at one of some attempts.
    async fn serves(&self, tag: SlotTag) -> bool {
        for _ in 0..3 {
            let shared = self.share(vec![of_slot(tag)]).await;
            if !shared.is_empty() && !self.read(&shared).await.is_empty() {
                return true;
            }
        }
        false
    }
}

fn won(secrets: &[NewSecret], claimed: &[Option<Taken>]) -> Vec<NewSecret> {
    let won = secrets.iter().zip(claimed).filter(|(_, taken)| matches!(taken, Some(Taken::Won(_))));
    won.map(|(secret, _)| secret.clone()).collect()
}

fn of_slot(tag: SlotTag) -> NewSecret {
    let mut secret = plain(now());
    secret.receipt.tag = tag;
    secret
}

/// How many of how many.
#[derive(Default)]
struct Part(usize, usize);

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.0, self.1)
    }
}

/// What was counted.
pub(super) struct Counts {
    /// Of those that ended on the old master's side, those that were given out on the other.
    old_first: Part,
    /// The other way round.
    new_first: Part,
    /// Of those that the old side acknowledged, those that are not there afterwards.
    lost: Part,
    /// Of those that the old side was asked for and withheld, those that were given out on the other, which is once.
    withheld: Part,
    /// What the other side had acknowledged and was `unknown` on the old one meanwhile.
    unknown: Part,
    old_side: Serves,
    new_side: Serves,
}

impl Counts {
    pub(super) fn outcome(&self) -> Outcome {
        Outcome {
            twice_old_first: self.old_first.0 > 0,
            twice_new_first: self.new_first.0 > 0,
            lost: self.lost.0 > 0,
            old_side: self.old_side,
            new_side: self.new_side,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { old_first, new_first, lost, withheld, unknown, old_side, new_side } = self;
        write!(
            f,
            "ended there and given out here {old_first}, ended here and given out there {new_first}, shared there and lost \
             {lost}, withheld there and given out here {withheld}, shared here and unknown there meanwhile {unknown}, there it \
             serves: {old_side:?}, here: {new_side:?}"
        )
    }
}

/// The whole of it.
pub(super) async fn play(servers: &impl Parted, network: &Network, row: &Row) -> Counts {
    let settings = Settings { confirm: row.confirm, ..settings(&servers.url()) };
    let (old, new) =
        tokio::join!(Instance::open(&network.old, settings.clone()), Instance::open(&network.new, settings));
    let mut before = Vec::new();
    while before.len() < 2 * SECRETS {
        before.extend(old.share(vec![of_slot(servers.tag())]).await);
    }
    let (for_old, for_new) = before.split_at(SECRETS);
    servers.copied().await;

    network.cut();
    let fresh = || (0..SECRETS).map(|_| of_slot(servers.tag())).collect::<Vec<_>>();
    // While the servers do not know yet, and in touch with nobody but its own side.
    let (ended_by_old, shared_by_old) = tokio::join!(old.end(for_old), old.share(fresh()));
    let served = !ended_by_old.is_empty() || !shared_by_old.is_empty();
    // It asks from now on, and so has given the old master up when there is another.
    tokio::join!(servers.taken_over(), new.answers(servers.tag()));
    let mut given_by_new = new.read(for_old).await;
    let (ended_by_new, shared_by_new) = (new.end(for_new).await, new.share(fresh()).await);
    let new_serves = !ended_by_new.is_empty() || !shared_by_new.is_empty() || new.serves(servers.tag()).await;
    let mut given_by_old = old.read(&ended_by_new).await;
    let claims = shared_by_new.iter().map(|secret| reveal(secret, now())).collect();
    let claimed = old.claim(claims).await;
    assert!(won(&shared_by_new, &claimed).is_empty(), "what was shared on the other side");
    let unknown = claimed.iter().filter(|taken| matches!(taken, Some(Taken::Gone))).count();
    servers.given_up().await;
    let still_serves = old.serves(servers.tag()).await;

    network.heal();
    servers.healed().await;
    // No instance is started again.
    for instance in [&old, &new] {
        instance.answers(servers.tag()).await;
        eventually("it serves again", || async { instance.serves(servers.tag()).await.then_some(()) }).await;
    }
    given_by_new.extend(new.read(for_old).await);
    given_by_old.extend(old.read(&ended_by_new).await);
    let is_in =
        |some: &[NewSecret], one: &NewSecret| some.iter().any(|other| other.receipt.sid == one.receipt.sid);
    let both = |first: &[NewSecret], again: &[NewSecret]| {
        Part(first.iter().filter(|secret| is_in(again, secret)).count(), first.len())
    };
    let withheld: Vec<_> = for_old.iter().filter(|secret| !is_in(&ended_by_old, secret)).cloned().collect();
    let lost = new.missing(&shared_by_old).await;
    assert_eq!(new.missing(&shared_by_new).await, 0, "of what the new master acknowledged");
    Counts {
        old_first: both(&ended_by_old, &given_by_new),
        new_first: both(&ended_by_new, &given_by_old),
        lost: Part(lost, shared_by_old.len()),
        withheld: both(&withheld, &given_by_new),
        unknown: Part(unknown, shared_by_new.len()),
        old_side: match (served, still_serves) {
            (_, true) => Serves::Yes,
            (true, false) => Serves::AtFirst,
            (false, false) => Serves::No,
        },
        new_side: if new_serves { Serves::Yes } else { Serves::No },
    }
}
