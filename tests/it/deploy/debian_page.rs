//! `docs/debian.md`, followed in folders of this test's: what is typed as root beside the service, which the test starts and stops
//! in systemd's place. Building and installing the package takes minutes and a machine of one's own.

use std::fs;

use super::shipped;
use crate::support::document::block_with;
use crate::support::{Home, Ran, Server, UNLIMITED};

const PAGE: &str = "docs/debian.md";

/// The package's places, in the test's folder.
fn here(home: &Home, text: &str) -> String {
    let own = |name: &str| home.file(name).to_str().unwrap().to_owned();
    let placed = text.replace("/etc/readonce", &own("etc")).replace("/var/lib/readonce", &own("state"));
    placed.replace("/var/backups/readonce", &own("backups")).replace("sudo ", "")
}

/// What the package's installation leaves behind.
fn installed() -> Home {
    let home = Home::new();
    for folder in ["etc", "state"] {
        fs::create_dir(home.file(folder)).unwrap();
    }
    let settings =
        here(&home, &shipped("deploy/debian/readonce.toml")).replace("127.0.0.1:7143", "127.0.0.1:0");
    home.write("etc/readonce.toml", &settings);
    // As its `postinst` does.
    let script = shipped("deploy/debian/postinst").replace("/usr/bin/readonce", "readonce");
    let made = Ran::of(home.other("sh", &["-c", &here(&home, &script), "postinst", "configure"])).succeeded();
    assert!(made.stderr.contains("made the keyring"), "{made:?}");
    home
}

fn service(home: &Home) -> Server {
    let mut command = home.command(&["serve", "--config", "etc/readonce.toml"]);
    command.envs(UNLIMITED.iter().copied());
    Server::start(command).unwrap_or_else(|ran| panic!("it ended: {ran:?}"))
}

/// Each line by itself; the one for an editor is not typed, and those for systemd are the test's.
fn type_in(home: &Home, lines: &[&str]) -> Vec<Ran> {
    let typed = lines.iter().filter(|line| !line.is_empty() && !line.starts_with("sudo editor"));
    typed.map(|line| Ran::of(home.other("sh", &["-ec", &here(home, line)])).succeeded()).collect()
}

#[test]
fn the_first_minutes_and_the_commands_of_root() {
    let home = installed();
    let first = block_with(PAGE, "sh", "account create");
    let first: Vec<_> = first.lines().collect();
    assert_eq!(first[2], "sudo systemctl restart readonce");
    let server = service(&home);
    type_in(&home, &first[..2]);
    server.stop();
    let server = service(&home);
    let account = &type_in(&home, &first[3..])[0];
    assert!(account.stdout.contains("ann@example.org"), "{account:?}");
    let shared = server.client().share("kept");

    let root = block_with(PAGE, "sh", "backup /var/backups/readonce/readonce-$(date");
    let (making, restoring) = root.split_once("\n\n").unwrap();
    type_in(&home, &making.lines().collect::<Vec<_>>());
    let made = fs::read_dir(home.file("backups")).unwrap().next().unwrap().unwrap().file_name();
    let restoring = restoring.replace("readonce-2026-11-21.db", made.to_str().unwrap());
    let [stop, restore, start]: [&str; 3] = restoring.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(
        stop.starts_with("sudo systemctl stop") && start.starts_with("sudo systemctl start"),
        "{restoring}"
    );
    server.stop();
    type_in(&home, &[restore]);
    let server = service(&home);
    server.client().reads_once(&shared, "kept");
    server.stop();
    assert!(!home.file("data").exists(), "a command worked elsewhere");
}
