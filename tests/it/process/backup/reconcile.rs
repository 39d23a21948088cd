//! What becomes of secrets when a backup is restored.

use std::fs;

use super::{DATABASE, FILE, Fates, aside, back_up, fates, mode, restore, serve};
use crate::support::{Home, UNLIMITED};

#[test]
fn what_was_read_or_burned_since_stays_so() {
    let Fates { home, unread, locked, read, burned } = fates();
    let (counted, _) = restore(&home, &[]);
    assert_eq!(counted, [2, 2, 0, 0]);
    let server = serve(&home);
    let client = server.client();
    client.reveal(&read).unknown();
    client.reveal(&burned).unknown();
    assert_eq!(client.state(&read), "received");
    assert_eq!(client.state(&burned), "burned");
    assert!(client.receipt(&read).ok().json()["received"].is_u64());
    assert_eq!(client.state(&unread), "new");
    client.reads_once(&unread, "unread");
    client.unlock(&locked, "open says me").unknown();
    assert_eq!(client.unlock(&locked, "open sesame").ok().member("value"), "locked");
    server.stop();
    assert_eq!(mode(&home, DATABASE), 0o600);
}

/// `--accept-unconfirmed` is for what nobody knows: it does not bring back what is known to be read.
#[test]
fn accepting_does_not_revive_what_is_known_to_be_read() {
    let Fates { home, read, burned, .. } = fates();
    assert_eq!(restore(&home, &["--accept-unconfirmed"]).0, [2, 2, 0, 0]);
    let server = serve(&home);
    server.client().reveal(&read).unknown();
    server.client().reveal(&burned).unknown();
    server.stop();
}

#[test]
fn without_the_database_every_unread_secret_is_refused() {
    let Fates { home, unread, locked, read, burned } = fates();
    fs::remove_file(home.file(DATABASE)).unwrap();
    let (counted, ran) = restore(&home, &[]);
    assert_eq!(counted, [0, 0, 4, 0]);
    assert!(ran.stderr.contains("4 secrets were read since, so they were refused"), "{ran:?}");
    // Not only refused: nothing of them is there any more that keys could open.
    let db = rusqlite::Connection::open(home.file(DATABASE)).unwrap();
    let left = "SELECT count(*) FROM secrets WHERE envelope IS NOT NULL OR length(sealed) > 0";
    assert_eq!(db.query_one(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    drop(db);

    let server = serve(&home);
    let client = server.client();
    for shared in [&unread, &read, &burned] {
        client.reveal(shared).unknown();
        assert_eq!(client.state(shared), "orphaned");
    }
    client.unlock(&locked, "open sesame").unknown();
    let shared = client.share("new");
    client.reads_once(&shared, "new");
    server.stop();
    let told = home.run(&["doctor"]);
    assert!(told.stdout.contains("4 were refused") && told.stdout.contains("docs/backup.md"), "{told:?}");
}

/// The documented risk, shown.
#[test]
fn accepted_without_the_database_a_read_secret_is_unread_again() {
    let Fates { home, unread, read, burned, .. } = fates();
    fs::remove_file(home.file(DATABASE)).unwrap();
    let (counted, ran) = restore(&home, &["--accept-unconfirmed"]);
    assert_eq!(counted, [0, 0, 0, 4]);
    assert!(ran.stderr.contains("4 secrets may be read that were read before"), "{ran:?}");
    let server = serve(&home);
    let client = server.client();
    client.reads_once(&unread, "unread");
    client.reads_once(&read, "read");
    client.reads_once(&burned, "burned");
    server.stop();
}

#[test]
fn a_damaged_database_tells_nothing_and_is_kept() {
    let Fates { home, unread, read, .. } = fates();
    let damaged = b"this is no database any more, though it was one".repeat(100);
    fs::write(home.file(DATABASE), &damaged).unwrap();
    // A log that is left beside it must not be taken for the new file's.
    fs::write(home.file("data/readonce.db-wal"), "the log of the damaged one").unwrap();
    let (counted, ran) = restore(&home, &[]);
    assert_eq!(counted, [0, 0, 4, 0]);
    assert!(ran.stderr.contains("it is damaged, so it could not tell"), "{ran:?}");
    let names = super::beside(&home, "readonce.db.before-restore-");
    assert!(names.len() == 2 && names[1].ends_with("-wal"), "{names:?}");
    assert_eq!(fs::read(home.file("data").join(&names[0])).unwrap(), damaged);
    let server = serve(&home);
    server.client().reveal(&read).unknown();
    assert_eq!(server.client().state(&unread), "orphaned");
    server.stop();
}

/// A page in the middle is enough: who knows what else is not true.
#[test]
fn a_database_with_one_bad_page_tells_nothing() {
    let Fates { home, read, .. } = fates();
    let mut bytes = fs::read(home.file(DATABASE)).unwrap();
    bytes[4096..8192].fill(0xa5);
    fs::write(home.file(DATABASE), bytes).unwrap();
    assert_eq!(restore(&home, &[]).0, [0, 0, 4, 0]);
    let server = serve(&home);
    server.client().reveal(&read).unknown();
    server.stop();
}

/// A server that was started in between has made a new database, which knows nothing.
#[test]
fn a_fresh_database_confirms_nothing() {
    let Fates { home, unread, read, .. } = fates();
    fs::remove_file(home.file(DATABASE)).unwrap();
    serve(&home).stop();
    assert_eq!(restore(&home, &[]).0, [0, 0, 4, 0]);
    let server = serve(&home);
    for shared in [&unread, &read] {
        server.client().reveal(shared).unknown();
    }
    server.stop();
}

#[test]
fn what_is_newer_than_the_backup_is_not_lost_silently() {
    let Fates { home, unread, .. } = fates();
    let server = serve(&home);
    let newer = server.client().share("newer");
    server.stop();
    home.account("newer@example.org");
    let before = fs::read(home.file(DATABASE)).unwrap();
    home.run(&["restore", FILE]).refused_saying(&[
        "1 unread secrets and 1 accounts that the backup does not have",
        "hint: `--force`",
        "Nothing was changed",
    ]);
    assert_eq!(super::beside(&home, "readonce.db."), [""; 0]);
    assert_eq!(fs::read(home.file(DATABASE)).unwrap().len(), before.len());

    let (counted, ran) = restore(&home, &["--force"]);
    assert_eq!(counted, [2, 2, 0, 0]);
    let aside = aside(&home);
    assert!(ran.stderr.contains(&aside.display().to_string()), "{ran:?}");
    assert_eq!(mode(&home, aside.strip_prefix(home.file("")).unwrap().to_str().unwrap()), 0o600);
    let server = serve(&home);
    server.client().reveal(&newer).unknown();
    server.stop();

    // What was put aside is a backup in its turn.
    home.run(&["restore", aside.to_str().unwrap(), "--accept-unconfirmed"]).succeeded();
    let server = serve(&home);
    server.client().reads_once(&newer, "newer");
    server.client().reads_once(&unread, "unread");
    server.stop();
    assert!(home.run(&["account", "list"]).succeeded().stdout.contains("newer@example.org"));
}

#[test]
fn a_restore_gives_no_new_guesses() {
    let Fates { home, locked, .. } = fates();
    let server = serve(&home);
    for _ in 0..5 {
        server.client().unlock(&locked, "wrong").unknown();
    }
    assert_eq!(server.client().unlock(&locked, "wrong").status, 429);
    server.stop();
    assert_eq!(restore(&home, &[]).0, [2, 2, 0, 0]);
    let server = serve(&home);
    assert_eq!(server.client().unlock(&locked, "open sesame").status, 429);
    server.stop();
}

#[test]
fn accounts_come_from_the_backup_and_that_is_told() {
    let home = Home::new();
    let account = home.account("a@example.org");
    home.account("b@example.org");
    back_up(&home);
    home.run(&["account", "token", "a@example.org"]).succeeded();
    home.run(&["account", "delete", "b@example.org"]).succeeded();
    let (_, ran) = restore(&home, &[]);
    assert!(ran.stderr.contains("2 accounts are again as they were"), "{ran:?}");
    let server = home.serve();
    server.client_of(&account).get("/api/v1/authcheck").ok();
    server.stop();
    assert!(home.run(&["account", "list"]).succeeded().stdout.contains("b@example.org"));
}

#[test]
fn what_expired_meanwhile_has_ended() {
    let home = Home::new();
    let server = home.serve_with(&[&[("READONCE_SECRETS__TTL_MIN", "1")], UNLIMITED].concat());
    let client = server.client();
    let shared =
        crate::support::Shared::of(&client.post("/share", &[("secret", "brief"), ("ttl", "1")]).ok());
    back_up(&home);
    crate::support::wait_for("a secret's expiry", crate::support::SOON, || {
        (client.receipt(&shared).status != 200 || client.state(&shared) == "expired").then_some(())
    });
    server.stop();
    fs::remove_file(home.file(DATABASE)).unwrap();
    assert_eq!(restore(&home, &["--accept-unconfirmed"]).0, [0, 1, 0, 0]);
}

/// A notification that was sent since must not be sent again, and one whose secret is refused never.
#[test]
fn notifications_that_were_sent_or_lead_nowhere_are_dropped() {
    let home = Home::new();
    let server = serve(&home);
    server.client().share("one");
    server.client().share("other");
    server.stop();
    let open = || rusqlite::Connection::open(home.file(DATABASE)).unwrap();
    let notifications =
        || open().query_one("SELECT count(*) FROM outbox", [], |row| row.get::<_, i64>(0)).unwrap();
    open()
        .execute_batch(
            "INSERT INTO outbox (tag, serial, secret, created, expires, due, attempts, sealed) \
             SELECT tag, sid, id, created, created + ttl, NULL, 0, x'00' FROM secrets",
        )
        .unwrap();
    back_up(&home);
    open().execute_batch("DELETE FROM outbox WHERE id = 1").unwrap();
    assert_eq!(restore(&home, &[]).0, [2, 0, 0, 0]);
    assert_eq!(notifications(), 1);
    fs::remove_file(home.file(DATABASE)).unwrap();
    assert_eq!(restore(&home, &[]).0, [0, 0, 2, 0]);
    assert_eq!(notifications(), 0);
}
