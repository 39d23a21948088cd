//! What upstream's own upgrade showed empty: the order that docs/moving-from-onetimesecret.md gives, played.

use super::old::{OldServer, Recorded};
use super::target::Target;

/// A copy of the databases from before the upgrade first, then the upgraded ones: what is here stays.
#[test]
fn what_was_shown_empty_comes_from_a_copy_of_before() {
    for target in Target::all() {
        let copy = OldServer::of(Recorded::one());
        let upgraded = OldServer::of(Recorded::upgraded());
        // Opened since: an answer without a value, both records deleted, and the receipt says that it was read.
        let shown = upgraded.recorded.named("account plain");
        for record in ["object", "_original_object"] {
            upgraded.set(0, &["DEL", &format!("secret:{}:{record}", shown.shared.secret)]);
        }
        let receipt = format!("receipt:{}:object", shown.shared.receipt);
        upgraded.set(0, &["HSET", &receipt, "state", "\"revealed\"", "secret_identifier", "\"\""]);

        copy.import_into(&target.home, &["--only", "secrets"]).succeeded();
        let ran = upgraded.import_into(&target.home, &[]).succeeded();
        assert!(ran.stdout.contains("\nsecrets: 0 taken over, 10 here already\n"), "{ran:?}");
        let server = target.serve();
        let client = server.client();
        for expected in upgraded.recorded.expected().iter().filter(|expected| expected.is_open()) {
            assert_eq!(client.state(&expected.shared), "new", "{}: {}", target.name, expected.name);
            if expected.passphrase.is_empty() {
                client.reads_once(&expected.shared, &expected.value);
            } else {
                client.unlock(&expected.shared, "wrong").unknown();
                assert_eq!(
                    client.unlock(&expected.shared, &expected.passphrase).ok().member("value"),
                    expected.value
                );
                client.unlock(&expected.shared, &expected.passphrase).unknown();
            }
            assert_eq!(client.state(&expected.shared), "received");
        }
        let account = upgraded.recorded.account();
        let listed = server.client_of(&account).get("/api/v1/private/recent").ok().json();
        assert!(
            listed.as_array().unwrap().iter().any(|entry| entry["metadata_key"] == *shown.shared.receipt)
        );
        server.stop();
    }
}
