//! Letters in the file: their bytes, their rows, and that they outlive a restart.

use std::time::Duration;

use readonce::domain::{Failure, random};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{Leased, Leases, NewSecret, Outbox as _, SecretStore as _, Upkeep as _};

use super::{beside, count, found, now, opened, put, vanish};
use crate::store::sample::{TTL, plain, posted, reveal};

#[tokio::test]
async fn letters_vanish_when_sent_dropped_or_expired() {
    let (store, _folder, path) = opened();
    let mut letters = Vec::new();
    for len in [300, 20_000, 900, 5000, 40] {
        let mut secret = posted(plain(now()));
        let letter = secret.letter.as_mut().unwrap();
        letter.sealed.resize(len, 0);
        random::fill(&mut letter.sealed);
        letters.push(put(&store, secret).await);
    }
    let needles_of = |secrets: &[NewSecret]| {
        let sealed = secrets.iter().map(|secret| &secret.letter.as_ref().unwrap().sealed);
        sealed
            .flat_map(|bytes| [bytes[..16].to_vec(), bytes[bytes.len() - 16..].to_vec()])
            .collect::<Vec<_>>()
    };
    let id = |place: usize| letters[place].letter.as_ref().unwrap().id;
    assert!(!found(&path, &needles_of(&letters)).is_empty(), "the search finds what is there");
    // Each way from the outbox: sent at once, sent at the second attempt, dropped, dead until it expires; and one stays.
    let leases = store.lease_letters(now(), Duration::from_mins(1), 9).await.unwrap();
    assert_eq!(leases.letters.len(), 5);
    assert!(store.remove_letter(&id(0)).await.unwrap());
    store.put_off(&id(1), Failure::Silent, Some(now())).await.unwrap();
    store.lease_letters(now(), Duration::from_mins(1), 9).await.unwrap();
    assert!(store.remove_letter(&id(1)).await.unwrap());
    store.take(reveal(&letters[2], now())).await.unwrap();
    let later = store.lease_letters(now().plus(60), Duration::from_mins(1), 9).await.unwrap();
    assert_eq!((later.letters.len(), later.dropped), (2, 1));
    vanish(&path, &needles_of(&letters[..3])).await;
    store.put_off(&id(3), Failure::Refused(550), None).await.unwrap();
    let db = beside(&path);
    let longer = "UPDATE outbox SET expires = expires + 600 WHERE serial = ?1";
    db.execute(longer, [id(4).serial]).unwrap();
    drop(db);
    // All the secrets that are left, and the dead letter.
    assert_eq!(store.sweep(now().plus(u64::from(TTL)), 100).await.unwrap(), 4 + 1);
    vanish(&path, &needles_of(&letters[3..4])).await;
    assert_eq!(found(&path, &needles_of(&letters[4..])), [""], "what was not sent is still there");
}

#[tokio::test]
async fn a_letter_outlives_a_restart() {
    let (store, _folder, path) = opened();
    let [unsent, failed, dead] = [posted(plain(now())), posted(plain(now())), posted(plain(now()))];
    for secret in [&unsent, &failed, &dead] {
        put(&store, secret.clone()).await;
    }
    let id = |secret: &NewSecret| secret.letter.as_ref().unwrap().id;
    let again = now().plus(30);
    store.put_off(&id(&failed), Failure::Deferred(451), Some(again)).await.unwrap();
    store.put_off(&id(&dead), Failure::Refused(550), None).await.unwrap();
    let before = store.letters(now(), 9).await.unwrap();
    // Not in order: as the process was killed.
    let second = SqliteStore::open(&path).unwrap();
    assert_eq!(second.letters(now(), 9).await.unwrap(), before);
    drop(store);
    let letter = |secret: &NewSecret, attempts| {
        let letter = secret.letter.clone().unwrap();
        Leased { id: letter.id, sealed: letter.sealed, attempts }
    };
    let lease = Duration::from_mins(1);
    let leases = second.lease_letters(again.minus(1), lease, 9).await.unwrap();
    assert_eq!(leases, Leases { letters: vec![letter(&unsent, 0)], dropped: 0 });
    second.close().await;
    let third = SqliteStore::open(&path).unwrap();
    let leases = third.lease_letters(again, lease, 9).await.unwrap();
    assert_eq!(leases, Leases { letters: vec![letter(&failed, 1)], dropped: 0 });
}

#[tokio::test]
async fn a_letter_is_not_taken_for_one_of_a_row_that_is_used_again() {
    let (store, _folder, path) = opened();
    let old = put(&store, posted(plain(now()))).await;
    let id = old.letter.as_ref().unwrap().id;
    store.put_off(&id, Failure::Silent, Some(now().plus(3 * u64::from(TTL)))).await.unwrap();
    let after = now().plus(3 * u64::from(TTL) + 5);
    // The receipt is swept, the letter is not yet.
    while count(&path, "secrets") > 0 {
        assert_eq!(store.sweep(after, 1).await.unwrap(), 1);
    }
    assert_eq!(count(&path, "outbox"), 1);
    put(&store, plain(after)).await;
    let same_row = "SELECT count(*) FROM outbox JOIN secrets ON secrets.id = outbox.secret";
    assert_eq!(beside(&path).query_one(same_row, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    let leases = store.lease_letters(after, Duration::from_mins(1), 9).await.unwrap();
    assert_eq!(leases, Leases { letters: vec![], dropped: 1 });
}
