//! `backup` and `restore`: what was read stays read, and whoever is refused or killed has changed nothing.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use crate::support::{Home, Ran, Server, Shared, UNLIMITED};

mod damaged;
mod making;
mod page;
mod reconcile;
mod refusals;
mod torn;

pub(super) use page::cron_command;

const DATABASE: &str = "data/readonce.db";
const FILE: &str = "backup.db";

fn back_up(home: &Home) {
    home.run(&["backup", FILE]).succeeded();
}

/// What a restore counted: confirmed, ended, refused, accepted.
#[track_caller]
fn restore(home: &Home, more: &[&str]) -> ([u64; 4], Ran) {
    let ran = home.run(&[&["restore", FILE], more].concat()).succeeded();
    let count = |name| {
        let line =
            ran.stdout.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{ran:?}"));
        line.trim().parse().unwrap()
    };
    (["confirmed", "ended", "refused", "accepted"].map(count), ran)
}

fn mode(home: &Home, name: &str) -> u32 {
    home.file(name).metadata().unwrap().permissions().mode() & 0o777
}

/// What lies in the data folder and begins with this name.
fn beside(home: &Home, begin: &str) -> Vec<String> {
    let mut names: Vec<_> = home.data().into_iter().map(|(name, _)| name).collect();
    names.retain(|name| name.starts_with(begin));
    names.sort();
    names
}

fn aside(home: &Home) -> PathBuf {
    let names = beside(home, "readonce.db.before-restore-");
    assert_eq!(names.len(), 1, "{names:?}");
    home.file("data").join(&names[0])
}

fn serve(home: &Home) -> Server {
    home.serve_with(UNLIMITED)
}

/// An installation with secrets of every fate: the backup was made when all were unread.
struct Fates {
    home: Home,
    unread: Shared,
    locked: Shared,
    read: Shared,
    burned: Shared,
}

fn fates() -> Fates {
    let home = Home::new();
    let server = serve(&home);
    let client = server.client();
    let [unread, read, burned] = ["unread", "read", "burned"].map(|value| client.share(value));
    let locked = client.share_locked("locked", "open sesame");
    back_up(&home);
    assert_eq!(client.reveal(&read).ok().member("value"), "read");
    client.burn(&burned).ok();
    server.stop();
    Fates { home, unread, locked, read, burned }
}
