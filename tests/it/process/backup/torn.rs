//! A restore that is killed leaves the old database or the new one.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Instant;

use rusqlite::Connection;

use super::{DATABASE, FILE, back_up, serve};
use crate::support::{Home, SOON, wait_for};

/// Rows enough for a restore to take a while.
const ROWS: u32 = 20_000;

fn grow(home: &Home) {
    let db = Connection::open(home.file(DATABASE)).unwrap();
    db.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
         INSERT INTO secrets (sid, mid, tag, state, created, updated, ttl, due, tries, gate, recipient, share_domain, protected, sealed, envelope) \
         SELECT randomblob(32), randomblob(32), 'abc', 0, unixepoch(), unixepoch(), 600000, unixepoch() + 600000, 0, 0, '', '', 0, \
                randomblob(60), randomblob(300) FROM n",
        [ROWS],
    )
    .unwrap();
}

fn accounts(home: &Home) -> String {
    let listed = home.run(&["account", "list"]).succeeded().stdout;
    listed.lines().map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_killed_restore_leaves_the_old_or_the_new() {
    let home = Home::new();
    home.account("old@example.org");
    serve(&home).stop();
    grow(&home);
    back_up(&home);
    home.run(&["account", "delete", "old@example.org"]).succeeded();
    home.account("new@example.org");
    let run = || {
        let mut command = home.command(&["restore", FILE, "--force"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let original = std::fs::read(home.file(DATABASE)).unwrap();
    let started = Instant::now();
    assert!(run().wait().unwrap().success());
    let whole = started.elapsed();
    assert_eq!(accounts(&home), "old@example.org");

    let mut seen = BTreeSet::new();
    for round in 0..16 {
        std::fs::write(home.file(DATABASE), &original).unwrap();
        let mut restore = run();
        let started = Instant::now();
        // From the first to a little after the last moment of a whole one.
        let patience = whole * round / 14;
        wait_for("the moment to kill it", SOON, || {
            (started.elapsed() >= patience || restore.try_wait().unwrap().is_some()).then_some(())
        });
        restore.kill().unwrap();
        restore.wait().unwrap();
        let found = accounts(&home);
        assert!(found == "old@example.org" || found == "new@example.org", "round {round}: `{found}`");
        let db = Connection::open(home.file(DATABASE)).unwrap();
        let sound: String = db.query_one("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok", "round {round}");
        let rows: u32 = db.query_one("SELECT count(*) FROM secrets", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, ROWS, "round {round}");
        drop(db);
        seen.insert(found);
    }
    assert!(seen.contains("new@example.org"), "none was killed in time");
}
