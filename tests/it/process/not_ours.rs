//! A database of another program, under the name that `store` has: no command takes it over, or changes it in any way.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use rusqlite::Connection;

use crate::support::Home;

const FILE: &str = "data/readonce.db";

/// What others keep in SQLite: numbers of theirs in the header, tables of theirs, both, and one that looks new but for one.
const OTHERS: [&str; 5] = [
    "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (7)",
    "CREATE TABLE theirs (x); PRAGMA user_version = 1443",
    "CREATE TABLE theirs (x); PRAGMA user_version = 1",
    "PRAGMA application_id = 252006674; PRAGMA user_version = 0; VACUUM",
    "CREATE TABLE theirs (x); PRAGMA journal_mode = wal",
];

const COMMANDS: [&[&str]; 8] = [
    &["serve", "--listen", "127.0.0.1:0"],
    &["account", "create", "ann@example.org"],
    &["account", "list"],
    &["mail", "list"],
    &["key", "retire", "--force", "KEY"],
    &["doctor"],
    &["backup", "copy.db"],
    &["restore", "--force", "good.db"],
];

#[test]
fn another_programs_database_is_left_alone_and_told() {
    let home = Home::new();
    home.account("ann@example.org");
    home.run(&["backup", "good.db"]).succeeded();
    home.run(&["key", "add"]).succeeded();
    let keys = home.run(&["key", "list"]).succeeded().stdout;
    let unused = keys.lines().last().unwrap().split(' ').next().unwrap().to_owned();
    for theirs in OTHERS {
        for own in ["", "-wal", "-shm"] {
            drop(fs::remove_file(home.file(&format!("{FILE}{own}"))));
        }
        let db = Connection::open(home.file(FILE)).unwrap();
        db.execute_batch(theirs).unwrap();
        db.close().unwrap();
        fs::set_permissions(home.file(FILE), Permissions::from_mode(0o644)).unwrap();
        let before = fs::read(home.file(FILE)).unwrap();
        for command in COMMANDS {
            let command: Vec<_> =
                command.iter().map(|word| if *word == "KEY" { unused.as_str() } else { *word }).collect();
            let ran = match command[0] {
                "serve" => home.try_serve(&[]).err().unwrap_or_else(|| panic!("it serves `{theirs}`")),
                _ => home.run(&command),
            };
            let told = format!("{}{}", ran.stdout, ran.stderr);
            assert_eq!(ran.code, Some(1), "{command:?} on `{theirs}`: {told}");
            assert!(told.contains("hint: "), "{command:?} on `{theirs}`: {told}");
            let named = ["is not a database of readonce", "is another program's database"];
            assert!(named.iter().any(|text| told.contains(text)), "{command:?} on `{theirs}`: {told}");
            assert!(fs::read(home.file(FILE)).unwrap() == before, "{command:?} changed `{theirs}`");
            let mode = home.file(FILE).metadata().unwrap().permissions().mode() & 0o7777;
            assert_eq!(mode, 0o644, "{command:?} on `{theirs}`");
        }
        assert!(!home.file("copy.db").exists());
    }
}

/// What is no database at all is no less another's.
#[test]
fn a_file_that_is_no_database_keeps_its_content_and_its_mode() {
    let home = Home::new();
    fs::create_dir(home.file("data")).unwrap();
    home.write(FILE, &"a letter, of some length, to somebody\n".repeat(40));
    fs::set_permissions(home.file(FILE), Permissions::from_mode(0o644)).unwrap();
    let before = fs::read(home.file(FILE)).unwrap();
    for command in [&["account", "create", "ann@example.org"][..], &["account", "list"], &["doctor"]] {
        let ran = home.run(command);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains("is not a database of readonce") && told.contains("hint: "), "{told}");
        assert_eq!(fs::read(home.file(FILE)).unwrap(), before, "{command:?}");
        assert_eq!(home.file(FILE).metadata().unwrap().permissions().mode() & 0o7777, 0o644, "{command:?}");
    }
}
