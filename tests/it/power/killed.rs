//! A command or a start that is killed before one of its syncs, and then begun again: what it left half done is made sure before
//! anybody is told anything, as the one that did it cannot do that any more.

use std::fmt::Write as _;

use super::book::{Book, Deeds};
use super::cuts::{Found, play};
use super::disk::Disk;
use super::strace::Watched;
use super::{one_in, scenes, seed, wanted};
use crate::support::{Home, Server};

/// Cuts after one kill.
const MANY: usize = 30;
/// No start or command syncs so often in one thread.
const MOST: usize = 40;

/// Kills before each sync of one thread.
fn killing(sync: usize) -> [String; 2] {
    ["-e".to_owned(), format!("inject=fsync,fdatasync:signal=KILL:when={sync}")]
}

/// Does something that is killed before its sync of this number, if it has so many: whether it was. Then the server is started,
/// and what it tells has to hold.
fn killed_and_used(
    home: Home,
    sync: usize,
    old: Deeds,
    do_it: impl FnOnce(&mut Watched, &[&str]) -> bool,
) -> (bool, Found) {
    let root = home.file("").canonicalize().unwrap();
    let before = Disk::of(&root);
    let (mut watched, mut deeds) = (Watched::new(home), old);
    let more = killing(sync);
    let was_killed = do_it(&mut watched, &[&more[0], &more[1]]);
    let server = watched.serve();
    let (client, first) = (server.client(), deeds.secrets.len());
    deeds.share_some(&client, 3);
    deeds.read(&client, first);
    server.kill();
    let log = watched.log(before);
    let book = Book::of(&deeds, &log.steps);
    (was_killed, play(&log, &book, wanted(12).min(MANY), seed()))
}

fn each_sync(name: &str, mut run: impl FnMut(usize) -> (bool, Found)) {
    let (mut cuts, mut kills, mut broken) = (0, 0, String::new());
    let (step, syncs) = one_in(5);
    for sync in syncs {
        let (was_killed, found) = run(sync);
        cuts += found.cuts;
        if !found.violations.is_empty() {
            writeln!(broken, "killed before sync {sync}: {found}").unwrap();
        }
        if !was_killed {
            break;
        }
        kills += 1;
        assert!(kills < MOST, "it syncs without end");
    }
    println!("{name}: killed before {kills} syncs, one in {step}, {cuts} cuts");
    assert!(kills > 0, "{name} syncs");
    assert!(broken.is_empty(), "{name}\n{broken}");
}

/// A home whose keyring lies in another folder than its database.
fn apart() -> Home {
    let home = Home::new();
    home.write("readonce.toml", "keyring_file = \"keys/ring\"\n");
    home
}

#[test]
fn a_first_start_that_was_killed() {
    for home in [Home::new, apart] {
        each_sync("first start", |sync| {
            killed_and_used(home(), sync, Deeds::default(), |watched, more| {
                watched.try_serve(more).map(Server::kill).is_err()
            })
        });
    }
}

#[test]
fn a_rotation_that_was_killed() {
    each_sync("key rotate", |sync| {
        let (home, deeds) = used();
        home.run(&["key", "add"]).succeeded();
        killed_and_used(home, sync, deeds, |watched, more| {
            watched.run(&["key", "rotate"], more).code.is_none()
        })
    });
}

#[test]
fn a_migration_that_was_killed() {
    each_sync("migration", |sync| {
        let (home, secrets) = scenes::older(0);
        killed_and_used(home, sync, Deeds { secrets, people: Vec::new() }, |watched, more| {
            watched.try_serve(more).map(Server::kill).is_err()
        })
    });
}

#[test]
fn a_restore_that_was_killed() {
    each_sync("restore", |sync| {
        let (home, deeds) = used();
        home.run(&["backup", scenes::BACKUP]).succeeded();
        killed_and_used(home, sync, deeds, |watched, more| {
            watched.run(&["restore", scenes::BACKUP], more).code.is_none()
        })
    });
}

/// A home that has been used, and what is in it.
fn used() -> (Home, Deeds) {
    let (home, mut deeds) = (apart(), Deeds::default());
    let server = home.serve_with(crate::support::UNLIMITED);
    deeds.share_some(&server.client(), 3);
    server.stop();
    deeds.secrets.iter_mut().for_each(|secret| secret.is_old = true);
    (home, deeds)
}
