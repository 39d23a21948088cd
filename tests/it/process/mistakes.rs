//! What people do on their first day: the wrong folder, a full disk for the output, two commands at once, root's shell.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{Home, Ran, in_threads};

#[test]
fn only_create_makes_a_store() {
    let home = Home::new();
    for call in [
        &["account", "list"][..],
        &["account", "token", "a@example.org"],
        &["account", "delete", "a@example.org"],
    ] {
        home.run(call).refused_saying(&["there is no store at `./data/readonce.db`", "hint: "]);
        assert!(!home.file("data").exists(), "{call:?}");
    }
    home.account("a@example.org");
    assert!(home.run(&["account", "list"]).succeeded().stdout.starts_with("a@example.org  default"));
}

#[test]
fn a_result_that_cannot_be_written_is_an_error_and_no_panic() {
    let home = Home::new();
    home.account("a@example.org");
    for (call, said) in [
        ("account create b@example.org", "`readonce account token b@example.org`"),
        ("account create c@example.org --json", "`readonce account token c@example.org`"),
        ("account list", "the result cannot be written"),
        ("key generate", "the result cannot be written"),
        ("key list", "the result cannot be written"),
        ("config show", "the result cannot be written"),
    ] {
        let ran = Ran::of(home.shell(&format!("\"$READONCE\" {call} >/dev/full")));
        ran.refused_saying(&["error: ", said, "hint: "]);
    }
    // Nobody reads what it says to people: the work is done all the same.
    let ran = Ran::of(home.shell("\"$READONCE\" account disable a@example.org 2>/dev/full"));
    assert_eq!(ran.code, Some(0));
}

#[test]
fn keys_added_at_the_same_time_are_all_there() {
    let home = Home::new();
    home.account("a@example.org");
    let added = in_threads(0..8, |_| home.run(&["key", "add"]).succeeded().stderr);
    let listed = home.run(&["key", "list"]).succeeded().stdout;
    assert_eq!(listed.lines().count(), 9, "{listed}");
    for told in added {
        let id = told.split_ascii_whitespace().nth(2).unwrap();
        assert!(listed.contains(id), "{id} is not in:\n{listed}");
    }
    let left: Vec<_> =
        home.data().into_iter().map(|(name, _)| name).filter(|name| name.contains(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_linked_keyring_stays_a_link() {
    let home = Home::new();
    home.account("a@example.org");
    fs::create_dir(home.file("safe")).unwrap();
    fs::rename(home.file("data/readonce.keys"), home.file("safe/ring")).unwrap();
    symlink(home.file("safe/ring"), home.file("data/readonce.keys")).unwrap();
    home.run(&["key", "add"]).succeeded();
    assert!(fs::symlink_metadata(home.file("data/readonce.keys")).unwrap().is_symlink());
    let keys = fs::read_to_string(home.file("safe/ring")).unwrap();
    assert_eq!(keys.lines().filter(|line| line.starts_with("readonce1:")).count(), 2);
}

#[test]
fn doctor_refuses_what_serve_would() {
    let home = Home::new();
    home.account("a@example.org");
    let mail =
        "[smtp]\nurl = \"smtps://mail.example.org\"\nfrom = \"a@example.org\"\nca_file = \"nowhere.pem\"\n";
    fs::write(home.file("readonce.toml"), mail).unwrap();
    let told = home.run(&["doctor"]);
    assert_eq!(told.code, Some(1));
    assert!(told.stdout.contains("FAIL  cannot read `nowhere.pem`"), "{}", told.stdout);
    home.run(&["serve", "--listen", "127.0.0.1:0"])
        .refused_saying(&["cannot read `nowhere.pem`", "hint: it is named by `smtp.ca_file`"]);
}

#[test]
fn what_is_no_logo_is_refused_with_what_helps() {
    let home = Home::new();
    home.account("a@example.org");
    fs::write(home.file("logo.png"), "<html>").unwrap();
    fs::write(home.file("large.png"), vec![0; 100_001]).unwrap();
    for (file, told, hint) in [
        ("nowhere.png", "cannot read `nowhere.png`", "hint: it is named by `web.logo`"),
        ("logo.png", "it is no PNG, JPEG, WebP or SVG", "hint: what is in the file counts"),
        ("large.png", "it has more than 100000 bytes", "hint: it is shown 28 pixels high"),
    ] {
        fs::write(home.file("readonce.toml"), format!("[web]\nlogo = \"{file}\"\n")).unwrap();
        home.run(&["serve", "--listen", "127.0.0.1:0"]).refused_saying(&[file, told, hint]);
        let doctor = home.run(&["doctor"]);
        assert!(doctor.code == Some(1) && doctor.stdout.contains(told), "{doctor:?}");
    }
}

#[test]
fn status_asks_the_server_of_its_own_settings() {
    let home = Home::new();
    let server = home.serve();
    let mut command = home.command(&["status"]);
    command.env("READONCE_LISTEN", format!("0.0.0.0:{}", server.address().port()));
    assert_eq!(Ran::of(command).succeeded().stdout, "nominal\n");
    let ran = home.run(&["status", "--url", "127.0.0.1:7143"]);
    ran.refused_saying(&["`127.0.0.1:7143` is no address of a server", "hint: it begins with http://"]);
    server.stop();
}

/// Cron sends an email for every word.
#[test]
fn a_quiet_backup_says_nothing_unless_it_has_to() {
    let home = Home::new();
    home.account("a@example.org");
    let ran = home.run(&["backup", "--quiet", "b.db"]).succeeded();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    home.run(&["backup", "--quiet", "b.db"]).refused_saying(&["b.db", "hint: "]);
    home.run(&["backup", "--quiet", "--force", "b.db"]).succeeded();
    assert!(home.run(&["restore", "b.db"]).succeeded().stdout.starts_with("restored "));
}
