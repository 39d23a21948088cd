//! What recorded servers had is on each store as it was: values, passphrases, receipts, lifetimes, tokens, lists.

use std::collections::BTreeSet;

use super::old::{Expected, OldServer, Recorded};
use super::target::Target;
use crate::support::{Client, Server};

/// Everything but the values, which can be read once.
fn all_is_there(server: &Server, old: &OldServer, expected: &[Expected], name: &str) {
    let client = server.client();
    for expected in expected.iter().filter(|expected| !expected.is_unreadable) {
        let (shared, ttl, of) = (&expected.shared, expected.ttl, &expected.name);
        let answer = client.receipt(shared).ok();
        let receipt = answer.json();
        let shown = match expected.state.as_str() {
            "viewed" => "new", // a look at a receipt changes nothing here
            state => state,
        };
        assert_eq!(receipt["state"], shown, "{name}: {of}: {receipt}");
        assert_eq!(receipt["custid"], expected.owner.as_str(), "{name}: {of}");
        assert_eq!(receipt["metadata_key"], shared.receipt.as_str(), "{name}: {of}");
        assert_eq!(receipt["share_domain"], expected.share_domain.as_str(), "{name}: {of}");
        assert_eq!(
            (&receipt["ttl"], &receipt["recipient"]),
            (&ttl.into(), &expected.recipient),
            "{name}: {of}"
        );
        lives_about(&receipt["metadata_ttl"], expected.receipt_left, old, of);
        match shown {
            "new" => {
                assert_eq!(receipt["secret_key"], shared.secret.as_str(), "{name}: {of}");
                assert_eq!(receipt["passphrase_required"], !expected.passphrase.is_empty(), "{name}: {of}");
                lives_about(&receipt["secret_ttl"], expected.secret_left.unwrap(), old, of);
            }
            "received" => assert!(receipt["received"].as_u64() > Some(0), "{name}: {receipt}"),
            _ => assert_eq!(receipt["secret_key"], "", "{name}: {receipt}"),
        }
    }
}

/// Each account's token and list.
fn accounts_are_there(server: &Server, old: &OldServer, name: &str) {
    let expected = old.recorded.expected();
    let fleeting: Vec<&str> =
        expected.iter().filter(|it| it.is_fleeting()).map(|it| it.shared.receipt.as_str()).collect();
    for account in old.recorded.accounts() {
        let signed_in = server.client_of(&account);
        if account.email.starts_with("suspended") {
            assert_eq!(signed_in.get("/api/v1/authcheck").status, 404, "{name}");
            continue;
        }
        signed_in.get("/api/v1/authcheck").ok();
        let listed = signed_in.get("/api/v1/private/recent").ok().json();
        let listed = listed.as_array().unwrap().iter();
        let listed = listed.map(|item| item["metadata_key"].as_str().unwrap().to_owned());
        let listed: Vec<_> = listed.filter(|key| !fleeting.contains(&key.as_str())).collect();
        let own = expected.iter().filter(|it| it.owner == account.email && !it.is_fleeting());
        let own: BTreeSet<_> = own.map(|expected| expected.shared.receipt.clone()).collect();
        assert_eq!(listed.len(), own.len(), "{name}: {}: {listed:?}", account.email);
        assert!(listed.iter().all(|key| own.contains(key)), "{name}: {listed:?}");
        let mut stranger = account.clone();
        stranger.token = "0".repeat(account.token.len());
        assert_eq!(server.client_of(&stranger).get("/api/v1/authcheck").status, 404, "{name}");
    }
}

/// It lives as long as it had left when it was recorded, but for what has passed since it was loaded; to three seconds.
#[track_caller]
fn lives_about(seconds: &serde_json::Value, left: u64, old: &OldServer, name: &str) {
    let lives = seconds.as_u64().unwrap();
    let passed = old.loaded.elapsed().as_secs();
    assert!((left.saturating_sub(passed + 3)..=left + 3).contains(&lives), "{name}: {lives} s of {left}");
}

/// Every value, with the right passphrase, once.
fn every_value_leaves_once(client: &Client, expected: &[Expected], name: &str) {
    for expected in expected {
        let Expected { shared, value, passphrase, .. } = expected;
        if !expected.is_open() {
            client.unlock(shared, passphrase).unknown();
            continue;
        }
        if !passphrase.is_empty() {
            client.reveal(shared).unknown();
            client.unlock(shared, &passphrase.to_uppercase()).unknown();
            assert_eq!(client.state(shared), "new", "{name}");
        }
        let answer = client.unlock(shared, passphrase).ok();
        assert_eq!(answer.member("value"), *value, "{name}: {}", expected.name);
        client.unlock(shared, passphrase).unknown();
        assert_eq!(client.state(shared), "received", "{name}");
    }
}

/// What an import of a recording says that it brought.
struct Counts {
    accounts: usize,
    entries: usize,
    secrets: usize,
    ended: usize,
    /// Protected ones in the old cipher.
    legacy: usize,
}

fn moves(recorded: Recorded, counts: &Counts, target: &Target) {
    let old = OldServer::of(recorded);
    let Counts { accounts, entries, secrets, ended, legacy } = counts;
    let ran = old.import_into(&target.home, &[]).succeeded();
    let still_sealed = format!("still sealed as the old server did: {legacy}\n");
    for line in [
        format!("accounts: {accounts} taken over, 0 here already\n"),
        format!("entries of recent lists: {entries} taken over, 0 here already\n"),
        format!("\nsecrets: {secrets} taken over, 0 here already\n"),
        format!("ended receipts: {ended} taken over, 0 here already\n"),
    ] {
        assert!(ran.stdout.contains(&line), "{}: {line} is not in {ran:?}", target.name);
    }
    assert_eq!(ran.stdout.contains(&still_sealed), *legacy > 0, "{}: {ran:?}", target.name);
    let server = target.serve();
    let mut expected = old.recorded.expected();
    expected.retain(|expected| !expected.is_fleeting());
    all_is_there(&server, &old, &expected, target.name);
    accounts_are_there(&server, &old, target.name);
    // A second run changes nothing, while the server runs.
    let before = target.state();
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert_eq!(ran.stdout.matches(": 0 taken over").count(), 4, "{}: {ran:?}", target.name);
    assert!(!ran.stdout.contains("still sealed"), "{}: it brought none: {ran:?}", target.name);
    let after = target.state();
    let changed: Vec<_> = after.iter().filter(|entry| !before.contains(entry)).map(|(at, _)| at).collect();
    assert_eq!((changed, after.len()), (Vec::new(), before.len()), "{}", target.name);
    let doctor = target.home.run(&["doctor"]);
    let told = format!("{legacy} unread protected secrets are still sealed");
    assert_eq!(doctor.stdout.contains(&told), *legacy > 0, "{doctor:?}");
    every_value_leaves_once(&server.client(), &expected, target.name);
    // Nor does what was read come back with a third.
    old.import_into(&target.home, &[]).succeeded();
    for expected in &expected {
        server.client().unlock(&expected.shared, &expected.passphrase).unknown();
    }
    let doctor = target.home.run(&["doctor"]);
    assert!(!doctor.stdout.contains("still sealed"), "{}: {doctor:?}", target.name);
    server.stop();
}

/// The recordings up to v0.23.
const OLD: Counts = Counts { accounts: 2, entries: 8, secrets: 11, ended: 2, legacy: 3 };
/// That of v0.26: one value is unreadable, two verify accounts.
const NEWER: Counts = Counts { accounts: 9, entries: 35, secrets: 48, ended: 11, legacy: 0 };
/// After a rotation.
const ROTATED: Counts = Counts { accounts: 1, entries: 3, secrets: 4, ended: 1, legacy: 0 };

fn older_move_to(target: &Target) {
    for recorded in Recorded::both() {
        moves(recorded, &OLD, target);
        forget_accounts(target);
    }
    lives_for_ever(target);
}

fn newer_move_to(target: &Target) {
    for (recorded, counts) in
        [(Recorded::newer(), NEWER), (Recorded::rotated(), ROTATED), (Recorded::upgraded(), OLD)]
    {
        moves(recorded, &counts, target);
        forget_accounts(target);
    }
    lives_for_ever(target);
}

/// The next recording has the same accounts with other tokens, which has to be told.
fn forget_accounts(target: &Target) {
    for email in ["golden@example.com", "other@example.com"] {
        target.home.run(&["account", "delete", email]);
    }
}

/// Of accounts too, but nothing else.
fn lives_for_ever(target: &Target) {
    for key in target.immortal() {
        assert!(key.starts_with("ro:acc") || key == "ro:canary", "{}: {key} lives for ever", target.name);
    }
}

#[test]
fn everything_moves_to_sqlite() {
    older_move_to(&Target::sqlite());
}

#[test]
fn everything_moves_to_redis() {
    older_move_to(&Target::redis());
}

/// The two keys of an old secret lie in two slots: from either one it is one secret.
#[test]
fn everything_moves_to_a_cluster() {
    older_move_to(&Target::cluster());
}

#[test]
fn everything_newer_moves_to_sqlite() {
    newer_move_to(&Target::sqlite());
}

#[test]
fn everything_newer_moves_to_redis() {
    newer_move_to(&Target::redis());
}

#[test]
fn everything_newer_moves_to_a_cluster() {
    newer_move_to(&Target::cluster());
}

/// Of the minute that they lived there is some left: to be looked at before all others.
#[test]
fn what_has_seconds_left_has_them_here() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::newer());
        let mut expected = old.recorded.expected();
        expected.retain(Expected::is_fleeting);
        let states: Vec<_> = expected.iter().map(|expected| expected.state.as_str()).collect();
        assert_eq!(states, ["expired", "expired", "expired", "new"]);
        old.import_into(&target.home, &[]).succeeded();
        let server = target.serve();
        all_is_there(&server, &old, &expected, target.name);
        every_value_leaves_once(&server.client(), &expected, target.name);
        server.stop();
    }
}
