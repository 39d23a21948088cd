//! Somebody leaves: an account that is disabled, enabled again, deleted, and what becomes of what it shared.

use super::shared_store::Region;
use crate::support::{Account, Home, UNLIMITED};

const ANN: &str = "ann@example.org";

#[test]
fn a_disabled_account_has_a_way_back_and_gets_no_token_that_does_nothing() {
    let home = Home::new();
    let token = home.account(ANN).token;
    home.run(&["account", "disable", ANN]).succeeded();
    let enable = "hint: `readonce account enable ann@example.org`";
    home.run(&["account", "token", ANN]).refused_saying(&["`ann@example.org` is disabled", enable]);
    home.run(&["account", "create", ANN]).refused_saying(&["already, and it is disabled", enable]);
    let server = home.serve_with(UNLIMITED);
    let client = server.client().signed_in(ANN, &token);
    assert_eq!(client.get("/api/v1/authcheck").status, 404);
    home.run(&["account", "enable", ANN]).succeeded();
    assert_eq!(client.get("/api/v1/authcheck").status, 200, "with the token it had");
    let listed = home.run(&["account", "list", "--json"]).succeeded().stdout;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((&listed[0]["email"], &listed[0]["disabled"]), (&ANN.into(), &false.into()));
    let renewed = home.run(&["account", "token", ANN, "--json"]).succeeded().stdout;
    let renewed: serde_json::Value = serde_json::from_str(&renewed).unwrap();
    let client = server.client().signed_in(ANN, renewed["token"].as_str().unwrap());
    assert_eq!(client.get("/api/v1/authcheck").status, 200);
    home.run(&["account", "enable", "bob@example.org"]).refused_saying(&["there is no account", "hint: "]);
    server.stop();
}

/// On both stores, while a server works on it.
#[test]
fn a_deleted_account_takes_its_unread_secrets_with_it_when_told_to() {
    let (files, region) = (Home::new(), Region::new(&[]));
    for (store, home) in [("SQLite", &files), ("Redis", &region.home)] {
        let (ann, bob) = (home.account(ANN), home.account("bob@example.org"));
        let server = home.serve_with(UNLIMITED);
        let client = |account: &Account| server.client().signed_in(&account.email, &account.token);
        let (mine, others) = (client(&ann), client(&bob));
        let burned = [mine.share("one"), mine.share_locked("two", "a passphrase"), mine.share("three")];
        let read = mine.share("read already");
        mine.reads_once(&read, "read already");
        let left = others.share("bob's");
        let told = home.run(&["account", "delete", "--burn", ANN]).succeeded();
        let expected = format!("destroyed 3 unread secrets of {ANN}\ndeleted account {ANN}\n");
        assert!(told.stderr.ends_with(&expected), "{store}: {told:?}");
        for secret in &burned {
            others.reveal(secret).unknown();
            assert_eq!(others.state(secret), "burned", "{store}");
        }
        assert_eq!(others.state(&read), "received", "{store}");
        others.reads_once(&left, "bob's");
        home.run(&["account", "delete", "--burn", ANN]).refused_saying(&["there is no account", "hint: "]);
        // Without it they stay, as ever.
        let stays = others.share("stays");
        home.run(&["account", "delete", &bob.email]).succeeded();
        server.client().reads_once(&stays, "stays");
        server.stop();
    }
}

/// The account is not deleted before its secrets are.
#[test]
fn what_cannot_be_burned_keeps_the_account() {
    let home = Home::new();
    let ann = home.account(ANN);
    let server = home.serve_with(UNLIMITED);
    let shared = server.client().signed_in(&ann.email, &ann.token).share("kept");
    server.stop();
    home.run(&["key", "add"]).succeeded();
    home.run(&["key", "rotate"]).succeeded();
    let keys = std::fs::read_to_string(home.file("data/readonce.keys")).unwrap();
    // The one that seals from now on comes first.
    let writing = keys.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap();
    std::fs::write(home.file("data/readonce.keys"), format!("{writing}\n")).unwrap();
    let told = home.run(&["account", "delete", "--burn", ANN]);
    told.refused_saying(&[
        "1 of its secrets cannot be destroyed",
        "a key that is not in the keyring",
        "hint: ",
    ]);
    std::fs::write(home.file("data/readonce.keys"), keys).unwrap();
    assert!(home.run(&["account", "list"]).succeeded().stdout.contains("disabled"));
    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&shared, "kept");
    server.stop();
}
