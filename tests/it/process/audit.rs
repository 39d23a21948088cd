//! The audit trail: what it tells and does not, and that what becomes of its lines is found.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::search::contains;
use crate::support::{Account, Home, Ran, SOON, Server, UNLIMITED, wait_for};

const TRAIL: &str = "trail.ndjson";
const MARKERS: [&str; 2] = ["marker-of-a-value", "marker-of-a-passphrase"];

struct Audited {
    home: Home,
    server: Server,
}

impl Audited {
    fn start() -> Self {
        let home = Home::new();
        fs::write(home.file("readonce.toml"), format!("[audit]\nto = \"./{TRAIL}\"\n")).unwrap();
        let server = home.serve_with(UNLIMITED);
        Self { home, server }
    }

    /// The lines once there are so many of an event.
    fn lines(&self, event: &str, count: usize) -> Vec<Value> {
        wait_for(&format!("{count} lines of `{event}`"), SOON, || {
            let lines: Vec<Value> =
                text(&self.home).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            (lines.iter().filter(|line| line["event"] == event).count() >= count).then_some(lines)
        })
    }
}

fn text(home: &Home) -> String {
    fs::read_to_string(home.file(TRAIL)).unwrap()
}

fn verify(home: &Home, files: &[&str]) -> Ran {
    home.run(&[&["audit", "verify"], files].concat())
}

/// Secrets that are shared, read, burned and tried in vain.
fn work(server: &Server, account: &Account) -> Vec<String> {
    let (client, owner) = (server.client(), server.client_of(account));
    let read = owner.share(MARKERS[0]);
    client.reads_once(&read, MARKERS[0]);
    let protected = client.post("/share", &[("secret", MARKERS[0]), ("passphrase", MARKERS[1])]).ok();
    let key = protected.member("secret_key");
    client.post(&format!("/secret/{key}"), &[("passphrase", "wrong")]).unknown();
    let receipt = protected.member("metadata_key");
    client.post(&format!("/receipt/{receipt}/burn"), &[]).ok();
    vec![read.secret, read.receipt, key, receipt]
}

#[test]
fn a_line_tells_what_happened_and_shows_nothing_that_opens_anything() {
    let audited = Audited::start();
    let account = audited.home.account("owner@example.com");
    let mut keys = work(&audited.server, &account);
    let lines = audited.lines("burned", 1);
    assert_eq!(fs::metadata(audited.home.file(TRAIL)).unwrap().permissions().mode() & 0o777, 0o600);
    let of = |event: &str| -> Vec<&Value> { lines.iter().filter(|line| line["event"] == event).collect() };
    // The server, and the command that made the account.
    assert_eq!((of("started").len(), of("token_made").len()), (2, 1));
    let (shared, read, burned, refused) = (of("shared"), of("read"), of("burned"), of("refused"));
    assert_eq!((shared.len(), read.len(), burned.len(), refused.len()), (2, 1, 1, 1));
    assert_eq!((&shared[0]["secret"], &shared[1]["secret"]), (&read[0]["secret"], &burned[0]["secret"]));
    assert_eq!((&refused[0]["secret"], &refused[0]["network"]), (&burned[0]["secret"], &read[0]["network"]));
    assert_eq!(shared[0]["account"], of("token_made")[0]["account"], "one pseudonym by whatever process");
    assert!(shared[0]["account"].is_string() && read[0]["account"].is_null(), "{lines:?}");
    assert_ne!(shared[0]["secret"], shared[1]["secret"]);
    keys.extend([account.token, "owner@example.com".to_owned(), "127.0.0.1".to_owned()]);
    let text = text(&audited.home);
    for marker in keys.iter().map(String::as_str).chain(MARKERS) {
        assert!(!contains(text.as_bytes(), marker.as_bytes()), "{marker} is in {text}");
    }
    let Audited { home, server } = audited;
    server.stop();
    verify(&home, &[TRAIL]).succeeded();
}

/// By the command; each byte and each line of a long one in `audit::verify::tests`.
#[test]
fn a_trail_that_was_changed_is_found_to_be() {
    let audited = Audited::start();
    let account = audited.home.account("owner@example.com");
    for _ in 0..3 {
        work(&audited.server, &account);
    }
    audited.lines("burned", 3);
    let Audited { home, server } = audited;
    server.stop();
    let told = verify(&home, &[TRAIL]).succeeded();
    assert!(told.stdout.contains("faults  0"), "{told:?}");
    let text = text(&home);
    let lines: Vec<&str> = text.lines().collect();
    let with = |lines: &[&str]| lines.join("\n") + "\n";
    let mut cut = lines.clone();
    cut.pop();
    let mut swapped = lines.clone();
    swapped.swap(5, 6);
    let mut dropped = lines.clone();
    dropped.remove(5);
    for (what, changed, told) in [
        ("flipped", text.replacen("\"read\"", "\"bead\"", 1), "does not fit the one before"),
        ("dropped", with(&dropped), "missing before it"),
        ("swapped", with(&swapped), "stands behind a later one"),
        ("appended", format!("{text}{}\n", lines[5]), "stands behind a later one"),
        ("cut off", with(&cut), "the store knows of 1 lines more"),
        ("emptied", String::new(), "lines more than there are"),
        ("scribbled on", format!("{text}nothing\n"), "no line of a trail"),
    ] {
        fs::write(home.file("changed"), changed).unwrap();
        let ran = verify(&home, &["changed"]);
        assert!(ran.code == Some(1) && ran.stdout.contains(told), "{what}: {ran:?}");
    }
}

/// A file that was moved away is left alone from then on; both together are the trail.
#[test]
fn a_rotated_file_is_opened_again() {
    let audited = Audited::start();
    let account = audited.home.account("owner@example.com");
    work(&audited.server, &account);
    audited.lines("burned", 1);
    fs::rename(audited.home.file(TRAIL), audited.home.file("old.ndjson")).unwrap();
    audited.server.signal(Signal::HUP);
    // The signal comes when it comes: something is shared until the new file is there.
    wait_for("the new file", SOON, || {
        audited.server.client().share("x");
        audited.home.file(TRAIL).exists().then_some(())
    });
    let Audited { home, server } = audited;
    server.stop();
    verify(&home, &["old.ndjson", TRAIL]).succeeded();
    let ran = verify(&home, &[TRAIL]);
    assert!(ran.code == Some(1) && ran.stdout.contains("missing before it"), "{ran:?}");
}

/// Nobody waits for an output that takes nothing, and a line tells what is missing.
#[test]
fn an_output_that_takes_nothing_stops_nothing_and_is_told_of() {
    let home = Home::new();
    symlink("/dev/full", home.file(TRAIL)).unwrap();
    home.write("readonce.toml", &format!("[audit]\nto = \"./{TRAIL}\"\n"));
    let server = home.serve_with(UNLIMITED);
    for _ in 0..50 {
        server.client().share("x");
    }
    fs::remove_file(home.file(TRAIL)).unwrap();
    server.signal(Signal::HUP);
    let text = wait_for("a line that tells what is missing", SOON, || {
        server.client().share("x");
        fs::read_to_string(home.file(TRAIL)).ok().filter(|text| text.lines().count() >= 2)
    });
    // The start, and what was shared until the file was there.
    let gap: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((gap["event"].as_str(), gap["number"].as_u64()), (Some("gap"), Some(0)));
    assert!(gap["missing"].as_str().unwrap().parse::<u64>().unwrap() >= 51, "{gap}");
    server.stop();
    verify(&home, &[TRAIL]).succeeded();
}

#[test]
fn on_standard_output_it_is_beside_the_log_and_out_of_results() {
    let home = Home::new();
    fs::write(home.file("readonce.toml"), "[audit]\nto = \"stdout\"\n").unwrap();
    let server = home.serve_with(UNLIMITED);
    server.client().share("x");
    wait_for("the line", SOON, || server.log().contains("\"event\":\"shared\"").then_some(()));
    server.stop();
    let account = home.run(&["account", "create", "a@example.org", "--json"]).succeeded().stdout;
    assert!(serde_json::from_str::<Value>(&account).is_ok(), "{account}");
    let mut wrong: Command = home.command(&["serve", "--listen", "127.0.0.1:0"]);
    wrong.env("READONCE_AUDIT__TO", "./nowhere/trail");
    Ran::of(wrong).refused_saying(&["`./nowhere/trail`", "hint: `audit.to` names it"]);
}
