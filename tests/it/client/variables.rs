//! Variables that are not what somebody meant: empty, or with a line end of Windows.

use super::Caller;
use crate::support::upstream::{TOKEN, USER, Upstream};

/// As a CI system sets a secret that it does not have.
#[test]
fn an_empty_variable_is_refused_and_nothing_is_shared_without_it() {
    let upstream = Upstream::start();
    for name in ["READONCE_PASSPHRASE", "READONCE_USER", "READONCE_TOKEN", "READONCE_URL"] {
        let caller = Caller::of_upstream(&upstream).with(name, "");
        for verb in ["share", "generate"] {
            caller
                .run_with(&[verb], b"x")
                .ended(2, &[&format!("the variable `{name}` is set, and empty"), "hint: "]);
        }
    }
    let key = "0123456789012345678901234567890";
    let caller = Caller::of_upstream(&upstream).with("READONCE_LINK", "");
    caller.run(&["get"]).ended(2, &["the variable `READONCE_LINK` is set, and empty"]);
    let caller = Caller::of_upstream(&upstream).with("READONCE_PASSPHRASE", "");
    caller.run(&["get", key]).ended(2, &["`READONCE_PASSPHRASE` is set, and empty"]);
    assert!(upstream.heard().is_empty(), "{:?}", upstream.heard());

    // Where a call says otherwise it does not count.
    let caller = Caller::of_upstream(&upstream).signed_in("", "").with("READONCE_PASSPHRASE", "");
    std::fs::write(caller.home.file("word"), "word\n").unwrap();
    caller.run_with(&["share", "--anonymous", "--passphrase-file", "word"], b"x").line();
    assert_eq!(upstream.heard()[0].parameters["passphrase"], "word");
}

#[test]
fn blanks_and_line_ends_around_a_variable_are_named_and_its_text_is_not() {
    let upstream = Upstream::start();
    for (name, text) in [
        ("READONCE_URL", upstream.url()),
        ("READONCE_USER", USER.to_owned()),
        ("READONCE_TOKEN", TOKEN.to_owned()),
        ("READONCE_PASSPHRASE", "hunter2".to_owned()),
    ] {
        for (end, named) in [("\r", "ends with `\\r`"), (" ", "ends with a blank"), ("\n", "ends with `\\n`")]
        {
            let caller =
                Caller::of_upstream(&upstream).signed_in(USER, TOKEN).with(name, &format!("{text}{end}"));
            let said = caller.run_with(&["share"], b"x");
            let said = said.ended(2, &[&format!("the variable `{name}` {named}"), "hint: leave it out"]);
            assert!(!said.stderr.contains("hunter2") && !said.stderr.contains(TOKEN), "{}", said.stderr);
        }
    }
    assert!(upstream.heard().is_empty(), "{:?}", upstream.heard());
    // Given as an argument the character is shown.
    let caller = Caller::of_upstream(&upstream);
    let said = caller.run_with(&["share", "--url", "http://127.0.0.1:7143\r"], b"x");
    said.ended(2, &["`http://127.0.0.1:7143\\r` is no address of a server"]);
}
