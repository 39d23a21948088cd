//! A disk that fails or is full at one moment, at each: it is told as it is, nothing that failed is acknowledged, and what was
//! acknowledged is there, on a kernel that never again writes what it could not sync, for a server that was killed and started
//! again, and after a power loss.

use std::fmt::Write as _;

use super::book::{Book, Deeds, End, PASSPHRASE, Secret, WRONG};
use super::cuts::{Found, play};
use super::disk::Disk;
use super::strace::Watched;
use super::{one_in, seed, wanted};
use crate::support::{Answer, Client, Home, Shared};

/// Cuts after one failure.
const MANY: usize = 30;
/// A start and some ten operations write less often in one thread.
const MOST: usize = 400;

/// A 503 says whether the outcome is unknown.
fn is_unknown(answer: &Answer) -> bool {
    answer.clone().unavailable().reason().contains("outcome")
}

impl Deeds {
    /// Shares; its number if that was acknowledged.
    fn try_share(&mut self, client: &Client, is_protected: bool) -> Option<usize> {
        let value = format!("value-{}-{}", self.secrets.len(), "v".repeat(30));
        let passphrase = if is_protected { PASSPHRASE } else { "" };
        let answer = client.post("/share", &[("secret", &value), ("passphrase", passphrase)]);
        if answer.status != 200 {
            answer.unavailable();
            return None;
        }
        self.secrets.push(Secret { is_protected, ..Secret::new(value, Shared::of(&answer)) });
        Some(self.secrets.len() - 1)
    }

    /// Reads or burns; notes what is known of it. Whether it was done.
    fn try_end(&mut self, client: &Client, number: usize, end: End) -> bool {
        let secret = &mut self.secrets[number];
        let answer = match end {
            End::Read if secret.is_protected => client.unlock(&secret.keys, PASSPHRASE),
            End::Read => client.reveal(&secret.keys),
            End::Burned => client.burn(&secret.keys),
        };
        if answer.status == 200 {
            assert!(end == End::Burned || answer.member("value") == secret.value, "{}", answer.text());
            secret.end = Some(end);
            return true;
        }
        if is_unknown(&answer) {
            (secret.end, secret.is_end_unknown) = (Some(end), true);
        }
        false
    }

    /// Whether it was answered.
    fn try_guess(&mut self, client: &Client, number: usize) -> bool {
        let answer = client.unlock(&self.secrets[number].keys, WRONG);
        if answer.status == 404 {
            self.secrets[number].tries += 1;
            return true;
        }
        answer.unavailable();
        false
    }

    /// Some ten operations; all of them, or up to the first that fails.
    fn try_all(&mut self, client: &Client, is_stopped: bool) {
        let (mut open, mut locked) = (Vec::new(), Vec::new());
        for act in 0..12 {
            let done = match act {
                0..4 | 10 => self.try_share(client, false).map(|number| open.push(number)).is_some(),
                4 | 5 => self.try_share(client, true).map(|number| locked.push(number)).is_some(),
                6 | 8 => locked.first().is_none_or(|number| self.try_guess(client, *number)),
                7 | 11 => open.pop().is_none_or(|number| self.try_end(client, number, End::Read)),
                _ => open.pop().is_none_or(|number| self.try_end(client, number, End::Burned)),
            };
            if is_stopped && !done {
                return;
            }
        }
        if let [_, number] = locked[..] {
            self.try_end(client, number, End::Read);
        }
    }
}

/// The disk fails once in each thread, at its call of this number; whether it did, and what came of it.
fn fails_at((calls, error): (&str, &str), number: usize, is_stopped: bool) -> (bool, Found) {
    let home = Home::new();
    let before = Disk::of(&home.file("").canonicalize().unwrap());
    let (mut watched, mut deeds) = (Watched::new(home), Deeds::default());
    let fault = format!("inject={calls}:error={error}:when={number}");
    let what = format!("{fault} in each thread");
    match watched.try_serve(&["-e", &fault]) {
        Ok(server) => {
            deeds.try_all(&server.client(), is_stopped);
            server.kill();
        }
        Err(ran) => {
            assert_eq!(ran.code, Some(1), "{what}: {ran:?}");
            assert!(ran.stderr.contains("error: "), "{what}: {ran:?}");
        }
    }
    // Whoever starts it next has a disk in order.
    let server = watched.serve();
    let client = server.client();
    let last = deeds.share(&client);
    deeds.share(&client);
    deeds.read(&client, last);
    server.kill();
    let log = watched.log(before);
    let book = Book::of(&deeds, &log.steps);
    (log.has_failed, play(&log, &book, wanted(12).min(MANY), seed()))
}

/// At one of so many of its calls.
fn fails((calls, error): (&str, &str), usually: usize) {
    let (mut tried, mut cuts, mut broken) = (0, 0, String::new());
    let (step, numbers) = one_in(usually);
    for number in numbers {
        assert!(number < MOST, "it writes without end");
        let mut has_failed = false;
        // A kill at once leaves what failed as the last thing that was done.
        for is_stopped in [false, true] {
            let (has, found) = fails_at((calls, error), number, is_stopped);
            (has_failed, cuts) = (has_failed || has, cuts + found.cuts);
            if !found.violations.is_empty() {
                writeln!(broken, "at call {number} of each thread, stopped {is_stopped}: {found}").unwrap();
            }
        }
        if !has_failed {
            break;
        }
        tried += 1;
    }
    println!("{error} of {calls} at {tried} calls, one in {step}, {cuts} cuts");
    assert!(tried > 0, "there are such calls");
    assert!(broken.is_empty(), "{error} of {calls}\n{broken}");
}

#[test]
fn a_sync_that_fails() {
    fails(("fsync,fdatasync", "EIO"), 6);
}

#[test]
fn a_write_that_fails() {
    fails(("pwrite64", "EIO"), 60);
}

#[test]
fn a_write_that_meets_a_full_disk() {
    fails(("pwrite64", "ENOSPC"), 60);
}
