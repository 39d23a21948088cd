//! The old server's secrets from v0.24 on: several after a rotation, one of them missing, none of them right; and values that open
//! under none.

use super::old::{Expected, OldServer, Recorded, long_pairs};
use super::sealing;
use super::target::Target;
use crate::support::{Home, Ran};

#[test]
fn a_wrong_secret_is_noticed_by_the_verifier_or_by_what_does_not_open() {
    let home = Home::new();
    for recorded in [Recorded::newer(), Recorded::rotated()] {
        let old = OldServer::of(recorded);
        for wrong in ["another", ""] {
            old.import_with(&home, &[wrong], &[]).refused_saying(&[
                "this is not the old server's secret: its Redis says so",
                "hint: ",
                "nothing was written",
            ]);
        }
        // As before v0.26.
        old.set(0, &["DEL", "onetime:secret_verifier"]);
        old.import_with(&home, &["another"], &[])
            .refused_saying(&["secrets that were tried opens", "hint: "]);
        old.import_with(&home, &["another"], &["--leave-unopened"])
            .refused_saying(&["secrets that were tried opens"]);
    }
    let old = OldServer::of(Recorded::upgraded());
    old.import_with(&home, &["another"], &[])
        .refused_saying(&["none of 8 secrets that were tried opens", "hint: "]);
    assert!(!home.file("data").exists());
}

#[test]
fn of_several_secrets_each_is_needed_in_whatever_order() {
    let old = OldServer::of(Recorded::rotated());
    let secrets = old.recorded.secrets();
    let [current, before] = secrets[..] else { panic!("{} secrets", secrets.len()) };
    let home = Home::new();
    // The verifier is the old one's until the operator has the server adopt the other.
    old.import_with(&home, &[current], &[]).refused_saying(&[
        "its Redis says so",
        "after a rotation",
        "SECRET_PREVIOUS",
    ]);
    let told =
        ["2 secrets were sealed under another secret", "hint: ", "--leave-unopened", "nothing was written"];
    old.import_with(&home, &[before], &[]).refused_saying(&told);
    old.import_with(&home, &[before, "another"], &[]).refused_saying(&told);
    let adopted = "2ea28993";
    old.set(0, &["SET", "onetime:secret_verifier", &format!("{adopted}{}", "0".repeat(56))]);
    old.import_with(&home, &[current], &[]).refused_saying(&["its Redis says so"]);
    old.set(0, &["DEL", "onetime:secret_verifier"]);
    old.import_with(&home, &[current], &[]).refused_saying(&told);
    assert!(!home.file("data").exists());
    let ran = old.import_with(&home, &[before, current], &["--dry-run"]).succeeded();
    assert!(ran.stdout.contains("secrets: 4 to be taken over"), "{ran:?}");
    // By variables, too.
    let mut command = home.command(&["import", &old.url(), "--secret-env", "NOW", "--secret-env", "BEFORE"]);
    command.env("NOW", current).env("BEFORE", before);
    let ran = Ran::of(command).succeeded();
    assert!(ran.stdout.contains("secrets: 4 taken over"), "{ran:?}");
}

#[test]
fn what_is_sealed_under_a_lost_secret_may_be_left() {
    let old = OldServer::of(Recorded::rotated());
    let secrets = old.recorded.secrets();
    let target = Target::sqlite();
    let ran = old.import_with(&target.home, &[secrets[1]], &["--leave-unopened"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("secrets: 2 taken over"), "{ran:?}");
    assert!(
        ran.stdout
            .contains("  NOT TAKEN OVER 2: sealed under a secret of the old server that was not given\n"),
        "{ran:?}"
    );
    let server = target.serve();
    let lost = old.recorded.named("after rotation, anonymous");
    server.client().reveal(&lost.shared).unknown();
    // When it is found, the next run brings what is missing.
    let ran = old.import_with(&target.home, &secrets, &[]).succeeded();
    assert!(ran.stdout.contains("secrets: 2 taken over, 2 here already"), "{ran:?}");
    server.client().reads_once(&lost.shared, &lost.value);
    server.stop();
}

/// A store that was upgraded, of whose secrets from before only protected ones are left: nothing can be tried on those.
fn protected_alone(old: &OldServer) -> Vec<Expected> {
    let (protected, plain): (Vec<_>, Vec<_>) = old
        .recorded
        .expected()
        .into_iter()
        .filter(Expected::is_open)
        .partition(|it| !it.passphrase.is_empty());
    for expected in &plain {
        for record in ["object", "_original_object"] {
            old.set(0, &["DEL", &format!("secret:{}:{record}", expected.shared.secret)]);
        }
    }
    assert_eq!(protected.len(), 3);
    protected
}

/// Sealed under the wrong one they would never open, and nothing would say so.
#[test]
fn which_secret_protected_ones_were_sealed_under_is_not_guessed() {
    let old = OldServer::of(Recorded::upgraded());
    let right = old.recorded.secret();
    for given in [[right, "another"], ["another", right]] {
        let home = Home::new();
        old.import_with(&home, &given, &[]).succeeded();
    }
    protected_alone(&old);
    let before = OldServer::of(Recorded::one());
    for expected in before.recorded.expected().iter().filter(|it| it.passphrase.is_empty()) {
        before.set(8, &["DEL", &format!("secret:{}:object", expected.shared.secret)]);
    }
    let home = Home::new();
    for old in [&old, &before] {
        for given in [[right, "another"], ["another", right]] {
            old.import_with(&home, &given, &[]).refused_saying(&[
                "which of the given secrets 3 protected secrets of v0.23 or earlier were sealed under",
                "hint: give ",
                "nothing was written",
            ]);
        }
    }
    assert!(!home.file("data").exists());
    // The same one twice is one.
    for old in [&old, &before] {
        let ran = old.import_with(&home, &[right, right], &["--dry-run"]).succeeded();
        assert!(ran.stdout.contains("secrets: 3 to be taken over"), "{ran:?}");
    }
}

/// The verifier tells which, and so does a value that names the other one: only secrets since a rotation are named.
#[test]
fn protected_ones_are_sealed_under_the_secret_that_is_told() {
    let verifier = "cf731f2701ae061c38ad17520149918ff6a7b3a36684a654721b817c476bbfb8";
    let rotated = Recorded::rotated();
    let since = rotated.secret();
    let named = long_pairs(1);
    for is_verified in [true, false] {
        for is_first in [true, false] {
            let old = OldServer::of(Recorded::upgraded());
            let protected = protected_alone(&old);
            if is_verified {
                old.set(0, &["SET", "onetime:secret_verifier", verifier]);
            } else {
                old.add_newer(&named);
                let (shared, value) = &named[0];
                let sealed = sealing::named(since, &shared.secret, value.as_bytes(), "r2ea28993");
                old.set(0, &["HSET", &format!("secret:{}:object", shared.secret), "ciphertext", &sealed]);
            }
            let right = old.recorded.secret();
            let given = if is_first { [right, since] } else { [since, right] };
            let target = Target::sqlite();
            old.import_with(&target.home, &given, &[]).succeeded();
            let server = target.serve();
            for expected in protected {
                let answer = server.client().unlock(&expected.shared, &expected.passphrase).ok();
                assert_eq!(answer.member("value"), expected.value, "{is_verified} {is_first}");
            }
            server.stop();
        }
    }
}

/// Whatever was shared there may look like a sealed value. It is stored as it is, and nobody reads it.
#[test]
fn what_cannot_be_read_there_is_told_and_left() {
    let old = OldServer::of(Recorded::newer());
    let pairs = long_pairs(6);
    old.add_newer(&pairs);
    let set = |place: usize, field: &str, content: &str| {
        old.set(0, &["HSET", &format!("secret:{}:object", pairs[place].0.secret), field, content]);
    };
    let broken = sealing::named(old.recorded.secret(), &pairs[0].0.secret, b"no \xff text", "v2");
    set(0, "ciphertext", &broken);
    set(
        1,
        "ciphertext",
        r#"{"algorithm":"rot13","nonce":"","ciphertext":"","auth_tag":"","key_version":"v2"}"#,
    );
    let moved = sealing::sealed(old.recorded.secret(), &pairs[0].0.secret, "of another place");
    set(2, "ciphertext", &moved);
    set(3, "ciphertext", "null"); // and no value of v0.23 either
    set(
        4,
        "passphrase",
        "\"$argon2id$v=19$m=1048576,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$De5MZVtWm/sd3Tbk4q73bAYaiEgtroIw8eVV4JjFFEY\"",
    );
    set(5, "passphrase", "\"open sesame\"");
    let target = Target::sqlite();
    let ran = old.import_into(&target.home, &[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for line in [
        "  skipped 2: made by the old server to verify an account\n",
        "  skipped 5: not readable there, either",
        "  NOT TAKEN OVER 1: the passphrase was not kept as a hash of bcrypt or Argon2id\n",
        "  NOT TAKEN OVER 1: the passphrase's hash takes more memory or time than a try may\n",
    ] {
        assert!(ran.stdout.contains(line), "{line} is not in {ran:?}");
    }
    let server = target.serve();
    for (shared, _) in &pairs {
        server.client().unlock(shared, "open sesame").unknown();
    }
    server.stop();
}
