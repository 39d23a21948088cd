//! Imports that are interrupted, repeated, or meet what was done since.

use std::process::Stdio;

use super::old::{OldServer, Recorded, is_protected, long_pairs, pairs};
use super::sealing;
use super::target::Target;
use crate::support::{Account, SOON, Shared, wait_for};

#[test]
fn what_was_read_or_burned_since_stays_so() {
    for recorded in [Recorded::one, Recorded::newer, Recorded::upgraded] {
        what_was_done_here_stays_so(recorded);
    }
}

fn what_was_done_here_stays_so(recorded: fn() -> Recorded) {
    for target in Target::all() {
        let old = OldServer::of(recorded());
        old.import_into(&target.home, &[]).succeeded();
        let [read, burned, locked] = ["account plain", "anonymous multiline", "account unicode passphrase"]
            .map(|name| old.recorded.named(name));
        let server = target.serve();
        let client = server.client();
        client.reads_once(&read.shared, &read.value);
        client.burn(&burned.shared).ok();
        let wrong = [("passphrase", "wrong")];
        client
            .post(&format!("/private/{}/burn", locked.shared.receipt), &wrong)
            .refused(404, "Double check that passphrase");
        let right = [("passphrase", locked.passphrase.as_str())];
        let answer = client.post(&format!("/private/{}/burn", locked.shared.receipt), &right).ok();
        assert_eq!(answer.member("secret_shortkey"), locked.shared.secret[..6], "{}", target.name);
        old.import_into(&target.home, &[]).succeeded();
        client.reveal(&read.shared).unknown();
        client.reveal(&burned.shared).unknown();
        client.unlock(&locked.shared, &locked.passphrase).unknown();
        for (secret, state) in [(&read, "received"), (&burned, "burned"), (&locked, "burned")] {
            assert_eq!(client.state(&secret.shared), state, "{}", target.name);
        }
        server.stop();
    }
}

/// The tries at a passphrase are counted as ever, whichever key they come by.
#[test]
fn guesses_at_an_old_passphrase_are_limited() {
    let bcrypt = bcrypt::hash("open sesame", 4).unwrap();
    let argon2id = format!("\"{}\"", sealing::HASH);
    for (target, is_newer) in [
        (Target::sqlite(), false),
        (Target::cluster(), false),
        (Target::sqlite(), true),
        (Target::cluster(), true),
    ] {
        let old = OldServer::of(if is_newer { Recorded::newer() } else { Recorded::one() });
        let locked = old.recorded.named("anonymous passphrase");
        assert_eq!(locked.passphrase, "open sesame");
        // As dear as here, so that a busy machine is in time with every try.
        let (database, cheap) = if is_newer { (0, &argon2id) } else { (8, &bcrypt) };
        old.set(database, &["HSET", &format!("secret:{}:object", locked.shared.secret), "passphrase", cheap]);
        old.import_into(&target.home, &[]).succeeded();
        let server = target.serve();
        let client = server.client();
        for _ in 0..5 {
            client.unlock(&locked.shared, "wrong").unknown();
        }
        assert_eq!(client.unlock(&locked.shared, &locked.passphrase).status, 429, "{}", target.name);
        client.burn(&locked.shared).ok();
        server.stop();
    }
}

#[test]
fn a_killed_import_is_finished_by_the_next() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::one());
        let added = pairs(1500);
        old.add(&added);
        is_finished_by_the_next(&target, &old, &added, 1511, (old.recorded.account(), 8));
    }
}

#[test]
fn a_killed_import_of_a_newer_one_is_finished_by_the_next() {
    for target in Target::all() {
        let old = OldServer::of(Recorded::newer());
        let added = long_pairs(3000);
        old.add_newer(&added);
        let second = old.recorded.accounts().swap_remove(1);
        is_finished_by_the_next(&target, &old, &added, 3048, (second, 2));
    }
}

fn is_finished_by_the_next(
    target: &Target,
    old: &OldServer,
    added: &[(Shared, String)],
    secrets: usize,
    (account, listed): (Account, usize),
) {
    target.home.write("secret", old.recorded.secret());
    let mut interrupted = 0;
    for _ in 0..3 {
        let before = target.count();
        let mut command = target.home.command(&["import", &old.url(), "--secret-file", "secret"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let ended = wait_for("a part of it is there, or all", SOON, || {
            let over = child.try_wait().unwrap().is_some();
            (over || target.count() > before + 100).then_some(over)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        interrupted += usize::from(!ended);
    }
    assert!(interrupted > 0, "{}: every run was over too soon", target.name);
    let ran = old.import_into(&target.home, &[]).succeeded();
    let here = |line: &str| {
        let (_, counts) = ran.stdout.split_once(line).unwrap();
        let mut numbers = counts.split([' ', ',', '\n']).filter_map(|word| word.parse::<usize>().ok());
        [numbers.next().unwrap(), numbers.next().unwrap()]
    };
    let [taken, there] = here("secrets: ");
    assert_eq!(taken + there, secrets, "{}: {ran:?}", target.name);
    assert!(there > 0, "{}: {ran:?}", target.name);
    let server = target.serve();
    let client = server.client();
    let found = server.client_of(&account).get("/api/v1/private/recent").ok().json();
    assert_eq!(found.as_array().unwrap().len(), listed, "{}: no entry twice", target.name);
    for (place, (shared, value)) in added.iter().enumerate().step_by(12) {
        assert_eq!(client.state(shared), "new", "{}", target.name);
        if old.recorded.is_newer() && is_protected(place) {
            client.reveal(shared).unknown();
            assert_eq!(client.unlock(shared, "open sesame").ok().member("value"), *value);
        } else if place % 24 == 0 {
            client.reads_once(shared, value);
        }
    }
    server.stop();
}

#[test]
fn one_part_after_the_other_comes_to_the_same() {
    let target = Target::sqlite();
    let old = OldServer::of(Recorded::one());
    let ran = old.import_into(&target.home, &["--only", "metadata"]).succeeded();
    assert!(ran.stdout.contains("ended receipts: 2 taken over"), "{ran:?}");
    assert!(ran.stdout.contains("secrets: 0 taken over, 0 here"), "{ran:?}");
    // Neither this nor accounts takes the old server's secret.
    let ran = target.home.run(&["import", &old.url(), "--only", "accounts"]).succeeded();
    assert!(ran.stdout.contains("accounts: 2 taken over"), "{ran:?}");
    let ran = old.import_into(&target.home, &["--only", "secrets"]).succeeded();
    assert!(ran.stdout.contains("secrets: 11 taken over"), "{ran:?}");
    let ran = old.import_into(&target.home, &[]).succeeded();
    assert_eq!(ran.stdout.matches(": 0 taken over").count(), 4, "{ran:?}");
    target
        .home
        .run(&["import", &old.url()])
        .refused_saying(&["without the old server's secret", "hint: `--secret-file"]);
}
