//! A wrong clock, and the file: what it remembers, and what a restore makes of it.

use std::sync::Arc;

use readonce::domain::{Clock as _, ClockLook, ClockReading, FakeClock, Progress, State};
use readonce::store::sqlite::{Backup, Restore, RestoreCounts, SqliteStore, back_up};
use readonce::store::{Maintenance as _, SecretStore as _, Taken};

use super::{now, opened, plain, put, reveal, won};

const DAY: u64 = 24 * 3600;

async fn look(store: &SqliteStore, clock: &FakeClock) -> ClockLook {
    store.look_at_clock(ClockReading::of(clock)).await.unwrap()
}

/// Both see the jump once, whoever comes first, and one that starts afterwards sees what is left.
#[tokio::test]
async fn all_instances_on_a_file_hold_for_as_long() {
    let (one, _folder, path) = opened();
    let clock = FakeClock::at(now());
    assert_eq!(look(&one, &clock).await, ClockLook::Steady, "there is nothing to lose");
    put(&one, plain(now())).await;
    let two = SqliteStore::open(&path).unwrap();
    assert_eq!(look(&two, &clock).await, ClockLook::Steady);
    clock.set(now().plus(31 * DAY));
    for hour in 0..24 {
        let held = ClockLook::Held { seconds: DAY - hour * 3600 };
        assert_eq!(look(&one, &clock).await, held);
        clock.advance(5);
        assert_eq!(look(&two, &clock).await, ClockLook::Held { seconds: DAY - hour * 3600 - 5 });
        let restarted = SqliteStore::open(&path).unwrap();
        assert_eq!(look(&restarted, &clock).await, ClockLook::Held { seconds: DAY - hour * 3600 - 5 });
        clock.advance(3595);
    }
    for store in [&one, &two] {
        assert_eq!(look(store, &clock).await, ClockLook::Steady);
    }
}

/// As a version that did not look at it has left it.
#[tokio::test]
async fn a_file_that_remembers_nothing_is_held_for_an_hour() {
    let (store, _folder, _) = opened();
    put(&store, plain(now())).await;
    let clock = FakeClock::at(now());
    assert_eq!(look(&store, &clock).await, ClockLook::Held { seconds: 3600 });
    clock.advance(3600);
    assert_eq!(look(&store, &clock).await, ClockLook::Steady);
}

#[tokio::test]
async fn while_nothing_happens_hardly_anything_is_written() {
    let (store, _folder, _) = opened();
    let clock = FakeClock::at(now());
    look(&store, &clock).await;
    let before = store.commits();
    for _ in 0..120 {
        clock.advance(30);
        assert_eq!(look(&store, &clock).await, ClockLook::Steady);
    }
    assert_eq!(store.commits() - before, 6, "in an hour");
}

/// What is unread in both is, whatever the clock says; what nobody knows of is given out to nobody, whatever it says next.
#[tokio::test]
async fn a_restore_with_a_clock_that_is_ahead_ends_nothing_that_is_known_to_be_unread() {
    for ahead in [31 * DAY, 100 * 365 * DAY] {
        let (store, folder, path) = opened();
        let (kept, unknown) = (put(&store, plain(now())).await, put(&store, plain(now())).await);
        store.close().await;
        let file = folder.path().join("backup.db");
        let silent: Progress = Arc::new(|_| {});
        back_up(&path, &file, false, now(), &silent).unwrap();
        let forget = "DELETE FROM secrets WHERE sid = ?1";
        super::beside(&path).execute(forget, [unknown.receipt.sid.0]).unwrap();

        let backup = Backup::open(&file).unwrap();
        let wrong = now().plus(ahead);
        let restore =
            Restore { backup: &backup, into: &path, accept_unconfirmed: false, force: false, now: wrong };
        let restored = restore.run(&silent).unwrap();
        assert_eq!(restored.counts, RestoreCounts { ended: 2, ..RestoreCounts::default() }, "by that clock");

        let store = SqliteStore::open(&path).unwrap();
        let clock = FakeClock::at(now());
        assert_eq!(store.take(reveal(&unknown, clock.now())).await.unwrap(), Taken::Gone);
        let receipt = store.receipt(unknown.receipt.tag, unknown.receipt.mid, clock.now()).await.unwrap();
        assert_eq!(receipt.map(|receipt| receipt.state), Some(State::Orphaned));
        assert_eq!(store.take(reveal(&kept, clock.now())).await.unwrap(), won(&kept));
        store.close().await;
    }
}
