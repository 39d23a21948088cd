//! Keys change while two instances serve: on one SQLite file, and on one Redis.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use load::under_load;
use rustix::process::Signal;

use super::shared_store::{DURABLE, Region};
use crate::support::{Home, SOON, Server, UNLIMITED, wait_for};

mod load;

/// Two instances on one store, with one keyring file.
struct Pair<'a> {
    home: &'a Home,
    file: PathBuf,
    one: Server,
    other: Server,
}

impl<'a> Pair<'a> {
    fn on_sqlite(home: &'a Home) -> Self {
        let (one, other) = (home.serve_with(UNLIMITED), home.serve_with(UNLIMITED));
        Self { home, file: home.file("data/readonce.keys"), one, other }
    }

    fn on_redis(region: &'a Region) -> Self {
        let home = &region.home;
        Self { home, file: home.file("keys"), one: region.instance(), other: region.instance() }
    }

    fn servers(&self) -> [&Server; 2] {
        [&self.one, &self.other]
    }

    fn key(&self, arguments: &[&str]) {
        self.home.run(&[&["key"], arguments].concat()).succeeded();
    }

    /// The names of the keys, the writing one first.
    fn names(&self) -> Vec<String> {
        let list = self.home.run(&["key", "list"]).succeeded().stdout;
        list.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    }

    /// Sends SIGHUP to these, and waits until they have the keyring of the file. They may have found it by themselves.
    #[track_caller]
    fn hand_out(&self, servers: &[&Server]) {
        let names = self.names();
        let taken_over = format!("the keyring has changed writes={} keys={}\n", names[0], names.len());
        for server in servers {
            server.signal(Signal::HUP);
        }
        for server in servers {
            wait_for(&taken_over, SOON, || server.log().contains(&taken_over).then_some(()));
        }
    }

    /// Sends SIGHUP to both, and waits until each has logged `text` once more.
    #[track_caller]
    fn told(&self, text: &str) {
        for server in self.servers() {
            tell(server, text);
        }
    }

    fn stop(self) {
        self.one.stop();
        self.other.stop();
    }
}

#[track_caller]
fn tell(server: &Server, text: &str) {
    let count = || server.log().matches(text).count();
    let before = count();
    server.signal(Signal::HUP);
    wait_for(text, SOON, || (count() > before).then_some(()));
}

fn rotation_under_load(pair: &Pair<'_>) {
    let account = pair.home.account("ann@example.com");
    under_load(pair.servers(), &account, |progress| {
        for round in 0..6 {
            progress.goes_on();
            pair.key(&["add"]);
            if round % 2 == 0 {
                pair.hand_out(&pair.servers()); // by the book: every instance has the key before it writes
            }
            progress.goes_on();
            pair.key(&["rotate"]);
            match round % 3 {
                0 => pair.hand_out(&pair.servers()),
                // One is told. The other meets a key that is new to it, in the rounds in which nobody handed it out.
                1 => pair.hand_out(&[&pair.one]),
                _ => pair.hand_out(&[&pair.other]),
            }
        }
        progress.goes_on();
    });
    assert_eq!(pair.names().len(), 7);
}

fn a_retired_key_opens_nothing(pair: &Pair<'_>) {
    let [one, other] = pair.servers().map(Server::client);
    let old = [one.share("plain"), one.share_locked("locked", "sesame"), one.share("to be burned")];
    pair.key(&["add"]);
    pair.key(&["rotate"]);
    pair.hand_out(&pair.servers());
    let new = [one.share("new"), other.share_locked("new and locked", "sesame")];
    let names = pair.names();
    let (writes, retired) = (names[0].as_str(), names[1].as_str());

    let list = pair.home.run(&["key", "list"]).succeeded().stdout;
    let (_, date) = list.trim().rsplit_once("may be retired from ").unwrap();
    let refused = pair.home.run(&["key", "retire", retired]);
    refused.refused_saying(&[retired, &format!("may live until {date}"), "hint: ", "--force"]);
    pair.home.run(&["key", "retire", writes, "--force"]).refused_saying(&[writes, "writes", "hint: "]);
    pair.home.run(&["key", "retire", "nonsense"]).refused_saying(&["hint: `readonce key list`"]);
    let both = fs::read(&pair.file).unwrap();

    pair.key(&["retire", retired, "--force"]);
    assert_eq!(pair.names(), [writes]);
    pair.hand_out(&pair.servers());
    for client in [&one, &other] {
        for refused in [
            client.reveal(&old[0]),
            client.burn(&old[0]),
            client.unlock(&old[1], "sesame"),
            client.burn(&old[2]),
            client.receipt(&old[2]),
        ] {
            let message = refused.unavailable().member("message");
            assert_eq!(message, "This server cannot open the secret at the moment. It is kept.");
        }
    }
    other.reads_once(&new[0], "new");
    assert_eq!(one.unlock(&new[1], "sesame").ok().member("value"), "new and locked");

    // Nothing was consumed, nor counted as a try: with the key back in its place all is as it was, and nobody has to be told.
    fs::write(&pair.file, both).unwrap();
    let value = wait_for("the key is found again", SOON, || {
        let answer = other.reveal(&old[0]);
        (answer.status == 200).then(|| answer.member("value"))
    });
    assert_eq!(value, "plain");
    assert_eq!(other.unlock(&old[1], "sesame").ok().member("value"), "locked");
    assert_eq!(other.burn(&old[2]).ok().json()["state"]["state"], "burned");
}

fn a_keyring_that_is_no_good_is_told_of_and_left_alone(pair: &Pair<'_>) {
    let [one, other] = pair.servers().map(Server::client);
    let right = fs::read(&pair.file).unwrap();
    let stranger = pair.home.run(&["key", "generate"]).succeeded().stdout;
    let truncated = &right[..right.len() - 20];
    for (content, said) in [
        (b"rubbish".as_slice(), "is no keyring"),
        (truncated, "is no keyring"),
        (b"# nothing\n", "the keyring holds no key"),
        (stranger.as_bytes(), "it does not belong to this store"),
    ] {
        fs::write(&pair.file, content).unwrap();
        pair.told(said);
        other.reads_once(&one.share("served"), "served");
    }
    fs::write(&pair.file, &right).unwrap();
    fs::set_permissions(&pair.file, Permissions::from_mode(0o644)).unwrap();
    pair.told("chmod 600");
    fs::remove_file(&pair.file).unwrap();
    pair.told("is not there any more");
    one.reads_once(&other.share("served"), "served");
    fs::write(&pair.file, &right).unwrap();
    fs::set_permissions(&pair.file, Permissions::from_mode(0o600)).unwrap();
    pair.told("is the one in use");
    let key = String::from_utf8_lossy(&right).lines().last().unwrap().to_owned();
    for secret in [key.split(' ').next().unwrap(), stranger.trim()] {
        assert!(!pair.one.log().contains(secret), "the key itself is logged");
    }
}

#[test]
fn rotation_under_load_on_one_file() {
    let home = Home::new();
    let pair = Pair::on_sqlite(&home);
    rotation_under_load(&pair);
    pair.stop();
}

#[test]
fn rotation_under_load_on_one_redis() {
    let region = Region::new(DURABLE);
    let pair = Pair::on_redis(&region);
    rotation_under_load(&pair);
    pair.stop();
}

#[test]
fn a_retired_key_opens_nothing_on_one_file() {
    let home = Home::new();
    let pair = Pair::on_sqlite(&home);
    a_retired_key_opens_nothing(&pair);
    pair.stop();
}

#[test]
fn a_retired_key_opens_nothing_on_one_redis() {
    let region = Region::new(DURABLE);
    let pair = Pair::on_redis(&region);
    a_retired_key_opens_nothing(&pair);
    pair.stop();
}

#[test]
fn a_bad_keyring_is_left_alone_on_one_file() {
    let home = Home::new();
    let pair = Pair::on_sqlite(&home);
    a_keyring_that_is_no_good_is_told_of_and_left_alone(&pair);
    pair.stop();
}

#[test]
fn a_bad_keyring_is_left_alone_on_one_redis() {
    let region = Region::new(DURABLE);
    let pair = Pair::on_redis(&region);
    a_keyring_that_is_no_good_is_told_of_and_left_alone(&pair);
    pair.stop();
}

#[test]
fn keys_in_the_variable_take_a_restart() {
    let home = Home::new();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_KEYRING", key.trim())]].concat());
    tell(&server, "SIGHUP changes nothing: `READONCE_KEYRING` holds the keys");
    server.client().reads_once(&server.client().share("served"), "served");
    server.stop();
}
