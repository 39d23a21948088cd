//! An output that does not take the value: told before the server is asked where that can be known, and never a loss.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Output, Stdio};

use super::{Caller, run};
use crate::support::{Home, Server, UNLIMITED};

fn server() -> (Home, Server, Caller) {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    (home, server, caller)
}

#[test]
fn files_are_new_and_private() {
    let (_home, server, caller) = server();
    let (link, _) = caller.share("for a file", &[]);
    fs::write(caller.home.file("taken"), "precious").unwrap();
    caller
        .run(&["get", &link, "-o", "taken"])
        .ended(1, &["`taken` is there already", "the secret is still there"]);
    caller
        .run(&["get", &link, "-o", "no/such/folder"])
        .ended(1, &["cannot be made", "the secret is still there"]);
    caller.run(&["get", &link, "-o", "/dev/full"]).ended(1, &["is there already"]);
    assert_eq!(fs::read(caller.home.file("taken")).unwrap(), b"precious");

    let said = caller.run(&["get", &link, "-o", "new"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert_eq!(fs::read(caller.home.file("new")).unwrap(), b"for a file");
    assert_eq!(fs::metadata(caller.home.file("new")).unwrap().permissions().mode() & 0o777, 0o600);
    caller.run(&["get", &link, "-o", "another"]).ended(3, &[]);
    let mut left: Vec<_> =
        fs::read_dir(caller.home.file("")).unwrap().map(|one| one.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["new", "taken"], "nothing is left lying about");
    server.stop();
}

#[test]
fn a_full_disk_is_told_before_the_server_is_asked() {
    let (_home, server, caller) = server();
    let (link, receipt) = caller.share("not lost", &[]);
    // Once the ignored signal is inherited, a write past the limit fails as on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f 8; \"$READONCE\" get {link} -o out");
    let said = run(caller.prepared(caller.home.shell(&script)), b"");
    said.ended(1, &["the output has no room", "the server was not asked"]);
    assert!(!caller.home.file("out").exists());
    assert!(caller.run(&["receipt", &receipt]).line().starts_with("state      new"));
    assert_eq!(caller.run(&["get", &link]).stdout, b"not lost");
    server.stop();
}

#[test]
fn a_reader_that_went_away_costs_no_value() {
    let (_home, server, caller) = server();
    let (link, _) = caller.share("saved elsewhere", &[]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = caller.command(&["get", &link]).stdin(Stdio::null()).stdout(writer).output().unwrap();
    is_saved(&ran, b"saved elsewhere");
    server.stop();
}

/// A program that is called with a closed stdout finds `/dev/null` there, and everything would be written.
#[test]
fn an_output_that_is_closed_is_told_before_the_server_is_asked() {
    let (_home, server, caller) = server();
    let (link, receipt) = caller.share("still there", &[]);
    for closed in [">&-", "<&- >&-", "1<>/dev/null", "1</dev/null", "1</etc/hostname"] {
        for verb in [format!("get {link}"), format!("get --json {link}"), format!("get -o - {link}")] {
            let script = format!("\"$READONCE\" {verb} {closed}");
            run(caller.prepared(caller.home.shell(&script)), b"")
                .ended(1, &["the output is closed", "the server was not asked, the secret is still there"]);
        }
        for verb in ["share", "share --receipt", "share --json", "generate", "generate --show"] {
            let script = format!("echo x | \"$READONCE\" {verb} --quiet {closed}");
            run(caller.prepared(caller.home.shell(&script)), b"")
                .ended(1, &["the output is closed", "nothing is shared"]);
        }
    }
    assert!(caller.run(&["receipt", &receipt]).line().starts_with("state      new"));
    assert_eq!(server.log().matches("/api/v1/share").count(), 1, "{}", server.log());
    assert!(!server.log().contains("/api/v1/generate"), "{}", server.log());

    // On purpose.
    let script = format!("\"$READONCE\" get {link} >/dev/null");
    run(caller.prepared(caller.home.shell(&script)), b"").ended(0, &[]);
    caller.run(&["get", &link]).ended(3, &[]);
    let (link, _) = caller.share("to stdout", &[]);
    let said = caller.run(&["get", "-o", "-", &link]);
    assert_eq!((said.code, said.stdout.as_slice()), (0, &b"to stdout"[..]));
    assert!(!caller.home.file("-").exists());
    server.stop();
}

/// Tokens and keys are shown once, too.
#[test]
fn nothing_is_made_whose_token_would_go_nowhere() {
    let home = Home::new();
    for verb in ["account create ann@example.org", "account create ann@example.org --json", "key generate"] {
        run(home.shell(&format!("\"$READONCE\" {verb} >&-")), b"").ended(1, &["the output is closed"]);
    }
    assert!(!home.file("data").exists());
    let token = home.account("ann@example.org").token;
    run(home.shell("\"$READONCE\" account token ann@example.org >&-"), b"").ended(1, &["nothing was made"]);
    let server = home.serve();
    server.client().signed_in("ann@example.org", &token).get("/api/v1/authcheck").ok();
    server.stop();
}

/// A device shows what it takes only when it is written to.
#[test]
fn a_device_that_is_full_costs_no_value() {
    let (_home, server, caller) = server();
    let (link, _) = caller.share("saved elsewhere, too", &[]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let ran = caller.command(&["get", &link]).stdin(Stdio::null()).stdout(full).output().unwrap();
    is_saved(&ran, b"saved elsewhere, too");
    server.stop();
}

/// It failed, and said in which private file the value is.
#[track_caller]
fn is_saved(ran: &Output, value: &[u8]) {
    let said = str::from_utf8(&ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("the output cannot be written: "), "{said}");
    let (_, rest) = said.split_once("the value is saved in `").unwrap();
    let file = rest.split('`').next().unwrap();
    assert_eq!(fs::read(file).unwrap(), value);
    assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}
