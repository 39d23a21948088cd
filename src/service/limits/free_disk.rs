//! Floors of free disk: below the first one accounts alone share, below the second nobody does, so that what was shared can still
//! be read and burned, which has to write as well (ADR 0048).
//!
//! The trap: what was let through since the last look is not on the disk yet, and counts as if it were.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Limits;
use crate::store::{Room, Store};

/// Between two looks at the file system.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// What a share writes besides its value, in bytes: pages of the table and of its indexes.
const AROUND_A_VALUE: u64 = 8 * 1024;
/// How often a value is written: into the log, and from there into the database.
const WRITTEN: u64 = 2;

/// Who may not share at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Refused {
    /// Everybody may.
    #[default]
    Nobody,
    /// Callers without an account.
    Anonymous,
    /// All.
    Everybody,
}

impl Limits {
    /// Who may not share where so much room is left.
    #[must_use]
    pub fn refused_at(&self, room: Room) -> Refused {
        if room.free < self.free_disk.min(room.total / 20) {
            Refused::Everybody
        } else if room.free < self.free_disk_anonymous.min(room.total / 10) {
            Refused::Anonymous
        } else {
            Refused::Nobody
        }
    }
}

/// The floors, and what was last seen of the disk.
#[derive(Debug)]
pub(super) struct FreeDisk {
    store: Arc<dyn Store>,
    limits: Limits,
    /// What the largest value writes: whoever may not share it is refused, as far as readiness and the log are concerned.
    largest: u64,
    seen: Mutex<Seen>,
    /// Held while somebody looks.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Seen {
    at: Option<Instant>,
    /// `None` where the store bounds itself, or cannot say.
    room: Option<Room>,
    /// What was let through since, in bytes.
    since: u64,
    /// Who could not share the largest value when it was looked at.
    refused: Refused,
}

impl FreeDisk {
    /// Over a store that takes values of so many bytes.
    pub(super) fn new(store: Arc<dyn Store>, limits: Limits, largest: usize) -> Self {
        Self {
            store,
            limits,
            largest: cost(largest),
            seen: Mutex::default(),
            looking: tokio::sync::Mutex::default(),
        }
    }

    /// Lets a value of so many bytes through, or says who is refused.
    pub(super) async fn admit(&self, has_account: bool, bytes: usize) -> Result<(), Refused> {
        if self.is_off() {
            return Ok(());
        }
        self.look().await;
        self.seen().admit(&self.limits, has_account, cost(bytes))
    }

    /// Who is refused at the moment.
    pub(super) async fn refused(&self) -> Refused {
        if self.is_off() {
            return Refused::Nobody;
        }
        self.look().await;
        self.seen().refused
    }

    fn is_off(&self) -> bool {
        self.limits.free_disk_anonymous == 0 && self.limits.free_disk == 0
    }

    /// Looks, unless somebody has within the last second.
    async fn look(&self) {
        if self.seen().is_fresh() {
            return;
        }
        let _turn = self.looking.lock().await;
        if self.seen().is_fresh() {
            return; // somebody has, while this one waited
        }
        // A store that cannot say refuses by itself.
        let room = self.store.room().await.ok().flatten();
        let mut now = Seen { at: Some(Instant::now()), room, ..Seen::default() };
        now.refused = now.refused_at(&self.limits, self.largest);
        let refused = now.refused;
        let before = std::mem::replace(&mut *self.seen(), now).refused;
        if before != refused {
            tell(refused, room.map_or(0, |room| room.free));
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn is_fresh(&self) -> bool {
        self.at.is_some_and(|at| at.elapsed() < GOOD_FOR)
    }

    /// Who may not write so many bytes.
    fn refused_at(&self, limits: &Limits, bytes: u64) -> Refused {
        let Some(room) = self.room else { return Refused::Nobody };
        let free = room.free.saturating_sub(self.since).saturating_sub(bytes);
        limits.refused_at(Room { free, ..room })
    }

    fn admit(&mut self, limits: &Limits, has_account: bool, bytes: u64) -> Result<(), Refused> {
        match self.refused_at(limits, bytes) {
            Refused::Everybody => return Err(Refused::Everybody),
            Refused::Anonymous if !has_account => return Err(Refused::Anonymous),
            Refused::Anonymous | Refused::Nobody => {}
        }
        self.since = self.since.saturating_add(bytes);
        Ok(())
    }
}

/// What a value of so many bytes writes.
fn cost(bytes: usize) -> u64 {
    WRITTEN.saturating_mul(bytes as u64).saturating_add(AROUND_A_VALUE)
}

/// Once when it begins, and once when it is over.
fn tell(refused: Refused, free_bytes: u64) {
    let hint =
        "make room, or set `limits.free_disk_anonymous` and `limits.free_disk`; reading and burning go on";
    match refused {
        Refused::Nobody => {
            tracing::info!(free_bytes, "there is room on the disk again, and everybody may share");
        }
        Refused::Anonymous => {
            tracing::warn!(free_bytes, hint, "the disk is short of room: accounts alone may share");
        }
        Refused::Everybody => {
            tracing::error!(free_bytes, hint, "the disk is short of room: nobody may share");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn floors(free_disk_anonymous: u64, free_disk: u64) -> Limits {
        Limits {
            create: 0,
            read: 0,
            window: Duration::ZERO,
            login: 0,
            anonymous_secrets: 0,
            anonymous_bytes: 0,
            free_disk_anonymous,
            free_disk,
        }
    }

    #[test]
    fn who_is_refused_goes_by_what_is_free_and_by_how_large_the_disk_is() {
        let limits = floors(256 * MIB, 64 * MIB);
        for (free, total, refused) in [
            (256 * MIB, 1 << 40, Refused::Nobody),
            (256 * MIB - 1, 1 << 40, Refused::Anonymous),
            (64 * MIB, 1 << 40, Refused::Anonymous),
            (64 * MIB - 1, 1 << 40, Refused::Everybody),
            // A tenth and a twentieth of a small one.
            (10 * MIB, 100 * MIB, Refused::Nobody),
            (5 * MIB, 100 * MIB, Refused::Anonymous),
            (5 * MIB - 1, 100 * MIB, Refused::Everybody),
        ] {
            assert_eq!(limits.refused_at(Room { free, total }), refused, "{free} of {total}");
        }
        let large = |free| Room { free, total: 1 << 40 };
        assert_eq!(floors(0, 0).refused_at(large(0)), Refused::Nobody);
        assert_eq!(floors(0, MIB).refused_at(large(MIB)), Refused::Nobody);
        assert_eq!(floors(0, MIB).refused_at(large(MIB - 1)), Refused::Everybody);
    }

    #[test]
    fn what_was_let_through_counts_before_it_is_on_the_disk() {
        let limits = floors(2 * MIB, MIB);
        let mut seen = Seen { room: Some(Room { free: 3 * MIB, total: 1 << 40 }), ..Seen::default() };
        let mut let_through = |has_account| {
            std::iter::from_fn(|| seen.admit(&limits, has_account, cost(10_000)).ok()).count() as u64
        };
        assert_eq!(let_through(false), MIB / cost(10_000));
        assert_eq!(let_through(false), 0);
        assert_eq!(let_through(true), 2 * MIB / cost(10_000) - MIB / cost(10_000));
        assert_eq!(seen.admit(&limits, true, cost(10_000)), Err(Refused::Everybody));
        assert_eq!(Seen::default().admit(&limits, false, u64::MAX), Ok(()), "a store that bounds itself");
    }
}
