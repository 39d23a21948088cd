//! The keyring: the wrong one, none, or one that others may read keeps the server from starting, and costs nobody a
//! secret; keys are added and rotated without losing one.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Home, Ran, Shared, UNLIMITED};

const FILE: &str = "data/readonce.keys";

/// A store with a few secrets, made by a server that has stopped.
fn installation() -> (Home, Vec<Shared>) {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let mut secrets: Vec<_> = (0..5).map(|place| client.share(&value(place))).collect();
    secrets.push(client.share_locked(&value(5), "open sesame"));
    server.stop();
    (home, secrets)
}

fn value(place: usize) -> String {
    format!("value {place}")
}

#[track_caller]
fn all_are_there(home: &Home, secrets: &[Shared]) {
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    for (place, shared) in secrets.iter().enumerate() {
        let answer = client.unlock(shared, "open sesame"); // which an unprotected one ignores
        assert_eq!(answer.ok().member("value"), value(place));
        client.unlock(shared, "open sesame").unknown();
    }
    server.stop();
}

/// The names of the keys in the file, in order.
fn names(home: &Home) -> Vec<String> {
    let list = home.run(&["key", "list"]).succeeded().stdout;
    list.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// The key lines of the file.
fn lines(home: &Home) -> Vec<String> {
    let text = fs::read_to_string(home.file(FILE)).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn write(home: &Home, lines: &[String]) {
    fs::write(home.file(FILE), lines.join("\n") + "\n").unwrap();
    fs::set_permissions(home.file(FILE), Permissions::from_mode(0o600)).unwrap();
}

fn new_line(home: &Home) -> String {
    home.run(&["key", "generate"]).succeeded().stdout.trim().to_owned()
}

#[track_caller]
fn refused(home: &Home, variables: &[(&str, &str)]) -> Ran {
    match home.try_serve(variables) {
        Ok(server) => panic!("it serves: {}", server.said()),
        Err(ran) => ran,
    }
}

#[test]
fn a_wrong_keyring_keeps_it_from_starting_and_costs_nothing() {
    let (home, secrets) = installation();
    let (right, name) = (lines(&home), names(&home).remove(0));
    write(&home, &[new_line(&home)]);

    refused(&home, &[]).refused_saying(&[&name, FILE, "hint:"]);
    home.run(&["account", "create", "a@example.com"]).refused_saying(&[&name]);

    write(&home, &right);
    all_are_there(&home, &secrets);
}

#[test]
fn a_missing_keyring_is_not_made_anew_for_an_old_store() {
    let (home, secrets) = installation();
    let (right, name) = (lines(&home), names(&home).remove(0));
    fs::remove_file(home.file(FILE)).unwrap();

    refused(&home, &[]).refused_saying(&[&name, FILE, "hint:"]);
    assert!(!home.file(FILE).exists(), "a new keyring would hide that the old one is missing");

    write(&home, &right);
    all_are_there(&home, &secrets);
}

#[test]
fn a_keyring_that_others_may_read_or_that_is_none_is_refused() {
    let (home, secrets) = installation();
    let right = lines(&home);
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(home.file(FILE), Permissions::from_mode(mode)).unwrap();
        refused(&home, &[]).refused_saying(&[FILE, &format!("{mode:04o}"), "hint: chmod 600"]);
    }
    for rubbish in ["", "rubbish", &right[0][..40], "readonce1:AAAA"] {
        write(&home, &[rubbish.to_owned()]);
        let ran = refused(&home, &[]).refused_saying(&[FILE, "hint:"]);
        assert!(rubbish.is_empty() || !ran.stderr.contains(rubbish), "the key itself is shown: {ran:?}");
    }
    write(&home, &right);
    all_are_there(&home, &secrets);
}

/// systemd lets the service's user in by an access list, which shows as a right of the group.
#[test]
fn a_credential_of_systemd_may_look_as_if_its_group_could_read_it() {
    let (home, secrets) = installation();
    fs::create_dir(home.file("credentials")).unwrap();
    let credential = home.file("credentials/keys");
    fs::copy(home.file(FILE), &credential).unwrap();
    fs::remove_file(home.file(FILE)).unwrap();
    let (folder, path) = (home.file("credentials"), credential.to_str().unwrap());
    let variables = [("READONCE_KEYRING_FILE", path), ("CREDENTIALS_DIRECTORY", folder.to_str().unwrap())];
    for mode in [0o444, 0o460] {
        fs::set_permissions(&credential, Permissions::from_mode(mode)).unwrap();
        refused(&home, &variables).refused_saying(&["hint: chmod 600"]);
    }
    fs::set_permissions(&credential, Permissions::from_mode(0o440)).unwrap();
    refused(&home, &variables[..1]).refused_saying(&["hint: chmod 600"]);
    let server = home.serve_with(&variables);
    server.client().reads_once(&secrets[0], &value(0));
    server.stop();
}

#[test]
fn generated_lines_are_keys_and_touch_nothing() {
    let home = Home::new();
    let (one, other) = (new_line(&home), new_line(&home));
    assert_ne!(one, other);
    assert!(!home.file("data").exists());

    let server = home.serve_with(&[UNLIMITED, &[("READONCE_KEYRING", &one)]].concat());
    let secrets: Vec<_> = (0..3).map(|place| server.client().share(&value(place))).collect();
    server.stop();
    assert!(!home.file(FILE).exists(), "the variable holds the keys, so no file is made");

    refused(&home, &[]).refused_saying(&["hint:", FILE]);
    refused(&home, &[("READONCE_KEYRING", &other)]).refused_saying(&["READONCE_KEYRING"]);
    refused(&home, &[("READONCE_KEYRING", "rubbish")]).refused_saying(&["READONCE_KEYRING"]);
    // A second key in front: the store's own still reads.
    let both = format!("{other},{one}");
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_KEYRING", &both)]].concat());
    for (place, shared) in secrets.iter().enumerate() {
        server.client().reads_once(shared, &value(place));
    }
    server.stop();
    // It wrote, so it is the one the store wants from now on, and the old one may go.
    refused(&home, &[("READONCE_KEYRING", &one)]).refused_saying(&["the store wants key "]);
    home.serve_with(&[("READONCE_KEYRING", &other)]).stop();
}

#[test]
fn a_rotated_key_writes_and_the_old_one_still_reads() {
    let (home, old) = installation();
    home.run(&["key", "rotate"]).refused_saying(&["hint: `readonce key add` first"]);
    home.run(&["key", "add"]).succeeded();
    let before = names(&home);
    assert_eq!(before.len(), 2);
    let server = home.serve_with(UNLIMITED);
    let between = server.client().share("between");
    server.stop();

    home.run(&["key", "rotate"]).succeeded();
    home.run(&["key", "rotate"]).refused_saying(&["hint: `readonce key add` first"]);
    let after = names(&home);
    assert_eq!((&after[0], &after[1]), (&before[1], &before[0]));
    let server = home.serve_with(UNLIMITED);
    let new = server.client().share("new");
    server.stop();

    // The old key alone does not belong to this store any more; the new one alone opens only what is new.
    let both = lines(&home);
    write(&home, &both[1..]);
    refused(&home, &[]).refused_saying(&[&after[0]]);
    write(&home, &both[..1]);
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    client.reveal(&old[0]).unavailable();
    client.reveal(&between).unavailable();
    client.unlock(&old[5], "open sesame").unavailable();
    client.reads_once(&new, "new");
    server.stop();

    write(&home, &both);
    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&between, "between");
    server.stop();
    all_are_there(&home, &old);
}
