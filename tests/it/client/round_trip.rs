//! Every verb against the real server.

use serde_json::Value;

use super::Caller;
use crate::support::brought::{BCRYPT, VALUE, bring_home};
use crate::support::{Home, Server, UNLIMITED};

const ADDRESS_AT: &str = "/secret/";

fn server(home: &Home) -> (Server, Caller) {
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    (server, caller)
}

#[test]
fn share_get_and_gone() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let said = caller.run_with(&["share", "--ttl", "2h"], b"hello");
    let link = said.line();
    assert_eq!(said.stderr, "", "a script wants the link and nothing else");
    assert!(link.starts_with(&format!("{}{ADDRESS_AT}", caller.url)), "{link}");

    let said = caller.run(&["get", &link]);
    assert_eq!((said.code, said.stdout.as_slice(), said.stderr.as_str()), (0, &b"hello"[..], ""));
    caller.run(&["get", &link]).ended(3, &["Unknown secret", "hint: it was read, burned, has expired"]);

    // The key alone does too.
    let (link, _) = caller.share("by key", &[]);
    let key = link.rsplit('/').next().unwrap();
    assert_eq!(caller.run(&["get", key]).stdout, b"by key");
    server.stop();
}

#[test]
fn everything_the_server_said_on_demand() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let said = caller.run_with(&["share", "--json", "--ttl", "90"], b"in json");
    let made: Value = serde_json::from_str(&said.line()).unwrap();
    assert_eq!((made["ttl"].as_u64(), made["state"].as_str()), (Some(90), Some("new")));
    let receipt = made["metadata_key"].as_str().unwrap();

    let seen: Value = serde_json::from_str(&caller.run(&["receipt", receipt, "--json"]).line()).unwrap();
    assert_eq!(seen["metadata_key"].as_str(), Some(receipt));
    let got = caller.run(&["get", made["secret_key"].as_str().unwrap(), "--json"]);
    let got: Value = serde_json::from_slice(&got.stdout).unwrap();
    assert_eq!(got["value"].as_str(), Some("in json"));
    server.stop();
}

#[test]
fn a_receipt_tells_what_became_of_it() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let (link, receipt) = caller.share("watched", &["--ttl", "1h"]);
    let told = caller.run(&["receipt", &receipt]).line();
    assert!(told.starts_with("state      new\ncreated    20"), "{told}");
    assert!(told.contains("\nexpires    20") && !told.contains("received"), "{told}");
    caller.run(&["get", &link]);
    let told = caller.run(&["receipt", &receipt]).line();
    assert!(told.starts_with("state      received\n") && told.contains("\nreceived   20"), "{told}");
    server.stop();
}

#[test]
fn burning_takes_the_receipt() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let (link, receipt) = caller.share("unwanted", &[]);
    caller.run(&["burn", &link]).ended(2, &["this link reads the secret", "hint: "]);
    assert_eq!(caller.run(&["burn", &receipt]).line(), "burned");
    caller.run(&["burn", &receipt]).ended(3, &["Unknown secret"]);
    caller.run(&["get", &link]).ended(3, &[]);
    assert!(caller.run(&["receipt", &receipt]).line().contains("state      burned\n"));
    caller.run(&["get", &receipt]).ended(2, &["the link of the receipt, which reads nothing"]);
    server.stop();
}

#[test]
fn passphrases_from_files_and_variables() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let file = caller.home.file("passphrase");
    std::fs::write(&file, "open sésame\n").unwrap();
    let file = file.to_str().unwrap();
    let (link, receipt) = caller.share("locked", &["--passphrase-file", file]);
    caller.run(&["get", &link]).ended(3, &["if it has a passphrase: --passphrase"]);
    std::fs::write(caller.home.file("wrong"), "close sesame").unwrap();
    let wrong = caller.home.file("wrong");
    let wrong = wrong.to_str().unwrap();
    caller.run(&["get", &link, "--passphrase-file", wrong]).ended(3, &["or the passphrase is wrong"]);
    caller.run(&["burn", &receipt, "--passphrase-file", wrong]).ended(4, &["Double check that passphrase"]);
    let caller = caller.with("READONCE_PASSPHRASE", "open sésame");
    assert_eq!(caller.run(&["get", &link]).stdout, b"locked");

    std::fs::write(caller.home.file("empty"), "\n").unwrap();
    let empty = caller.home.file("empty");
    caller
        .run_with(&["share", "--passphrase-file", empty.to_str().unwrap()], b"x")
        .ended(2, &["an empty passphrase protects nothing"]);
    server.stop();
}

#[test]
fn the_server_makes_a_password_up() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let lines = caller.run(&["generate", "--length", "20", "--show", "--receipt", "--ttl", "10m"]).line();
    let lines: Vec<_> = lines.lines().collect();
    let [link, password, receipt] = lines[..] else { panic!("three lines: {lines:?}") };
    assert_eq!(password.len(), 20);
    assert!(receipt.contains("/private/"), "{receipt}");
    assert_eq!(caller.run(&["get", link]).stdout, password.as_bytes());

    let link = caller.run(&["generate"]).line();
    assert!(link.contains(ADDRESS_AT) && !link.contains('\n'), "{link}");
    assert_eq!(caller.run(&["get", &link]).stdout.len(), 12);
    server.stop();
}

#[test]
fn an_account_has_a_list() {
    let home = Home::new();
    let account = home.account("ann@example.com");
    let (server, caller) = server(&home);
    caller.run(&["recent"]).ended(2, &["only accounts have a list", "hint: --user"]);
    let caller = caller.signed_in(&account.email, &account.token);
    assert_eq!(caller.run(&["recent"]).stdout, b"");
    let (_, receipt) = caller.share("mine", &[]);
    let (_, burned) = caller.share("mine too", &[]);
    caller.run(&["burn", &burned]);
    let list = caller.run(&["recent"]).line();
    let key = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    let line = |key: &str| list.lines().find(|line| line.contains(key)).unwrap_or_else(|| panic!("{list}"));
    assert!(line(&key(&receipt)).contains("  new       "), "{list}");
    assert!(line(&key(&burned)).contains("  burned    "), "{list}");
    let all: Value = serde_json::from_str(&caller.run(&["recent", "--json"]).line()).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 2);

    let told = caller.run_with(&["share", "--recipient", "bob@example.org"], b"by mail");
    told.ended(5, &["This server does not send e-mail."]);
    caller
        .run_with(&["share", "--anonymous", "--recipient", "bob@example.org"], b"by mail")
        .ended(5, &["An account is required to send emails."]);
    caller
        .run_with(&["share", "--share-domain", "links.example.org"], b"x")
        .ended(5, &["Unknown domain: links.example.org"]);
    server.stop();
}

#[test]
fn a_server_below_a_path() {
    let home = Home::new();
    let base = "https://public.example/ots";
    let mut variables = UNLIMITED.to_vec();
    variables.push(("READONCE_BASE_URL", base));
    let server = home.serve_with(&variables);
    // Inside a cluster it is reached under another name than people use.
    let caller = Caller::of(format!("http://{}/ots/api/v1/", server.address()));
    let link = caller.run_with(&["share", "--link-url", base], b"from afar").line();
    assert!(link.starts_with("https://public.example/ots/secret/"), "{link}");
    let (link, receipt) = caller.share("from here", &[]);
    assert!(link.starts_with(&format!("http://{}/ots/secret/", server.address())), "{link}");
    let nobody = Caller::of("http://127.0.0.1:1");
    assert!(nobody.run(&["receipt", &receipt]).line().starts_with("state      new"), "the link says where");
    assert_eq!(nobody.run(&["get", &link]).stdout, b"from here");
    assert_eq!(caller.run(&["status"]).line(), "nominal");
    server.stop();
}

#[test]
fn a_shortened_lifetime_is_told() {
    let home = Home::new();
    let (server, caller) = server(&home);
    let said = caller.run_with(&["share", "--ttl", "30d"], b"long-lived");
    assert!(said.stderr.starts_with("note: the server keeps it for 7 days, not 30 days"), "{}", said.stderr);
    let said = caller.run_with(&["share", "--ttl", "30d", "--quiet"], b"long-lived");
    assert_eq!(said.stderr, "");
    server.stop();
}

/// Links of 62 characters, as servers from v0.24 on made them, with the paths they wrote.
#[test]
fn links_that_another_server_made() {
    let home = Home::new();
    let brought = bring_home(&home, 2, Some(BCRYPT));
    let (server, caller) = server(&home);
    let link = format!("{}/secret/{}", caller.url, brought[0].secret);
    caller.home.write("words", "open sesame");
    let words = caller.home.file("words");
    let words = words.to_str().unwrap();
    let receipt = format!("{}/receipt/{}", caller.url, brought[0].receipt);
    assert!(caller.run(&["receipt", &receipt]).line().starts_with("state      new\n"));
    let got = caller.run(&["get", &link, "--passphrase-file", words]);
    assert_eq!((got.code, got.stdout.as_slice()), (0, VALUE.as_bytes()), "{}", got.stderr);
    caller.run(&["get", &link, "--passphrase-file", words]).ended(3, &["Unknown secret"]);
    assert!(caller.run(&["receipt", &receipt]).line().starts_with("state      received\n"));
    let burned = caller.run(&["burn", &format!("{}/private/{}", caller.url, brought[1].receipt)]);
    assert_eq!(burned.code, 0, "{}", burned.stderr);
    caller.run(&["get", &brought[1].secret]).ended(3, &["Unknown secret"]);
    server.stop();
}
