//! Two layouts in one Redis, as upstream's own upgrade leaves them: the later one is taken, and the earlier one never with it.

use super::old::{OldServer, Recorded};
use super::target::Target;
use crate::support::Home;
use crate::support::text::link_key;

/// A v0.23 that was upgraded by the scripts of v0.24, which read its databases and left them. What was read since is gone from the
/// later layout alone.
fn upgraded() -> OldServer {
    let old = OldServer::of(Recorded::upgraded());
    old.beside(&Recorded::one(), None);
    old
}

#[test]
fn what_was_read_since_the_upgrade_does_not_come_back() {
    for target in Target::all() {
        let old = upgraded();
        let read = old.recorded.named("account plain");
        for record in ["object", "_original_object"] {
            old.set(0, &["DEL", &format!("secret:{}:{record}", read.shared.secret)]);
        }
        let receipt = format!("receipt:{}:object", read.shared.receipt);
        old.set(
            0,
            &[
                "HSET",
                &receipt,
                "state",
                "\"revealed\"",
                "secret_identifier",
                "\"\"",
                "revealed",
                "1795901900",
            ],
        );
        let ran = old.import_into(&target.home, &[]).succeeded();
        assert!(ran.stdout.contains("found: an upstream server's records, of v0.24 or later\n"), "{ran:?}");
        assert!(ran.stdout.contains("\nsecrets: 10 taken over, 0 here already\n"), "{ran:?}");
        assert!(ran.stderr.contains("what its upgrade from v0.23 left"), "{ran:?}");
        assert!(ran.stderr.contains("would open again\nhint: "), "{ran:?}");
        let server = target.serve();
        let client = server.client();
        client.reveal(&read.shared).unknown();
        assert_eq!(client.state(&read.shared), "received", "{}", target.name);
        let open = old.recorded.named("anonymous multiline");
        client.reads_once(&open.shared, &open.value);
        server.stop();
    }
}

#[test]
fn the_earlier_one_is_not_taken_by_asking_for_its_database() {
    let old = upgraded();
    let home = Home::new();
    home.write("secret", old.recorded.secret());
    for database in [6, 7, 8] {
        let url = format!("{}/{database}", old.url());
        home.run(&["import", &url, "--secret-file", "secret"]).refused_saying(&[
            "what was read since the upgrade would open again",
            "hint: leave the database's number out",
        ]);
    }
    assert!(!home.file("data").exists());
    // A later version may be told by any of its records: the indices of a quiet server run out.
    for index in ["customer:email_index", "receipt:instances", "secret:instances", "customer:instances"] {
        old.set(0, &["DEL", index]);
    }
    home.run(&["import", &format!("{}/8", old.url()), "--secret-file", "secret"])
        .refused_saying(&["what was read since the upgrade would open again"]);
    let ran = old.import_into(&home, &["--dry-run"]).succeeded();
    assert!(ran.stdout.contains("secrets: 11 to be taken over"), "{ran:?}");
}

/// Started once beside it, v0.26 leaves what tells it its secret, and a session; it takes over nothing by itself.
#[test]
fn a_later_version_that_was_only_started_is_told() {
    let old = OldServer::of(Recorded::one());
    old.set(0, &["SET", "onetime:secret_verifier", &"0".repeat(64)]);
    old.set(0, &["SET", "session:of-somebody", "x"]);
    let home = Home::new();
    for more in [&[][..], &["--only", "accounts"], &["--dry-run"]] {
        old.import_into(&home, more).refused_saying(&[
            "without a single account, receipt or secret, and beside it records of v0.23 or earlier",
            "hint: ",
            "copy their databases into a Redis of their own",
            "nothing was written",
        ]);
    }
    assert!(!home.file("data").exists());
}

/// A Redis without databases has both under the same keys, but for receipts and accounts.
#[test]
fn an_upgrade_where_it_was_leaves_names_of_both() {
    let old = OldServer::of(Recorded::upgraded());
    let email = "left@example.com";
    old.set(0, &["HSET", &format!("customer:{email}:object"), "custid", email, "apitoken", &"a".repeat(40)]);
    let forgotten = link_key(31);
    old.set(
        0,
        &[
            "HSET",
            &format!("secret:{forgotten}:object"),
            "state",
            "new",
            "value",
            "x",
            "value_encryption",
            "2",
        ],
    );
    old.set(0, &["HSET", &format!("metadata:{}:object", link_key(31)), "state", "new"]);
    let target = Target::sqlite();
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert!(
        ran.stdout.contains("accounts: 2 taken over, 0 here already\n  skipped 1: of v0.23 or earlier"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.contains("secrets: 11 taken over, 0 here already\n  skipped 1: of v0.23 or earlier"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("what its upgrade from v0.23 left"), "{ran:?}");
}

/// What later versions cannot read they may lose; the scripts left a copy beside it.
#[test]
fn a_value_that_was_lost_after_the_upgrade_is_in_its_copy() {
    let target = Target::sqlite();
    let old = OldServer::of(Recorded::upgraded());
    for (place, expected) in old.recorded.expected().iter().filter(|expected| expected.is_open()).enumerate()
    {
        let record = format!("secret:{}:object", expected.shared.secret);
        match place % 3 {
            0 => old.set(0, &["HDEL", &record, "value", "value_encryption", "passphrase"]),
            1 => old.set(0, &["HSET", &record, "value", "null", "passphrase", "null"]),
            _ => old.set(0, &["DEL", &format!("secret:{}:_original_object", expected.shared.secret)]),
        }
    }
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert!(ran.stdout.contains("\nsecrets: 11 taken over, 0 here already\n"), "{ran:?}");
    assert!(ran.stdout.contains("still sealed as the old server did: 3\n"), "{ran:?}");
    let server = target.serve();
    for expected in old.recorded.expected().into_iter().filter(super::old::Expected::is_open) {
        if !expected.passphrase.is_empty() {
            server.client().reveal(&expected.shared).unknown();
        }
        let answer = server.client().unlock(&expected.shared, &expected.passphrase).ok();
        assert_eq!(answer.member("value"), expected.value, "{}", expected.name);
    }
    server.stop();
}

/// A copy outlives the secret that it is of, when that expires.
#[test]
fn a_copy_alone_is_no_secret() {
    let target = Target::sqlite();
    let old = OldServer::of(Recorded::upgraded());
    let expired = old.recorded.named("account plain");
    old.set(0, &["DEL", &format!("secret:{}:object", expired.shared.secret)]);
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert!(ran.stdout.contains("\nsecrets: 10 taken over"), "{ran:?}");
    let server = target.serve();
    server.client().reveal(&expired.shared).unknown();
    server.stop();
}
