//! Restores that are refused, with nothing changed.

use std::fs;

use rusqlite::Connection;

use super::{DATABASE, FILE, back_up, beside, fates, restore, serve};
use crate::support::Home;

/// It is refused with these texts and a hint, and the data folder is as it was.
#[track_caller]
fn refused(home: &Home, arguments: &[&str], texts: &[&str]) {
    let files = |home: &Home| {
        let mut files = home.data();
        files.sort();
        files
    };
    let before = files(home);
    let ran = home.run(&[&["restore"], arguments].concat()).refused_saying(texts);
    assert!(ran.stderr.contains("\nhint: "), "{ran:?}");
    assert!(files(home) == before, "{ran:?} changed something: {:?}", beside(home, ""));
}

#[test]
fn while_a_server_runs() {
    let home = Home::new();
    let server = serve(&home);
    let shared = server.client().share("value");
    back_up(&home);
    let pid = format!("process {}", server.pid().as_raw_nonzero());
    let ran = home.run(&["restore", FILE]).refused_saying(&[&pid, "hint: stop every server"]);
    assert_eq!(ran.stdout, "");
    assert_eq!(beside(&home, "readonce.db."), [""; 0]);
    server.client().reads_once(&shared, "value");
    server.stop();
    restore(&home, &[]);
}

/// A writer without a log has no lock while it rests; it is noticed when it works.
#[test]
fn while_another_program_writes() {
    let home = fates().home;
    let other = Connection::open(home.file(DATABASE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; DELETE FROM tries").unwrap();
    home.run(&["restore", FILE]).refused_saying(&["has `", "open", "hint: stop every server"]);
    drop(other);
    restore(&home, &[]);
}

#[test]
fn under_another_keyring_or_none() {
    let home = fates().home;
    let keys = home.file("data/readonce.keys");
    let right = fs::read(&keys).unwrap();
    fs::write(&keys, home.run(&["key", "generate"]).succeeded().stdout).unwrap();
    refused(&home, &[FILE], &["does not belong to this backup", "nothing was changed"]);
    fs::remove_file(&keys).unwrap();
    refused(&home, &[FILE], &["there is no keyring", "was written under key", "nothing was changed"]);
    fs::write(&keys, right).unwrap();
    let mut rights = fs::metadata(&keys).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o600);
    fs::set_permissions(&keys, rights).unwrap();
    restore(&home, &[]);
}

#[test]
fn what_is_no_backup() {
    let home = fates().home;
    refused(&home, &["missing.db"], &["missing.db", "No such file"]);
    fs::write(home.file("notification.txt"), "dear reader, this is no database").unwrap();
    refused(&home, &["notification.txt"], &["is no backup"]);
    fs::write(home.file("empty.db"), "").unwrap();
    refused(&home, &["empty.db"], &["is no backup"]);
    let other = Connection::open(home.file("other.db")).unwrap();
    other.execute_batch("CREATE TABLE secrets (x); PRAGMA user_version = 1").unwrap();
    drop(other);
    refused(&home, &["other.db"], &["is no backup"]);
    fs::copy(home.file(DATABASE), home.file("copied.db")).unwrap();
    refused(&home, &["copied.db"], &["but no backup", "readonce --store sqlite:"]);
    refused(&home, &[DATABASE], &["but no backup"]);
    let newer = home.file("newer.db");
    fs::copy(home.file(FILE), &newer).unwrap();
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    refused(&home, &["newer.db"], &["schema 99", "run the version that wrote it"]);
    let mut bytes = fs::read(home.file(FILE)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle - 4096..middle + 4096].fill(0x5a);
    fs::write(home.file("damaged.db"), bytes).unwrap();
    refused(&home, &["damaged.db"], &["damaged.db"]);
}

#[test]
fn into_another_programs_database() {
    let home = fates().home;
    fs::remove_file(home.file(DATABASE)).unwrap();
    let other = Connection::open(home.file(DATABASE)).unwrap();
    other.execute_batch("CREATE TABLE invoices (x); INSERT INTO invoices VALUES (1)").unwrap();
    drop(other);
    refused(&home, &[FILE], &["another program's database"]);
}

#[test]
fn on_redis_both_name_the_documentation() {
    let home = fates().home;
    for command in ["backup", "restore"] {
        let ran = home.run(&[command, "x.db", "--store", "redis://127.0.0.1:1/"]);
        ran.refused_saying(&["the store is Redis", "docs/backup.md"]);
    }
}
