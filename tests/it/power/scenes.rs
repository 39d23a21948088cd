//! What is watched: each operation that tells somebody something, from an empty folder or an older database on.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::Value;

use super::book::{Book, Deeds, Person, Secret};
use super::disk::Disk;
use super::strace::{Log, Watched};
use crate::support::{Account, Client, Home, SOON, Server, Shared, in_threads, wait_for};
use crate::upgrade::FIELD;

/// A backup, and the database.
pub(super) const BACKUP: &str = "backup.db";
pub(super) const DATABASE: &str = "data/readonce.db";

/// A trace, and what was promised in it.
pub(super) struct Scene {
    pub(super) name: &'static str,
    /// Where it was.
    pub(super) root: PathBuf,
    pub(super) deeds: Deeds,
    pub(super) log: Log,
    pub(super) book: Book,
}

/// Watches what is done in a home.
pub(super) fn scene(name: &'static str, home: Home, act: impl FnOnce(&mut Watched, &mut Deeds)) -> Scene {
    let root = home.file("").canonicalize().unwrap();
    let before = Disk::of(&root);
    let (mut watched, mut deeds) = (Watched::new(home), Deeds::default());
    act(&mut watched, &mut deeds);
    let log = watched.log(before);
    let book = Book::of(&deeds, &log.steps);
    Scene { name, root, deeds, log, book }
}

/// Waits until what was read has been moved out of the log.
pub(super) fn checkpointed(home: &Home) {
    let log = home.file("data/readonce.db-wal");
    wait_for("an empty log", SOON, || (log.metadata().ok()?.len() == 0).then_some(()));
}

/// From nothing: share, reveal, burn, guesses, checkpoints, a stop, a kill, and again.
pub(super) fn first_start() -> Scene {
    scene("first start, share, reveal, burn, guesses, checkpoints", Home::new(), |watched, deeds| {
        let server = watched.serve();
        let client = server.client();
        for _ in 0..4 {
            deeds.share(&client);
        }
        let guessed = deeds.add(&client, 9, true);
        let locked = deeds.add(&client, 9, true);
        deeds.guess(&client, guessed);
        deeds.guess(&client, guessed);
        deeds.guess(&client, locked);
        deeds.read(&client, 0);
        deeds.burn(&client, 1);
        checkpointed(&watched.home);
        deeds.share(&client);
        deeds.read(&client, locked);
        deeds.guess(&client, guessed);
        checkpointed(&watched.home);
        let large = deeds.add(&client, 9_000, false);
        server.stop();
        let server = watched.serve();
        let client = server.client();
        deeds.read(&client, large);
        deeds.share(&client);
        deeds.burn(&client, 2);
        server.kill();
        let server = watched.serve();
        deeds.share(&server.client());
        deeds.read(&server.client(), 3);
        server.stop();
    })
}

/// Callers at once, whose transactions are one.
pub(super) fn under_load(callers: usize, each: usize, length: usize) -> Scene {
    scene("many callers at once", Home::new(), |watched, deeds| {
        let server = watched.serve();
        let all = in_threads(0..callers, |caller| {
            let (client, mut own) = (server.client(), Deeds::default());
            for number in 0..each {
                own.secrets.push(share_as(&client, caller, number, length));
                match number % 4 {
                    1 => own.read(&client, number),
                    3 => own.burn(&client, number - 1),
                    _ => {}
                }
            }
            own
        });
        deeds.secrets = all.into_iter().flat_map(|own| own.secrets).collect();
        server.stop();
    })
}

fn share_as(client: &Client, caller: usize, number: usize, length: usize) -> Secret {
    let value = format!("value-{caller}-{number}-{}", "v".repeat(length));
    let keys = client.share(&value);
    Secret::new(value, keys)
}

/// Accounts: before the first server, beside one, and their tokens.
pub(super) fn accounts() -> Scene {
    scene("account create, account token", Home::new(), |watched, deeds| {
        let create = |watched: &mut Watched, deeds: &mut Deeds, email: &str| {
            let ran = watched.run(&["account", "create", email, "--json"], &[]).succeeded();
            let made: Value = serde_json::from_str(&ran.stdout).unwrap();
            let token = made["token"].as_str().unwrap().to_owned();
            deeds.people.push(Person::of(&Account { email: email.to_owned(), token }));
        };
        let renew = |watched: &mut Watched, deeds: &mut Deeds, number: usize| {
            let email = deeds.people[number].email.clone();
            let ran = watched.run(&["account", "token", &email], &[]).succeeded();
            deeds.people[number].tokens.push(ran.stdout.trim().to_owned());
        };
        create(watched, deeds, "ann@example.org");
        renew(watched, deeds, 0);
        let server = watched.serve();
        deeds.share(&server.client());
        create(watched, deeds, "bob@example.org");
        renew(watched, deeds, 1);
        renew(watched, deeds, 0);
        server.stop();
    })
}

/// A home with a database of an older version, and what was shared there.
pub(super) fn older(version: usize) -> (Home, Vec<Secret>) {
    let (_, database, keys, made) = &FIELD[version];
    let home = Home::new();
    fs::create_dir(home.file("data")).unwrap();
    for (name, bytes) in [(DATABASE, database), ("data/readonce.keys", keys)] {
        fs::write(home.file(name), bytes).unwrap();
        fs::set_permissions(home.file(name), Permissions::from_mode(0o600)).unwrap();
    }
    let made: Value = serde_json::from_str(made).unwrap();
    let secret = |name: &str, value: &str| {
        let text = |key: &str| made[name][key].as_str().unwrap().to_owned();
        let keys = Shared { secret: text("secret"), receipt: text("receipt") };
        Secret { is_old: true, ..Secret::new(value.to_owned(), keys) }
    };
    (home, vec![secret("unread", "an unread value")])
}

/// An older database is brought up to date, and used.
pub(super) fn migration() -> Scene {
    let (home, secrets) = older(0);
    scene("migration from schema 1", home, |watched, deeds| {
        deeds.secrets = secrets;
        let server = watched.serve();
        let client = server.client();
        deeds.share(&client);
        let read = deeds.share(&client);
        deeds.read(&client, read);
        server.stop();
    })
}

/// A backup beside the server, twice, and one that is restored after something was read.
pub(super) fn backup_and_restore() -> Scene {
    let home = Home::new();
    let mut before = Deeds::default();
    let server = home.serve_with(crate::support::UNLIMITED);
    before.share_some(&server.client(), 4);
    server.stop();
    before.secrets.iter_mut().for_each(|secret| secret.is_old = true);
    scene("backup, restore", home, |watched, deeds| {
        deeds.secrets = before.secrets;
        let server = watched.serve();
        let client = server.client();
        watched.run(&["backup", BACKUP], &[]).succeeded();
        deeds.read(&client, 0);
        watched.run(&["backup", BACKUP, "--force"], &[]).succeeded();
        deeds.burn(&client, 1);
        server.stop();
        watched.run(&["restore", BACKUP], &[]).succeeded();
        let server = watched.serve();
        deeds.share(&server.client());
        deeds.read(&server.client(), 2);
        server.stop();
    })
}

/// New keys, beside a server and without one.
pub(super) fn rotation() -> Scene {
    scene("key add, key rotate", Home::new(), |watched, deeds| {
        let turn = |watched: &mut Watched| {
            watched.run(&["key", "add"], &[]).succeeded();
            watched.run(&["key", "rotate"], &[]).succeeded();
        };
        let server = watched.serve();
        deeds.share(&server.client());
        server.stop();
        turn(watched);
        let server = watched.serve();
        deeds.share(&server.client());
        turn(watched);
        reload(&server);
        deeds.share(&server.client());
        deeds.read(&server.client(), 0);
        server.stop();
    })
}

/// Has a server read its keyring again.
fn reload(server: &Server) {
    server.signal(rustix::process::Signal::HUP);
    wait_for("another keyring", SOON, || server.log().contains("the keyring has changed").then_some(()));
}
