//! Every verb against a server that answers as upstream v0.23.6.

use serde_json::Value;

use super::Caller;
use crate::support::upstream::{Mood, TOKEN, USER, Upstream};

/// The numbers' form must not matter.
fn for_both(what: impl Fn(&Upstream, &Caller)) {
    for mood in [Mood::Usual, Mood::TextNumbers] {
        let upstream = Upstream::start();
        upstream.feel(mood);
        what(&upstream, &Caller::of_upstream(&upstream));
    }
}

#[test]
fn a_whole_life() {
    for_both(|upstream, caller| {
        let said = caller.run_with(&["share", "--ttl", "2h", "--receipt"], "hé &+%\n\0".as_bytes());
        let lines = said.line();
        let (link, receipt) = lines.split_once('\n').unwrap();
        assert!(link.starts_with(&format!("{}/secret/", upstream.url())), "{link}");
        assert_eq!(upstream.heard()[0].parameters["ttl"], "7200");
        let told = caller.run(&["receipt", receipt]).line();
        assert!(
            told.starts_with(
                "state      viewed\ncreated    2026-11-21T08:07:09Z\nexpires    2026-11-21T10:07:09Z"
            ),
            "{told}"
        );
        assert!(!told.contains("hé"), "the first look shows the value to whoever looks for it: {told}");
        assert_eq!(caller.run(&["get", link]).stdout, "hé &+%\n\0".as_bytes());
        caller.run(&["get", link]).ended(3, &["Unknown secret"]);
        let told = caller.run(&["receipt", receipt, "--wait"]).line();
        assert!(told.contains("received   2026-11-21T08:07:21Z"), "{told}");
        caller.run(&["burn", receipt]).ended(3, &["read or burned already"]);
        assert_eq!(caller.run(&["status"]).line(), "nominal");
    });
}

#[test]
fn burning_something_protected_takes_the_passphrase() {
    for_both(|_, caller| {
        let locked = Caller::of(&caller.url).with("READONCE_PASSPHRASE", "swordfish");
        let (link, receipt) = locked.share("locked", &[]);
        caller.run(&["get", &link]).ended(3, &["Unknown secret"]);
        caller
            .run(&["burn", &receipt])
            .ended(4, &["Double check that passphrase", "hint: it is kept; --passphrase"]);
        assert_eq!(locked.run(&["burn", &receipt]).line(), "burned", "whatever stale state the answer tells");
        locked.run(&["get", &link]).ended(3, &[]);
        caller.run(&["receipt", &receipt, "--wait"]).saying(&["burned before anybody read it"]);

        let (link, _) = locked.share("locked", &[]);
        assert_eq!(locked.run(&["get", &link]).stdout, b"locked");
    });
}

#[test]
fn generate_recipients_and_domains() {
    for_both(|_, caller| {
        let lines = caller.run(&["generate", "--show"]).line();
        let (link, password) = lines.split_once('\n').unwrap();
        assert_eq!(password, "SG2S&7vq3sub");
        assert_eq!(caller.run(&["get", link]).stdout, b"SG2S&7vq3sub");
        caller
            .run(&["generate", "--recipient", "someone@example.org"])
            .ended(5, &["An account is required to send emails."]);
        let account = Caller::of(&caller.url).signed_in(USER, TOKEN);
        let said = account.run_with(&["share", "--json", "--recipient", "someone@example.org"], b"x");
        let made: Value = serde_json::from_str(&said.line()).unwrap();
        assert_eq!(made["recipient"][0], "so*****@e*****.org");
        let said = account.run_with(&["share", "--recipient", "someone"], b"x");
        assert!(said.line().contains("/secret/"), "{said:?}");
        said.saying(&["warning: the server names no recipient"]);
        let (link, receipt) = caller.share("x", &["--share-domain", "links.example.org"]);
        assert!(link.starts_with("https://links.example.org/secret/"), "{link}");
        assert!(receipt.starts_with("https://links.example.org/private/"), "{receipt}");
        caller
            .run_with(&["share", "--share-domain", "other.example.org"], b"x")
            .ended(5, &["Unknown domain: other.example.org"]);
    });
}

#[test]
fn recent_is_broken_there_and_says_so() {
    for_both(|_, caller| {
        let account = Caller::of(&caller.url).signed_in(USER, TOKEN);
        account.run(&["recent"]).ended(5, &["An unexpected error occurred :["]);
    });
}

#[test]
fn everything_is_404_and_told_apart_all_the_same() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let (link, receipt) = caller.share("kept", &[]);
    upstream.feel(Mood::Limited);
    caller.run(&["get", &link]).ended(5, &["Cripes! You have been rate limited."]);
    upstream.feel(Mood::Out);
    caller.run(&["get", &link]).ended(6, &["We'll be back shortly!"]);
    upstream.feel(Mood::Guarded);
    caller.run(&["get", &link]).ended(5, &["answers 401 Unauthorized"]);
    upstream.feel(Mood::BadGateway);
    caller.run(&["receipt", &receipt]).ended(6, &["answers 502 Bad Gateway"]);
    caller.run(&["get", &link]).ended(7, &["answers 502 Bad Gateway", "it may have happened"]);
    caller.run(&["status"]).ended(1, &["not as a v1 server does"]);
    upstream.feel(Mood::Usual);
    let wrong = Caller::of(format!("{}/ots", upstream.url()));
    wrong
        .run_with(&["share"], b"x")
        .ended(1, &["not as a v1 server does", "hint: is that the right address"]);
    assert_eq!(caller.run(&["get", &link]).stdout, b"kept");
}
