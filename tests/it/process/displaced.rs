//! The ground under a running server: its database, or the log or the index beside it, is deleted, moved or replaced.

use std::fs;
use std::path::PathBuf;

use crate::support::{Client, Home, SOON, Server, UNLIMITED, wait_for};

const DATABASE: &str = "data/readonce.db";

/// The database with its log and its index.
fn files(home: &Home) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| home.file(&format!("{DATABASE}{ending}")))
}

fn stays_unready(client: &Client) {
    for _ in 0..3 {
        assert_eq!(client.get("/health/ready").status, 503);
    }
}

fn is_ready_again(client: &Client) {
    wait_for("ready again", SOON, || (client.get("/health/ready").status == 200).then_some(()));
}

/// Displaces, and sees that nothing is acknowledged from that moment on, nor given out; what was asked for is back once
/// `put_back` has been.
fn held_off(server: &Server, displace: impl FnOnce(), told: &str, put_back: impl FnOnce()) {
    let client = server.client();
    let (read, burned, locked) =
        (client.share("kept"), client.share("to be burned"), client.share_locked("locked", "open sesame"));
    client.get("/health/ready").ok();
    displace();
    client.post("/share", &[("secret", "into nowhere")]).unavailable();
    for refused in [client.reveal(&read), client.burn(&burned), client.unlock(&locked, "open sesame")] {
        let message = refused.unavailable().member("message");
        assert!(!message.contains("outcome"), "nothing was done, and that is known: {message}");
    }
    wait_for("unready", SOON, || (client.get("/health/ready").status == 503).then_some(()));
    client.get("/health/live").ok();
    let log = server.log();
    assert!(log.contains(told), "`{told}` is not told: {log}");

    put_back();
    is_ready_again(&client);
    client.reads_once(&read, "kept");
    client.burn(&burned).ok();
    client.reveal(&burned).unknown();
    assert_eq!(client.unlock(&locked, "open sesame").ok().member("value"), "locked");
    let shared = client.share("after");
    client.reads_once(&shared, "after");
}

#[test]
fn what_was_moved_away_is_missed_and_taken_up_again() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let away = |path: &PathBuf| path.with_extension("away");
    for place in 0..3 {
        let path = &files(&home)[place];
        let move_it = || fs::rename(path, away(path)).unwrap();
        held_off(&server, move_it, "is gone", || fs::rename(away(path), path).unwrap());
    }
    let (folder, elsewhere) = (home.file("data"), home.file("elsewhere"));
    held_off(
        &server,
        || fs::rename(&folder, &elsewhere).unwrap(),
        "is gone",
        || fs::rename(&elsewhere, &folder).unwrap(),
    );
    server.stop();
}

#[test]
fn another_file_in_its_place_is_not_taken_for_it() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    for (place, file) in files(&home).iter().enumerate() {
        let aside = file.with_extension("aside");
        let replace = || {
            fs::rename(file, &aside).unwrap();
            fs::copy(&aside, file).unwrap();
        };
        held_off(&server, replace, "another file", || fs::rename(&aside, file).unwrap());
        assert!(!aside.exists(), "{place}");
    }
    server.stop();
}

/// A backup copied over the database's name: what was read since stays read, and what was shared since is not lost.
#[test]
fn a_copy_moved_over_the_database_reads_nothing_twice() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let shared = client.share("once");
    home.run(&["backup", "copy.db"]).succeeded();
    fs::rename(home.file("copy.db"), home.file(DATABASE)).unwrap();
    let log = wait_for("unready", SOON, || (client.get("/health/ready").status == 503).then(|| server.log()));
    assert!(log.contains("restart"), "what to do is not told: {log}");
    client.reveal(&shared).unavailable();
    client.post("/share", &[("secret", "into nowhere")]).unavailable();
    stays_unready(&client);
    server.stop();

    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    client.get("/health/ready").ok();
    client.reads_once(&shared, "once");
    server.stop();
}

#[test]
fn a_deleted_database_takes_nothing_more() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let shared = client.share("value");
    for file in files(&home) {
        fs::remove_file(file).unwrap();
    }
    client.post("/share", &[("secret", "into nowhere")]).unavailable();
    client.reveal(&shared).unavailable();
    stays_unready(&client);
    assert!(files(&home).iter().all(|file| !file.exists()), "it must not come back empty");
    server.stop();
    assert!(files(&home).iter().all(|file| !file.exists()), "nor at the end");
}

/// The log alone, which holds what was acknowledged last: that is in the database once the server has stopped.
#[test]
fn a_deleted_log_loses_nothing_that_was_acknowledged() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let before: Vec<_> = (0..20).map(|number| client.share(&format!("value {number}"))).collect();
    for file in &files(&home)[1..] {
        fs::remove_file(file).unwrap();
    }
    client.post("/share", &[("secret", "into nowhere")]).unavailable();
    stays_unready(&client);
    server.stop();
    let server = home.serve_with(UNLIMITED);
    for (number, shared) in before.iter().enumerate() {
        server.client().reads_once(shared, &format!("value {number}"));
    }
    server.stop();
}

/// What opens the same files beside a server, and leaves again, displaces nothing.
#[test]
fn others_at_the_same_files_are_no_trouble() {
    let home = Home::new();
    let (one, other) = (home.serve_with(UNLIMITED), home.serve_with(UNLIMITED));
    for round in 0..3 {
        home.run(&["account", "list"]).succeeded();
        home.run(&["backup", &format!("copy-{round}.db")]).succeeded();
        home.run(&["doctor"]).succeeded();
        for server in [&one, &other] {
            let shared = server.client().share("value");
            other.client().reads_once(&shared, "value");
            server.client().get("/health/ready").ok();
        }
    }
    one.stop();
    let client = other.client();
    is_ready_again(&client);
    let shared = client.share("value");
    client.reads_once(&shared, "value");
    other.stop();
}
