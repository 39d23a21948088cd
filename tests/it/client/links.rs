//! Ways for a link to get in beside the command line, where others could read it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use super::Caller;
use crate::support::upstream::Upstream;
use crate::support::{Home, SOON, UNLIMITED, wait_for};

#[test]
fn links_come_from_stdin_files_and_a_variable() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    let links = || {
        let (link, receipt) = caller.share("value", &[]);
        fs::write(caller.home.file("links"), format!("{link}\n{receipt}\n")).unwrap();
        (link, receipt)
    };
    let (link, receipt) = links();
    assert!(caller.run_with(&["receipt", "-"], receipt.as_bytes()).line().contains("state      "));
    assert_eq!(caller.run_with(&["get", "-"], format!("{link}\n").as_bytes()).stdout, b"value");

    // Both lines of `share --receipt` in one file: each verb takes its own.
    let (link, _) = links();
    assert!(caller.run(&["receipt", "--link-file", "links"]).line().contains("state      "));
    assert_eq!(caller.run(&["get", "--link-file", "links"]).stdout, b"value");
    caller.run_with(&["get", "--link-file", "-"], link.as_bytes()).ended(3, &[]);
    links();
    assert_eq!(caller.run(&["burn", "--link-file", "links"]).line(), "burned");

    let (link, receipt) = links();
    let with = |link: &str| Caller::of_upstream(&upstream).with("READONCE_LINK", link);
    assert!(with(&receipt).run(&["receipt"]).line().contains("state      "));
    // What is named in the call goes before it.
    assert_eq!(with(&receipt).run(&["get", &link]).stdout, b"value");
    with(&receipt).run(&["get"]).ended(2, &["this is the link of the receipt"]);
}

#[test]
fn a_link_that_is_not_there_is_told_and_never_shown() {
    let caller = Caller::of("http://127.0.0.1:1");
    let key = "0123456789012345678901234567890";
    fs::write(caller.home.file("empty"), "\n").unwrap();
    for (arguments, stdin, said) in [
        (&["get"][..], "", "there is no link\nhint: `-` takes it from stdin, --link-file from a file"),
        (&["get", "-"], "", "the link is empty"),
        (&["burn", "--link-file", "empty"], "", "the link is empty"),
        (&["receipt", "--link-file", "links", key], "", "cannot be used with"),
        (&["receipt", "-"], "not a link", "neither a link nor a key"),
    ] {
        let said = caller.run_with(arguments, stdin.as_bytes()).ended(2, &[said]);
        assert!(!said.stderr.contains(key), "{}", said.stderr);
    }
    caller.run(&["get", "--link-file", "missing"]).ended(1, &["`missing` cannot be read"]);
    let help = caller.run(&["receipt", "--help"]).line();
    assert!(help.contains("Every user of this machine can read it here"), "{help}");
}

/// What a sentence or a mail program puts behind a link is no part of it.
#[test]
fn a_link_out_of_a_sentence_is_found_whole() {
    let upstream = Upstream::start();
    let caller = Caller::of_upstream(&upstream);
    for around in ["<LINK>", "LINK.", "(LINK),", "LINK%20", "“LINK”."] {
        let (link, _) = caller.share("value", &[]);
        let said = caller.run(&["get", &around.replace("LINK", &link)]);
        assert_eq!((said.code, said.stdout.as_slice()), (0, &b"value"[..]), "{around}: {}", said.stderr);
    }
}

/// The call that stands for hours is nobody else's to read.
#[test]
fn waiting_for_a_receipt_shows_no_link_in_the_list_of_processes() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    let (link, receipt) = caller.share("value", &[]);
    fs::write(caller.home.file("links"), format!("{link}\n{receipt}\n")).unwrap();
    let mut waiting = caller.command(&["receipt", "--link-file", "links", "--wait", "--timeout", "1m"]);
    let mut child = waiting.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let arguments = wait_for("its arguments", SOON, || {
        let arguments = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
        Some(String::from_utf8_lossy(&arguments).into_owned()).filter(|arguments| arguments.contains("links"))
    });
    assert!(arguments.contains("receipt\0--link-file\0links"), "{arguments}");
    for secret in [&link, &receipt] {
        assert!(!arguments.contains(secret.rsplit('/').next().unwrap()), "{arguments}");
    }
    assert_eq!(caller.run(&["get", "--link-file", "links"]).stdout, b"value");
    let mut state = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut state).unwrap();
    assert_eq!((state.as_str(), child.wait().unwrap().code()), ("state      received\n", Some(0)));
    server.stop();
}
