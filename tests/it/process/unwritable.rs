//! A store that cannot be written to: callers are told 503 and when to come back, the log has the cause, nothing that was
//! acknowledged is lost, and the server works again by itself once it can.

use rusqlite::Connection;
use rustix::process::{Resource, Rlimit, prlimit};

use crate::support::{Answer, Client, Home, SOON, Server, Shared, UNLIMITED, wait_for};

/// Room for files, in blocks of 512 bytes: enough to start with, soon full.
const BLOCKS: usize = 2048;
/// The largest value: what fills a disk.
const SIZE: usize = 10_000;

fn value(place: usize) -> String {
    format!("{place:0SIZE$}")
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let home = Home::new();
    // Once the ignored signal is inherited, a write past the limit fails as on a full disk.
    let script =
        format!("trap '' XFSZ; ulimit -S -f {BLOCKS}; exec \"$READONCE\" serve --listen 127.0.0.1:0");
    let mut command = home.shell(&script);
    command.envs(UNLIMITED.iter().copied());
    let server = Server::start(command).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"));
    let client = server.client();

    let mut acknowledged: Vec<Shared> = Vec::new();
    let refused = fill(&client, &mut acknowledged);
    refused.unavailable();
    assert!(acknowledged.len() > 5, "only {} fitted", acknowledged.len());
    // While it is full, the server lives, refuses what it cannot do, and shows what it can.
    client.get("/api/v1/status").ok();
    client.get("/health/live").ok();
    // The log has room again for a while after a refusal; then it has not, and what refuses shares refuses readiness.
    wait_for("unready", SOON, || {
        let answer = client.post("/share", &[("secret", &value(acknowledged.len()))]);
        if answer.status == 200 {
            acknowledged.push(Shared::of(&answer));
        }
        (answer.status == 503 && client.get("/health/ready").status == 503).then_some(())
    });
    assert_eq!(client.state(&acknowledged[0]), "new");
    let mut read = Vec::new();
    for (place, shared) in acknowledged.iter().enumerate().take(3) {
        let answer = client.reveal(shared);
        if answer.status == 200 {
            assert_eq!(answer.member("value"), value(place));
            read.push(place);
        } else {
            answer.unavailable();
        }
    }
    let log = server.log();
    assert!(log.contains("ERROR") && log.contains("the store failed a request"), "{log}");
    assert!(log.contains("disk") || log.contains("full"), "the cause is not told: {log}");

    limit_files(&server, None);
    wait_for("a server that works again", SOON, || {
        (client.post("/share", &[("secret", &value(0))]).status == 200).then_some(())
    });
    wait_for("ready again", SOON, || (client.get("/health/ready").status == 200).then_some(()));
    for (place, shared) in acknowledged.iter().enumerate() {
        if read.contains(&place) {
            client.reveal(shared).unknown();
        } else {
            client.reads_once(shared, &value(place));
        }
    }
    server.stop();
}

/// Room for a little is none: what shows readiness is as large as the largest share.
#[test]
fn a_disk_with_room_for_less_than_a_share_is_not_ready() {
    let home = Home::new();
    let mut command = home.shell("trap '' XFSZ; exec \"$READONCE\" serve --listen 127.0.0.1:0");
    command.envs(UNLIMITED.iter().copied());
    let server = Server::start(command).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"));
    let client = server.client();
    client.reads_once(&client.share("value"), "value");
    // What was read is erased from the log, which is empty then, and has room for three pages from here on.
    let log = home.file("data/readonce.db-wal");
    wait_for("an empty log", SOON, || (log.metadata().unwrap().len() == 0).then_some(()));
    limit_files(&server, Some(16 * 1024));

    client.post("/share", &[("secret", &value(0))]).unavailable();
    // At the first look: a smaller write would fill the log by and by, and fail then.
    assert_eq!(client.get("/health/ready").status, 503);
    client.post("/share", &[("secret", &value(0))]).unavailable();

    limit_files(&server, None);
    wait_for("ready again", SOON, || (client.get("/health/ready").status == 200).then_some(()));
    let shared = client.share("after");
    client.reads_once(&shared, "after");
    server.stop();
}

/// Shares until there is no room, and hands back what the first refused one was told.
fn fill(client: &Client, acknowledged: &mut Vec<Shared>) -> Answer {
    // Twice the room: log and database each may take all of it.
    for place in 0..4 * BLOCKS * 512 / SIZE {
        let answer = client.post("/share", &[("secret", &value(place))]);
        if answer.status != 200 {
            return answer;
        }
        acknowledged.push(Shared::of(&answer));
    }
    panic!("{} secrets of {SIZE} bytes fitted", acknowledged.len())
}

/// How long files may become by the running server, in bytes; `None` lifts the limit.
fn limit_files(server: &Server, bytes: Option<u64>) {
    prlimit(Some(server.pid()), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
}

#[test]
fn another_writer_that_does_not_let_go_is_told_and_passes() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let (kept, burned, locked) =
        (client.share("kept"), client.share("to be burned"), client.share_locked("locked", "open sesame"));
    let other = Connection::open(home.file("data/readonce.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    client.post("/share", &[("secret", "refused")]).unavailable();
    for refused in [client.reveal(&kept), client.burn(&burned), client.unlock(&locked, "open sesame")] {
        let message = refused.unavailable().member("message");
        assert!(!message.contains("outcome"), "nothing was done, and that is known: {message}");
    }
    wait_for("unready", SOON, || (client.get("/health/ready").status == 503).then_some(()));
    client.get("/health/live").ok();
    client.get("/api/v1/status").ok();
    assert_eq!(client.state(&kept), "new");
    let log = server.log();
    assert!(log.contains("ERROR") && log.contains("locked"), "the cause is not told: {log}");

    other.execute_batch("ROLLBACK").unwrap();
    client.reads_once(&kept, "kept");
    client.burn(&burned).ok();
    client.reveal(&burned).unknown();
    assert_eq!(client.unlock(&locked, "open sesame").ok().member("value"), "locked");
    wait_for("ready again", SOON, || (client.get("/health/ready").status == 200).then_some(()));
    let shared = client.share("after");
    client.reads_once(&shared, "after");
    server.stop();
}
