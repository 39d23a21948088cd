//! `receipt --wait`.

use std::process::Stdio;
use std::time::Duration;

use super::Caller;
use crate::support::upstream::{Mood, Upstream};
use crate::support::{Home, SOON, UNLIMITED, wait_for};

#[test]
fn waiting_ends_when_it_is_read() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    let (link, receipt) = caller.share("awaited", &[]);
    let mut command = caller.command(&["receipt", &receipt, "--wait"]);
    let mut waiting = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    caller.run(&["receipt", &receipt]).line();
    assert_eq!(waiting.try_wait().unwrap(), None);
    caller.run(&["get", &link]);
    let status = wait_for("the end of waiting", SOON, || waiting.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
    let output = waiting.wait_with_output().unwrap();
    assert!(output.stdout.starts_with(b"state      received\n"));
    assert_eq!(output.stderr, b"", "nobody looks at progress in a pipe");
    server.stop();
}

#[test]
fn every_end_has_its_code() {
    let home = Home::new();
    let mut variables = UNLIMITED.to_vec();
    variables.push(("READONCE_SECRETS__TTL_MIN", "1"));
    let server = home.serve_with(&variables);
    let caller = Caller::of(format!("http://{}", server.address()));
    let wait = |receipt: &str, more: &[&str]| caller.run(&[&["receipt", receipt, "--wait"], more].concat());
    let (_, unread) = caller.share("unread", &[]);
    let said = wait(&unread, &["--timeout", "1s"]);
    assert_eq!(said.code, 10, "{said:?}");
    assert!(said.stdout.starts_with(b"state      new\n"));
    caller.run(&["burn", &unread]);
    let said = wait(&unread, &[]).saying(&["burned before anybody read it"]);
    assert_eq!(said.code, 8);
    assert!(said.stdout.starts_with(b"state      burned\n"));
    // Its receipt lives for twice as long, which is when waiting has to see it.
    let (_, expiring) = caller.share("expiring", &["--ttl", "5"]);
    let said = wait(&expiring, &["--json"]).saying(&["it ended before anybody read it"]);
    assert_eq!(said.code, 9);
    assert!(String::from_utf8_lossy(&said.stdout).contains("\"state\":\"expired\""), "{said:?}");
    wait("0123456789012345678901234567890", &[]).ended(3, &["there is no such receipt"]);
    server.stop();
}

#[test]
fn a_server_that_is_away_for_a_while_is_waited_for() {
    for mood in [Mood::BadGateway, Mood::Limited, Mood::Out] {
        let upstream = Upstream::start();
        let caller = Caller::of_upstream(&upstream);
        let (link, receipt) = caller.share("awaited", &[]);
        let mut command = caller.command(&["receipt", &receipt, "--wait"]);
        let mut waiting = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let looks = || upstream.heard().iter().filter(|one| one.path.contains("/private/")).count();
        wait_for("a first look", SOON, || (looks() >= 1).then_some(()));
        upstream.feel(mood);
        wait_for("two looks at a server in trouble", SOON, || (looks() >= 3).then_some(()));
        assert_eq!(waiting.try_wait().unwrap(), None);
        upstream.feel(Mood::Usual);
        assert_eq!(caller.run(&["get", &link]).stdout, b"awaited");
        let status = wait_for("the end of waiting", Duration::from_secs(40), || waiting.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{mood:?}");
    }
}
