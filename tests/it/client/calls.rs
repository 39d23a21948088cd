//! What the verbs say of themselves, pinned, and calls that are wrong.

use super::Caller;
use crate::support::upstream::Upstream;

#[test]
fn help_tells_each_verb_and_none_of_the_servers_settings() {
    let caller = Caller::of("http://127.0.0.1:1");
    for (verb, expected) in [
        ("share", include_str!("help-share.txt")),
        ("generate", include_str!("help-generate.txt")),
        ("get", include_str!("help-get.txt")),
        ("receipt", include_str!("help-receipt.txt")),
        ("burn", include_str!("help-burn.txt")),
        ("recent", include_str!("help-recent.txt")),
        ("status", include_str!("help-status.txt")),
    ] {
        assert_eq!(caller.run(&[verb, "--help"]).line(), expected.trim_end(), "{verb}");
    }
}

#[test]
fn the_servers_settings_are_refused() {
    let caller = Caller::of("http://127.0.0.1:1");
    caller
        .run(&["share", "--store", "sqlite:x"])
        .ended(2, &["this is a setting of the server; the client has --url"]);
    caller.run(&["get", "--config", "x", "k"]).ended(2, &["this is a setting of the server"]);
    // It always took them, and health checks may give them.
    let upstream = Upstream::start();
    assert_eq!(Caller::of_upstream(&upstream).run(&["status", "--config", "x"]).line(), "nominal");
}

#[test]
fn wrong_calls_are_twos() {
    let caller = Caller::of("http://127.0.0.1:1");
    for arguments in [
        &["get"][..],
        &["get", "short"],
        &["get", "https://x.example/other/0123456789012345678901234567890"],
        &["receipt", "recent"],
        &["share", "--url", "x.example"],
        &["share", "--url", "https://ann:token@x.example"],
        &["share", "--secret", "a", "--file", "b"],
        &["share", "--token", "t"],
        &["receipt", "0123456789012345678901234567890", "--timeout", "1s"],
    ] {
        let said = caller.run_with(arguments, b"x");
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.stderr);
        assert!(
            !said.stderr.contains("ann:token") && !said.stderr.contains("0123456789012345678901"),
            "{}",
            said.stderr
        );
    }
}
