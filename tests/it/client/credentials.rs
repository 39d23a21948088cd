//! Who gets to know the token: the server of `--url`, and nobody else.

use super::Caller;
use crate::support::text::base64;
use crate::support::upstream::{Mood, TOKEN, USER, Upstream};

#[test]
fn credentials_stay_with_the_server_they_belong_to() {
    let (mine, theirs) = (Upstream::start(), Upstream::start());
    let me = Caller::of_upstream(&mine).signed_in(USER, TOKEN);
    let other = Caller::of_upstream(&theirs);
    let (link, receipt) = other.share("bait", &[]);
    me.run(&["receipt", &receipt]).saying(&["note: the link leads to `", "no credentials are sent there"]);
    assert_eq!(me.run(&["burn", &receipt, "--quiet"]).stderr, "");
    me.run(&["get", &link]).ended(3, &[]);
    let heard = theirs.heard();
    assert!(heard.len() == 4 && heard.iter().all(|one| one.authorization.is_none()), "{heard:?}");

    // The same host under another path is somebody else, too.
    let elsewhere = format!("{}/other/private/{}", mine.url(), receipt.rsplit('/').next().unwrap());
    me.run(&["receipt", &elsewhere]);
    assert!(mine.heard().iter().all(|one| one.authorization.is_none()));

    let (link, _) = me.share("own", &[]);
    assert_eq!(me.run(&["get", &link]).stdout, b"own");
    let expected = format!("Basic {}", base64(format!("{USER}:{TOKEN}").as_bytes()));
    let heard = mine.heard();
    assert!(heard[1..].iter().all(|one| one.authorization.as_ref() == Some(&expected)), "{heard:?}");
    assert_eq!(heard.len(), 3);
}

#[test]
fn redirects_are_not_followed() {
    let upstream = Upstream::start();
    upstream.feel(Mood::Moved);
    let caller = Caller::of_upstream(&upstream).signed_in(USER, TOKEN);
    let key = "0123456789012345678901234567890";
    let said =
        caller.run(&["get", key]).ended(1, &["sends on to `http://elsewhere.example`", "not followed"]);
    assert!(!said.stderr.contains(key), "{}", said.stderr);
    caller.run_with(&["share"], b"x").ended(1, &["not followed"]);
    upstream.feel(Mood::SignIn);
    let said = caller.run(&["get", key]).ended(1, &["sends on to another page, which is not followed"]);
    assert!(!said.stderr.contains(key), "{}", said.stderr);
}

#[test]
fn tokens_come_from_files_and_never_show() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    std::fs::write(caller.home.file("token"), format!("{TOKEN}\n")).unwrap();
    let said = caller.run_with(&["share", "--user", USER, "--token-file", "token"], b"x");
    said.line();
    std::fs::write(caller.home.file("token"), "wrong-token").unwrap();
    let said = caller.run_with(&["share", "--user", USER, "--token-file", "token"], b"x");
    let said = said.ended(5, &["Not authorized", "hint: --user, and READONCE_TOKEN"]);
    assert!(!said.stderr.contains("wrong-token"), "{}", said.stderr);
    caller.run_with(&["share", "--token-file", "token"], b"x").ended(2, &["there is a token and no account"]);
    let caller = caller.signed_in(USER, "wrong-token");
    caller.run_with(&["share"], b"x").ended(5, &["Not authorized"]);
    caller.run_with(&["share", "--anonymous"], b"x").line();
    assert!(upstream.heard().last().unwrap().authorization.is_none());
}
