//! Making a backup: while the server works, whole or not at all, and nothing in it that an attacker could use.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::{DATABASE, FILE, back_up, mode, restore, serve};
use crate::support::search::{contains, forms};
use crate::support::{Home, Ran, UNLIMITED};

#[test]
fn it_is_one_private_file_without_a_log() {
    let home = Home::new();
    let server = serve(&home);
    server.client().share("value");
    let ran = home.run(&["backup", FILE]).succeeded();
    assert!(ran.stdout.contains("unread    1\naccounts  0\n"), "{ran:?}");
    assert!(!ran.stderr.contains('\r') && !ran.stderr.contains('#'), "no bar in a pipe: {ran:?}");
    assert_eq!(mode(&home, FILE), 0o600);
    let mut names: Vec<_> =
        fs::read_dir(home.file("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [FILE, "data"]);
    let db = Connection::open(home.file(FILE)).unwrap();
    let said = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(said("journal_mode"), "delete");
    assert_eq!(said("integrity_check"), "ok");
    server.stop();
    // Nor does it leave anything beside a database that nobody serves.
    let before = super::beside(&home, "");
    home.run(&["backup", "again.db"]).succeeded();
    assert_eq!(super::beside(&home, ""), before);
}

#[test]
fn a_bar_is_shown_on_a_terminal() {
    let home = Home::new();
    serve(&home).stop();
    let script = "script -qec \"$READONCE backup backup.db\" /dev/null";
    let program = env!("CARGO_BIN_EXE_readonce");
    let ran = Ran::of(home.shell(&script.replace("$READONCE", program)));
    assert!(ran.stdout.contains("copying [") && ran.stdout.contains("100 %"), "{ran:?}");
}

#[test]
fn it_shows_one_moment_while_others_share() {
    let home = Home::new();
    let server = serve(&home);
    let done = AtomicBool::new(false);
    let shared = std::thread::scope(|scope| {
        let sharers: Vec<_> = (0..3)
            .map(|sharer| {
                let (done, client) = (&done, server.client());
                scope.spawn(move || {
                    let mut made = Vec::new();
                    while !done.load(Ordering::SeqCst) || made.is_empty() {
                        made.push(client.share(&format!("{sharer} {}", made.len())));
                    }
                    made
                })
            })
            .collect();
        for _ in 0..5 {
            home.run(&["backup", FILE, "--force"]).succeeded();
        }
        done.store(true, Ordering::SeqCst);
        sharers.into_iter().map(|sharer| sharer.join().unwrap()).collect::<Vec<_>>()
    });
    server.stop();
    fs::remove_file(home.file(DATABASE)).unwrap();
    let ([_, _, _, accepted], _) = restore(&home, &["--accept-unconfirmed"]);
    assert!(accepted > 0);
    let server = serve(&home);
    let mut left = 0;
    for (sharer, made) in shared.iter().enumerate() {
        let there = made.iter().take_while(|shared| server.client().receipt(shared).status == 200).count();
        // What one sharer shared, one after the other, is there up to a moment, and nothing after it.
        for (place, shared) in made.iter().enumerate() {
            if place < there {
                server.client().reads_once(shared, &format!("{sharer} {place}"));
                left += 1;
            } else {
                assert_eq!(server.client().receipt(shared).status, 404);
            }
        }
    }
    assert_eq!(left, accepted);
    server.stop();
}

#[test]
fn an_attacker_finds_no_marker_in_it_nor_what_was_read() {
    let home = Home::new();
    let account = home.account("a@example.org");
    let server = serve(&home);
    let client = server.client_of(&account);
    let mut markers =
        vec!["marker-VALUE-8Zk1", "marker-PASS-5Wd3"].into_iter().map(str::to_owned).collect::<Vec<_>>();
    markers.push(account.token.clone());
    let (open, locked) = (client.share(&markers[0]), client.share_locked(&markers[0], &markers[1]));
    for shared in [&open, &locked] {
        markers.extend([shared.secret[3..].to_owned(), shared.receipt[3..].to_owned()]);
    }
    let read = client.share("read");
    let sealed = |file: &str| {
        let db = Connection::open(home.file(file)).unwrap();
        let mut rows =
            db.prepare("SELECT envelope FROM secrets WHERE envelope IS NOT NULL ORDER BY id").unwrap();
        let found = rows.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        found.map(Result::unwrap).collect::<Vec<_>>()
    };
    let envelopes = sealed(DATABASE);
    client.reads_once(&read, "read");
    back_up(&home);
    let bytes = fs::read(home.file(FILE)).unwrap();
    for marker in &markers {
        for form in forms(marker) {
            assert!(!contains(&bytes, &form), "{marker} as {}", String::from_utf8_lossy(&form));
        }
    }
    // The search finds what is there, and what was read is not.
    assert_eq!(
        envelopes.iter().map(|envelope| contains(&bytes, &envelope[78..110])).collect::<Vec<_>>(),
        [true, true, false]
    );
    server.stop();
}

#[test]
fn nothing_is_replaced_but_an_older_backup_and_only_when_asked() {
    let home = Home::new();
    let server = serve(&home);
    back_up(&home);
    let first = fs::read(home.file(FILE)).unwrap();
    server.client().share("value");
    home.run(&["backup", FILE]).refused_saying(&["is already there", "hint: "]);
    assert_eq!(fs::read(home.file(FILE)).unwrap(), first);
    home.run(&["backup", FILE, "--force"]).succeeded();
    assert_ne!(fs::read(home.file(FILE)).unwrap(), first);
    for precious in [DATABASE, "data/readonce.keys"] {
        home.run(&["backup", precious, "--force"]).refused_saying(&["hint: "]);
    }
    fs::write(home.file("notification.txt"), "dear reader").unwrap();
    home.run(&["backup", "notification.txt", "--force"]).refused_saying(&["is no backup"]);
    assert_eq!(fs::read_to_string(home.file("notification.txt")).unwrap(), "dear reader");
    server.stop();
}

#[test]
fn where_nothing_can_be_written_nothing_is_left() {
    let home = Home::new();
    let server = serve(&home);
    for place in 0..40 {
        server.client().share(&format!("{place:05000}"));
    }
    home.run(&["backup", "nowhere/backup.db"])
        .refused_saying(&["nowhere/backup.db", "hint: the folder has to be there"]);
    let full = |command: &str| {
        let script = format!("trap '' XFSZ; ulimit -S -f 64; exec \"$READONCE\" {command}");
        Ran::of(home.shell(&script))
    };
    full("backup backup.db").refused_saying(&["cannot write", "hint: is the disk full?"]);
    assert!(!home.file(FILE).exists());
    back_up(&home);
    server.stop();
    let before = fs::read(home.file(DATABASE)).unwrap();
    full("restore backup.db").refused_saying(&["cannot write", "hint: is the disk full?"]);
    assert_eq!(fs::read(home.file(DATABASE)).unwrap(), before);
    let names: Vec<_> =
        fs::read_dir(home.file("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(super::beside(&home, ""), ["readonce.db", "readonce.keys"]);
}

/// Root may write everywhere, so this says something only where the tests run as somebody else.
#[test]
fn a_folder_without_rights_is_told() {
    if rustix::process::geteuid().is_root() {
        return;
    }
    let home = Home::new();
    home.serve_with(UNLIMITED).stop();
    fs::create_dir(home.file("closed")).unwrap();
    fs::set_permissions(home.file("closed"), fs::Permissions::from_mode(0o500)).unwrap();
    home.run(&["backup", "closed/backup.db"]).refused_saying(&["closed/backup.db", "Permission denied"]);
}
