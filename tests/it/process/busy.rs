//! Passphrases cost 0.3 s of a core each: while many are hashed, everything else goes on (security-design.md §6).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::latency::watched;
use crate::support::brought::{ARGON2ID, VALUE, bring_home};
use crate::support::{Answer, Client, Home, SOON, Shared, UNLIMITED, in_threads, wait_for};

/// Each of these needs all cores: beside another one, a single hash may take longer than requests may.
static CORES: Mutex<()> = Mutex::new(());
/// No answer may take longer.
const AT_MOST: Duration = Duration::from_secs(6);

#[test]
fn sixteen_passphrases_at_a_time_delay_nobody_else() {
    let _cores = CORES.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_PASSPHRASE__COST", "12")]].concat());
    let alone = watched(&server, || std::thread::sleep(Duration::from_secs(2)));
    let mut answers: Vec<(Answer, Duration)> = Vec::new();
    let beside = watched(&server, || {
        answers = in_threads(0..16, |place| {
            let (value, started) = (format!("value {place}"), Instant::now());
            let answer = server.client().post("/share", &[("secret", &value), ("passphrase", "p")]);
            (answer, started.elapsed())
        });
    });
    eprintln!("alone: {alone}");
    eprintln!("beside 16 passphrases: {beside}");
    // Had they waited, hardly one would have been answered before the passphrases were done.
    let came_through = beside.count() > 16 && beside.percentile(90) < Duration::from_secs(1);
    assert!(came_through, "the others waited for passphrases: {beside}");
    assert!(beside.slowest() < Duration::from_secs(3), "the others waited for passphrases: {beside}");

    let longest = answers.iter().map(|(_, took)| *took).max().unwrap();
    assert!(longest < AT_MOST, "a passphrase took {longest:?}");
    let mut stored = Vec::new();
    let mut refused = 0;
    for (place, (answer, _)) in answers.into_iter().enumerate() {
        if answer.status == 200 {
            stored.push((Shared::of(&answer), format!("value {place}")));
        } else {
            answer.unavailable().refused(503, "The server is busy. Please try again shortly.");
            refused += 1;
        }
    }
    eprintln!("{} stored, {refused} refused, the longest took {longest:?}", stored.len());
    assert!(!stored.is_empty(), "some are served, however slow the machine");
    let client = server.client();
    for (shared, value) in stored.iter().take(3) {
        assert_eq!(client.unlock(shared, "p").ok().member("value"), *value);
        client.unlock(shared, "p").unknown();
    }
    server.stop();
}

/// The queue is short: whoever would wait longer than clients do is told so at once, and a try that no core worked on does
/// not count against the secret.
#[test]
fn a_full_queue_refuses_at_once_and_costs_no_try() {
    let _cores = CORES.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    // Cost 14 is 1.2 s a core: a queue of two or three for each.
    let cost = [("READONCE_PASSPHRASE__COST", "14"), ("READONCE_PASSPHRASE__TRIES", "2")];
    let server = home.serve_with(&[UNLIMITED, &cost].concat());
    let locked = server.client().share_locked("kept", "right");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let many = 8 * cores;
    let answers = in_threads(0..many, |_| {
        let started = Instant::now();
        let other = server.client().post("/share", &[("secret", "x"), ("passphrase", "p")]);
        (other, started.elapsed())
    });
    let quickest = answers.iter().filter(|(answer, _)| answer.status == 503).map(|(_, took)| *took).min();
    assert!(
        quickest.is_some_and(|took| took < Duration::from_secs(2)),
        "nobody was refused at once: {quickest:?}"
    );
    for (answer, took) in answers {
        assert!(took < AT_MOST, "took {took:?}: {}", answer.text());
        if answer.status != 200 {
            answer.unavailable();
        }
    }
    // They fill the queue as its readers do; new secrets would wait behind the tries below.
    let others = in_threads(0..cores, |_| {
        [(); 3].map(|()| {
            wait_for("a core", SOON, || {
                let answer = server.client().post("/share", &[("secret", "x"), ("passphrase", "right")]);
                (answer.status == 200).then(|| Shared::of(&answer))
            })
        })
    });
    // More tries than are allowed, one after the other, with the right passphrase, while the cores are taken.
    let full = AtomicBool::new(false);
    let tries = std::thread::scope(|scope| {
        for other in others.iter().flatten() {
            scope.spawn(|| {
                let client = server.client();
                let last = std::iter::repeat_with(|| client.unlock(other, "wrong").status)
                    .find(|status| *status != 404);
                full.fetch_or(last == Some(503), Ordering::SeqCst);
            });
        }
        wait_for("a full queue", SOON, || full.load(Ordering::SeqCst).then_some(()));
        let client = server.client();
        (0..5).map(|_| client.unlock(&locked, "right")).collect::<Vec<_>>()
    });
    let refused = tries.iter().filter(|answer| answer.status == 503).count();
    assert!(refused > 0, "no try met the full queue: {tries:?}");
    // Had those counted, this would be 429; unless one was served meanwhile, the value is still there.
    match tries.iter().find(|answer| answer.status == 200) {
        Some(answer) => assert_eq!(answer.member("value"), "kept"),
        None => assert_eq!(server.client().unlock(&locked, "right").ok().member("value"), "kept"),
    }
    server.stop();
}

/// The queue is shared by networks: one that fills it, within all default limits, costs itself places and nobody else.
#[test]
fn one_network_that_fills_the_queue_makes_nobody_elses_reads_fail() {
    let _cores = CORES.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let server = home.serve_with(&[("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1")]);
    let reader = server.client();
    let locked: Vec<_> =
        (0..20).map(|number| reader.share_locked(&format!("value {number}"), "right")).collect();
    let (done, full) = (AtomicBool::new(false), AtomicBool::new(false));
    let answers = std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let client = server.client();
                while !done.load(Ordering::SeqCst) {
                    let made = post_from_elsewhere(&client, "/share", "secret=x&passphrase=p");
                    if made.status == 200 {
                        let path = format!("/secret/{}", Shared::of(&made).secret);
                        post_from_elsewhere(&client, &path, "passphrase=p");
                    } else {
                        full.store(true, Ordering::SeqCst);
                        // Or the limit on creating would end this within a second.
                        std::thread::sleep(Duration::from_millis(50));
                    }
                }
            });
        }
        wait_for("a full queue", SOON, || full.load(Ordering::SeqCst).then_some(()));
        let answers: Vec<_> = locked.iter().map(|shared| reader.unlock(shared, "right")).collect();
        done.store(true, Ordering::SeqCst);
        answers
    });
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200; 20], "reads beside one network that hashes all the time");
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.member("value"), format!("value {number}"));
    }
    server.stop();
}

fn post_from_elsewhere(client: &Client, path: &str, form: &str) -> Answer {
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Forwarded-For", "203.0.113.7")];
    client.ask("POST", &format!("/api/v1{path}"), &headers, Some(form.as_bytes()))
}

/// Hashed as servers of v0.24 and later hash, a passphrase takes 64 MiB: two at a time at most, and given back.
#[test]
fn imported_passphrases_take_the_memory_of_two() {
    let _cores = CORES.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let brought = bring_home(&home, 12, Some(ARGON2ID));
    let server = home.serve_with(UNLIMITED);
    let status = format!("/proc/{}/status", server.pid().as_raw_pid());
    let memory = |name: &str| -> u64 {
        let status = std::fs::read_to_string(&status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1024
    };
    let before = memory("VmRSS");
    let answers = in_threads(0..12, |place| server.client().unlock(&brought[place], "wrong"));
    let (tried, busy): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 404);
    assert!(!tried.is_empty(), "some are served, however slow the machine");
    for answer in busy {
        answer.unavailable();
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let runs = u64::try_from((cores - 1).clamp(1, 2)).unwrap();
    let most = memory("VmHWM") - before;
    eprintln!("{} tried, {runs} at a time, in {most} MiB", tried.len());
    assert!((60..64 * runs + 24).contains(&most), "{most} MiB for {runs} at a time");
    wait_for("its memory back", SOON, || (memory("VmRSS") < before + 24).then_some(()));
    let client = server.client();
    for place in [0, 11] {
        assert_eq!(client.unlock(&brought[place], "open sesame").ok().member("value"), VALUE);
        client.unlock(&brought[place], "open sesame").unknown();
    }
    server.stop();
}
