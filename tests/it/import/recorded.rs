//! What two recorded servers had is on each store as it was: values, passphrases, receipts, lifetimes, tokens, lists.

use std::collections::BTreeSet;

use super::old::{Expected, OldServer, Recorded};
use super::target::Target;
use crate::support::{Client, Server};

/// Everything but the values, which can be read once.
fn all_is_there(server: &Server, old: &OldServer, name: &str) {
    let client = server.client();
    for Expected { shared, passphrase, state, owner, ttl, recipient, .. } in old.recorded.expected() {
        let answer = client.receipt(&shared).ok();
        let receipt = answer.json();
        let shown = match state.as_str() {
            "viewed" => "new", // a look at a receipt changes nothing here
            state => state,
        };
        assert_eq!(receipt["state"], shown, "{name}: {receipt}");
        assert_eq!(receipt["custid"], owner.as_str(), "{name}");
        assert_eq!(receipt["metadata_key"], shared.receipt.as_str(), "{name}");
        assert_eq!((&receipt["ttl"], &receipt["recipient"]), (&ttl.into(), &recipient), "{name}");
        lives_about(&receipt["metadata_ttl"], 2 * ttl, old);
        match shown {
            "new" => {
                assert_eq!(receipt["secret_key"], shared.secret.as_str(), "{name}");
                assert_eq!(receipt["passphrase_required"], !passphrase.is_empty(), "{name}");
                lives_about(&receipt["secret_ttl"], ttl, old);
            }
            "received" => assert!(receipt["received"].as_u64() > Some(0), "{name}: {receipt}"),
            _ => assert_eq!(receipt["secret_key"], "", "{name}: {receipt}"),
        }
    }
    let account = old.recorded.account();
    let signed_in = server.client_of(&account);
    signed_in.get("/api/v1/authcheck").ok();
    let listed = signed_in.get("/api/v1/private/recent").ok().json();
    let listed: Vec<_> = listed.as_array().unwrap().iter().map(|item| item["metadata_key"].clone()).collect();
    let own = old.recorded.expected().into_iter().filter(|expected| expected.owner == account.email);
    let own: BTreeSet<_> = own.map(|expected| expected.shared.receipt).collect();
    assert_eq!(listed.len(), own.len(), "{name}: {listed:?}");
    assert!(listed.iter().all(|key| own.contains(key.as_str().unwrap())), "{name}: {listed:?}");
    let mut stranger = account.clone();
    stranger.token = "0".repeat(40);
    assert_eq!(server.client_of(&stranger).get("/api/v1/authcheck").status, 404, "{name}");
}

/// Its life began up to two seconds before the recording, and goes on since that was loaded.
#[track_caller]
fn lives_about(seconds: &serde_json::Value, whole: u64, old: &OldServer) {
    let left = whole - seconds.as_u64().unwrap();
    assert!(left <= old.loaded.elapsed().as_secs() + 3, "{left} s too few");
}

/// Every value, with the right passphrase, once.
fn every_value_leaves_once(client: &Client, old: &OldServer, name: &str) {
    for Expected { shared, value, passphrase, state, .. } in old.recorded.expected() {
        if ["received", "burned"].contains(&state.as_str()) {
            client.reveal(&shared).unknown();
            continue;
        }
        if !passphrase.is_empty() {
            client.reveal(&shared).unknown();
            client.unlock(&shared, &passphrase.to_uppercase()).unknown();
            assert_eq!(client.state(&shared), "new", "{name}");
        }
        let answer = client.unlock(&shared, &passphrase).ok();
        assert_eq!(answer.member("value"), value, "{name}");
        client.unlock(&shared, &passphrase).unknown();
        assert_eq!(client.state(&shared), "received", "{name}");
    }
}

fn moves_to(target: &Target) {
    for recorded in Recorded::both() {
        let old = OldServer::of(recorded);
        let ran = old.import_into(&target.home, &[]).succeeded();
        for line in [
            "accounts: ",
            "entries of recent lists: 8 taken over, 0 here already\n",
            "secrets: 11 taken over, 0 here already\n",
            "ended receipts: 2 taken over, 0 here already\n",
            "still sealed as the old server did: 3\n",
        ] {
            assert!(ran.stdout.contains(line), "{}: {line} is not in {ran:?}", target.name);
        }
        assert!(ran.stderr.contains("`basic`, which is not configured"), "{ran:?}");
        let server = target.serve();
        all_is_there(&server, &old, target.name);
        // A second run changes nothing, while the server runs.
        let before = target.state();
        let ran = old.import_into(&target.home, &[]).succeeded();
        assert!(ran.stdout.contains("secrets: 0 taken over, 11 here already\n"), "{}: {ran:?}", target.name);
        assert_eq!(ran.stdout.matches(": 0 taken over").count(), 4, "{}: {ran:?}", target.name);
        assert!(!ran.stdout.contains("still sealed"), "{}: it brought none: {ran:?}", target.name);
        let after = target.state();
        let changed: Vec<_> =
            after.iter().filter(|entry| !before.contains(entry)).map(|(at, _)| at).collect();
        assert_eq!((changed, after.len()), (Vec::new(), before.len()), "{}", target.name);
        let doctor = target.home.run(&["doctor"]);
        assert!(doctor.stdout.contains("3 unread protected secrets are still sealed"), "{doctor:?}");
        every_value_leaves_once(&server.client(), &old, target.name);
        // Nor does what was read come back with a third.
        old.import_into(&target.home, &[]).succeeded();
        for expected in old.recorded.expected() {
            server.client().unlock(&expected.shared, &expected.passphrase).unknown();
        }
        let doctor = target.home.run(&["doctor"]);
        assert!(!doctor.stdout.contains("still sealed"), "{}: {doctor:?}", target.name);
        server.stop();
        // The next recording has the same account with another token, which has to be told.
        target.home.run(&["account", "delete", &old.recorded.account().email]).succeeded();
        target.home.run(&["account", "delete", "other@example.com"]).succeeded();
    }
    for key in target.immortal() {
        assert!(key.starts_with("ro:acc") || key == "ro:canary", "{}: {key} lives for ever", target.name);
    }
}

#[test]
fn everything_moves_to_sqlite() {
    moves_to(&Target::sqlite());
}

#[test]
fn everything_moves_to_redis() {
    moves_to(&Target::redis());
}

/// The two keys of an old secret lie in two slots: from either one it is one secret.
#[test]
fn everything_moves_to_a_cluster() {
    moves_to(&Target::cluster());
}
