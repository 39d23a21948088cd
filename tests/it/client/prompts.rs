//! What is asked at a terminal, and that it is not shown there.

use std::time::Duration;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use super::Caller;
use crate::support::upstream::{TOKEN, USER, Upstream};
use crate::support::{Home, UNLIMITED};

/// Runs the client at a terminal.
pub(super) fn at_terminal(caller: &Caller, arguments: &[&str]) -> PtySession {
    let patience = u64::try_from(Duration::from_secs(30).as_millis()).unwrap();
    spawn_command(caller.command(arguments), Some(patience)).unwrap()
}

/// Answers a question, and hands back all that was on the screen before it.
fn answered(session: &mut PtySession, question: &str, answer: &str) -> String {
    let before = session.exp_string(question).unwrap();
    session.send_line(answer).unwrap();
    before
}

#[track_caller]
pub(super) fn ended(session: &mut PtySession, code: i32) -> String {
    let rest = session.exp_eof().unwrap();
    let status = session.process().wait().unwrap();
    assert!(matches!(status, WaitStatus::Exited(_, found) if found == code), "{status:?}: {rest}");
    rest
}

#[test]
fn secret_and_passphrase_are_typed_unseen() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    let mut session = at_terminal(&caller, &["share", "--passphrase"]);
    answered(&mut session, "secret, one line (not shown): ", "typed hunter2");
    answered(&mut session, "passphrase (not shown): ", "open sesame");
    answered(&mut session, "the same again: ", "open sesame");
    let screen = ended(&mut session, 0);
    let link = screen.lines().map(str::trim).find(|line| line.starts_with("http")).unwrap().to_owned();
    assert!(!screen.contains("hunter2") && !screen.contains("sesame"), "{screen}");

    // A slip of the hand: another try, which is no second try for the value.
    let mut session = at_terminal(&caller, &["get", &link, "--passphrase"]);
    answered(&mut session, "passphrase (not shown): ", "close sesame");
    answered(&mut session, "wrong, or the secret is gone; passphrase (nothing ends it): ", "open sesame");
    let screen = ended(&mut session, 0);
    assert!(screen.contains("typed hunter2\r\n"), "{screen:?}");
    server.stop();
}

#[test]
fn two_passphrases_that_differ_share_nothing() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let mut session = at_terminal(&caller, &["share", "--secret", "x", "--passphrase"]);
    answered(&mut session, "passphrase (not shown): ", "one");
    answered(&mut session, "the same again: ", "another");
    assert!(ended(&mut session, 2).contains("the two passphrases differ"));
    assert!(upstream.heard().is_empty());
}

#[test]
fn the_token_is_asked_for() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let mut session = at_terminal(&caller, &["share", "--user", USER, "--secret", "x"]);
    answered(&mut session, "API token (not shown): ", TOKEN);
    let screen = ended(&mut session, 0);
    assert!(screen.contains("/secret/") && !screen.contains(TOKEN), "{screen}");
    assert!(upstream.heard()[0].authorization.is_some());
}

#[test]
fn a_terminal_obeys_no_value_and_a_wait_shows_progress() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let (link, receipt) = caller.share("red\u{1b}[31m", &[]);
    let mut waiting = at_terminal(&caller, &["receipt", &receipt, "--wait"]);
    waiting.exp_regex("waiting: viewed, for [0-9]+s").unwrap();
    let mut session = at_terminal(&caller, &["get", &link]);
    let screen = ended(&mut session, 0);
    assert!(screen.contains("red\\u{1b}[31m\r\n") && screen.contains("note: characters that"), "{screen:?}");
    assert!(ended(&mut waiting, 0).contains("state      received"));
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    for (arguments, hint) in [
        (&["share", "--secret", "x", "--passphrase"][..], "hint: --passphrase-file or READONCE_PASSPHRASE"),
        (&["share", "--secret", "x", "--user", USER], "hint: READONCE_TOKEN or --token-file"),
    ] {
        // A session of its own has no terminal.
        let mut command = std::process::Command::new("setsid");
        command.arg("--wait").arg(env!("CARGO_BIN_EXE_readonce")).args(arguments);
        command.current_dir(caller.home.file(""));
        let said = super::run(caller.prepared(command), b"");
        said.ended(2, &["there is no terminal to ask at", hint]);
    }
    assert!(upstream.heard().is_empty());
}
