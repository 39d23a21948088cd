//! Passphrases cost 0.3 s of a core each: while many are hashed, everything else goes on (security-design.md §6).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::latency::watched;
use crate::support::{Answer, Home, SOON, Shared, UNLIMITED, in_threads, wait_for};

/// No answer may take longer.
const AT_MOST: Duration = Duration::from_secs(6);

#[test]
fn sixteen_passphrases_at_a_time_delay_nobody_else() {
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
    // More tries than are allowed, one after the other, with the right passphrase, while the cores are taken.
    let full = AtomicBool::new(false);
    let tries = std::thread::scope(|scope| {
        for _ in 0..many {
            scope.spawn(|| {
                let answer = server.client().post("/share", &[("secret", "x"), ("passphrase", "p")]);
                full.fetch_or(answer.status == 503, Ordering::SeqCst);
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
