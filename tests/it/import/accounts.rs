//! Accounts of v0.24 and later: told what differs here, found whichever way they are indexed.

use super::old::{OldServer, Recorded};
use super::target::Target;

#[test]
fn what_differs_here_is_told() {
    let old = OldServer::of(Recorded::newer());
    let target = Target::sqlite();
    let ran = old.import_into(&target.home, &["--only", "accounts"]).succeeded();
    for note in [
        "note: 1 accounts were suspended there, and are disabled here\nhint: `readonce account enable",
        "note: 9 accounts could sign in by an identifier, too (`ur…`)",
        "note: 2 accounts were never verified there",
        "note: 1 accounts had no API token\nhint: ",
    ] {
        assert!(ran.stderr.contains(note), "{note} is not in {ran:?}");
    }
    // Who is let in again has the token of old.
    let suspended = "suspended@example.com";
    let account = old.recorded.account_of(suspended);
    let server = target.serve();
    assert_eq!(server.client_of(&account).get("/api/v1/authcheck").status, 404);
    target.home.run(&["account", "enable", suspended]).succeeded();
    server.client_of(&account).get("/api/v1/authcheck").ok();
    server.stop();
}

#[test]
fn an_account_is_found_by_index_or_record() {
    let old = OldServer::of(Recorded::newer());
    let key = |email: &str| old.recorded.account_key(email);
    let id = |email: &str| key(email).split(':').nth(1).unwrap().to_owned();
    // In quotes, as before v0.26; without a record of its own; under two addresses, one of which it has no more; in no index.
    let [quoted, lost, two, none] =
        ["golden@example.com", "second@example.com", "admin@example.com", "mixed.case@example.com"];
    old.set(0, &["HSET", "customer:email_index", quoted, &format!("\"{}\"", id(quoted))]);
    old.set(0, &["HDEL", &key(lost), "email"]);
    old.set(0, &["HSET", "customer:email_index", "before@example.com", &id(two)]);
    old.set(0, &["HDEL", "customer:email_index", none]);
    old.set(0, &["HSET", &key(none), "email", none, "locale", "\"de\"", "planid", "\"basic\""]); // without quotes
    let target = Target::sqlite();
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert!(ran.stderr.contains("1 accounts have the plan `basic`, which is not configured"), "{ran:?}");
    let server = target.serve();
    for email in [quoted, lost, two, none] {
        let account = old.recorded.account_of(email);
        server.client_of(&account).get("/api/v1/authcheck").ok();
        let own = old.recorded.first_of(email);
        assert_eq!(server.client().receipt(&own.shared).ok().member("custid"), email);
    }
    let shown = target.home.run(&["account", "list"]).succeeded();
    let line = shown.stdout.lines().find(|line| line.contains(none)).unwrap();
    assert!(line.contains("basic"), "{line}");
    server.stop();
}

/// Accounts are brought early, and go on there until the cut-over.
#[test]
fn an_account_that_was_suspended_since_is_disabled() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::newer());
        let [since, replaced, own] = ["golden@example.com", "second@example.com", "admin@example.com"]
            .map(|email| old.recorded.account_of(email));
        let own_here = target.home.account(&own.email);
        old.import_into(&target.home, &["--only", "accounts"]);
        for account in [&since, &replaced, &own] {
            old.set(0, &["HSET", &old.recorded.account_key(&account.email), "suspended", "true"]);
        }
        let key = old.recorded.account_key(&replaced.email);
        old.set(0, &["HSET", &key, "apitoken", &format!("\"{}\"", "a".repeat(50))]);
        let ran = old.import_into(&target.home, &["--only", "accounts"]);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(
            ran.stderr
                .contains("note: 2 accounts that were here already are suspended there, and were disabled"),
            "{ran:?}"
        );
        let told = "  NOT TAKEN OVER 2: here already, with another token: the one that was here first is in force, and \
                    `readonce account token EMAIL` makes another\n";
        assert!(ran.stdout.contains(told), "{ran:?}");
        let server = target.serve();
        for account in [&since, &replaced] {
            assert_eq!(server.client_of(account).get("/api/v1/authcheck").status, 404, "{}", target.name);
        }
        // It was made here: it is another one, whoever has that address there.
        server.client_of(&own_here).get("/api/v1/authcheck").ok();
        target.home.run(&["account", "enable", &replaced.email]).succeeded();
        server.client_of(&replaced).get("/api/v1/authcheck").ok();
        server.stop();
        // What is disabled is not told again.
        old.set(0, &["HSET", &key, "suspended", "false"]);
        let ran = old.import_into(&target.home, &["--only", "accounts"]);
        assert!(!ran.stderr.contains("here already are suspended"), "{ran:?}");
    }
}

/// It is signed in with that address there, too, that the index leads to.
#[test]
fn of_two_records_with_one_address_the_indexed_one_is_it() {
    let old = OldServer::of(Recorded::newer());
    let [kept, left] = ["golden@example.com", "second@example.com"];
    old.set(0, &["HSET", &old.recorded.account_key(left), "email", &format!("\"{}\"", kept.to_uppercase())]);
    old.set(0, &["HDEL", "customer:email_index", left]);
    let target = Target::sqlite();
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert!(
        ran.stdout.contains("accounts: 8 taken over, 0 here already\n  skipped 1: deleted there\n"),
        "{ran:?}"
    );
    let server = target.serve();
    let account = old.recorded.account_of(kept);
    server.client_of(&account).get("/api/v1/authcheck").ok();
    // What was its is nobody's.
    let own = old.recorded.first_of(left);
    assert_eq!(server.client().receipt(&own.shared).ok().member("custid"), "anon");
    server.stop();
}
