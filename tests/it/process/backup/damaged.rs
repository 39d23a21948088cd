//! Databases whose marks (`singles`) and times are damaged or forged: no command panics on them, and a restore that is done says
//! where the old database lies.

use std::fs;

use rusqlite::Connection;

use super::{DATABASE, FILE, aside, back_up, beside, serve};
use crate::support::{Home, Ran, UNLIMITED};

/// Everything a database says of itself.
const MARKS: [&str; 5] = ["canary", "beat", "clock", "copied", "restored"];
/// The first second that no calendar has: 10000-01-01.
const NO_DATE: u64 = 253_402_300_800;

/// A damaged value, as SQL. A mark is big-endian numbers: one in `copied` and `beat`, three in `clock`, six in `restored`.
fn damages() -> Vec<String> {
    let mut damages: Vec<String> =
        ["'a text'", "-5", "1.5", "x''", "x'00'", "zeroblob(4096)"].map(str::to_owned).into();
    for number in [NO_DATE, 1 << 62, u64::MAX] {
        for count in [1, 3, 6] {
            damages.push(format!("x'{}'", format!("{number:016x}").repeat(count)));
        }
    }
    damages
}

/// Puts a value in a mark's place, or takes the mark away. A forged database need not have our table's types.
fn damage(file: &std::path::Path, mark: &str, value: Option<&str>) {
    let db = Connection::open(file).unwrap();
    db.execute_batch(
        "CREATE TABLE forged (name TEXT NOT NULL PRIMARY KEY, value); INSERT INTO forged SELECT name, value FROM singles; \
         DROP TABLE singles; ALTER TABLE forged RENAME TO singles",
    )
    .unwrap();
    db.execute("DELETE FROM singles WHERE name = ?1", [mark]).unwrap();
    if let Some(value) = value {
        db.execute(&format!("INSERT INTO singles VALUES (?1, {value})"), [mark]).unwrap();
    }
}

/// Every mark with every damage, and without the mark.
fn cases() -> Vec<(&'static str, Option<String>)> {
    let each = |mark| damages().into_iter().map(Some).chain([None]).map(move |value| (mark, value));
    MARKS.into_iter().flat_map(each).collect()
}

/// It succeeded, or refused in words.
#[track_caller]
fn has_not_panicked(ran: &Ran, case: &impl std::fmt::Debug) {
    assert!(matches!(ran.code, Some(0 | 1)) && !ran.stderr.contains("a panic"), "{case:?}: {ran:?}");
}

/// An installation that was restored once, so that it has every mark but `copied`, and a backup of it.
fn restored() -> Home {
    let home = Home::new();
    let server = serve(&home);
    server.client().share("value");
    back_up(&home);
    server.stop();
    home.run(&["restore", FILE]).succeeded();
    fs::remove_file(aside(&home)).unwrap();
    fs::remove_file(home.file(FILE)).unwrap();
    back_up(&home);
    home
}

#[test]
fn doctor_backup_and_serve_live_with_each_damaged_mark() {
    let home = restored();
    let sound = fs::read(home.file(DATABASE)).unwrap();
    for case in cases() {
        let (mark, value) = &case;
        fs::write(home.file(DATABASE), &sound).unwrap();
        damage(&home.file(DATABASE), mark, value.as_deref());
        let doctor = home.run(&["doctor"]);
        has_not_panicked(&doctor, &case);
        assert!(*mark == "canary" || doctor.code == Some(0), "{case:?}: {doctor:?}");
        has_not_panicked(&home.run(&["backup", "another.db", "--force"]), &case);
        match home.try_serve(UNLIMITED) {
            Ok(server) => {
                server.client().get("/health/ready").ok();
                has_not_panicked(&server.stop(), &case);
            }
            // Without its canary nobody can tell whether the keys are the right ones.
            Err(ran) => assert!(*mark == "canary" && ran.code == Some(1), "{case:?}: {ran:?}"),
        }
    }
}

#[test]
fn a_restore_from_each_damaged_backup_says_where_the_old_database_lies_or_changes_nothing() {
    let home = restored();
    let sound = [DATABASE, FILE].map(|name| (name, fs::read(home.file(name)).unwrap()));
    for damaged in [DATABASE, FILE] {
        for case in cases() {
            let (mark, value) = &case;
            for (name, content) in &sound {
                fs::write(home.file(name), content).unwrap();
            }
            damage(&home.file(damaged), mark, value.as_deref());
            let before = fs::read(home.file(DATABASE)).unwrap();
            let ran = home.run(&["restore", FILE]);
            has_not_panicked(&ran, &(damaged, &case));
            if ran.code == Some(0) {
                let aside = aside(&home);
                assert!(
                    ran.stderr.contains(&format!("is now {}", aside.display())),
                    "{damaged} {case:?}: {ran:?}"
                );
                fs::remove_file(aside).unwrap();
            } else {
                assert!(ran.stderr.contains("\nhint: "), "{damaged} {case:?}: {ran:?}");
                assert_eq!(beside(&home, "readonce.db."), [""; 0], "{damaged} {case:?}");
                assert!(fs::read(home.file(DATABASE)).unwrap() == before, "{damaged} {case:?}: {ran:?}");
            }
        }
    }
}

/// Whoever pipes the counts into something that ends early must still learn where the unread secrets of the old database are.
#[test]
fn where_the_old_database_lies_is_told_though_nobody_reads_the_counts() {
    let home = restored();
    let ran = Ran::of(home.shell(&format!("\"$READONCE\" restore {FILE} > /dev/full")));
    ran.refused_saying(&["the result cannot be written", &format!("is now {}", aside(&home).display())]);
}

#[test]
fn lists_show_times_that_no_calendar_has() {
    let home = Home::new();
    home.account("ann@example.org");
    let server = serve(&home);
    server.client().share("value");
    server.stop();
    let db = Connection::open(home.file(DATABASE)).unwrap();
    db.execute("UPDATE accounts SET created = ?1", [i64::MAX]).unwrap();
    db.execute(
        "INSERT INTO outbox (tag, serial, secret, created, expires, due, attempts, sealed) \
         SELECT tag, zeroblob(16), id, created, ?1, ?1, 1, x'00' FROM secrets",
        [i64::MAX],
    )
    .unwrap();
    drop(db);
    let accounts = home.run(&["account", "list"]).succeeded().stdout;
    assert!(accounts.contains("9999-12-31T23:59:59Z"), "{accounts}");
    let mails = home.run(&["mail", "list"]).succeeded().stdout;
    assert!(mails.contains("due 9999-12-31T23:59:59Z"), "{mails}");
}
