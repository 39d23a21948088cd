//! The same on machines whose clocks are set in the midst of it, or are apart: each step is judged by the clock of its server, and
//! once the clocks are right, what was acknowledged and has not expired is there, read or burned.
//!
//! Clocks are set by a file. Redis' own stays right: it collects by that one, whatever the servers' say.

use std::time::Instant;

use super::history::Figures;
use super::process::{Played, Station, play};
use super::program::{INSTANCES, Program};
use super::{seed, wanted};
use crate::process::shared_store::{DURABLE, Region};
use crate::support::Home;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How far clocks are off, one after the other: by minutes, hours, days, and where they cannot be; each way, and right again.
const JUMPS: [i64; 14] = [
    2,
    -2,
    5 * MINUTE,
    -5 * MINUTE,
    0,
    3 * HOUR,
    -3 * HOUR,
    2 * DAY,
    -2 * DAY,
    0,
    31 * DAY,
    -31 * DAY,
    100 * 365 * DAY,
    -3 * 365 * DAY,
];
/// How far two servers' clocks are apart.
const SKEWS: [i64; 6] = [1, -1, 10, -10, 100, -100];

/// A round in which the clocks jump: shared is by one of them, asked is by all, and in the end they are right.
fn with_jumps(station: &mut Station, programs: &[Program], number: usize) -> Played {
    station.set_clocks(if number.is_multiple_of(2) { 0 } else { JUMPS[number * 5 % JUMPS.len()] });
    let played = station.play(programs, |station, progress| {
        for (place, seconds) in JUMPS.into_iter().enumerate() {
            progress.reached(progress.acts * (place + 1) / (JUMPS.len() + 1));
            station.set_clocks(seconds);
        }
    });
    station.set_clocks(0);
    played
}

/// A round in which nothing is done to anybody.
fn in_peace(station: &mut Station, programs: &[Program], _: usize) -> Played {
    station.play(programs, |_, _| {})
}

/// Plays such rounds, and nothing may be found.
fn hold(
    name: &str,
    station: &mut Station,
    least: (u64, usize),
    round: fn(&mut Station, &[Program], usize) -> Played,
) -> Figures {
    let (seed, started) = (seed(), Instant::now());
    let (figures, text) = play(station, seed, least, round);
    println!("{name}, seed {seed}, {:.1} s: {figures}", started.elapsed().as_secs_f64());
    assert!(text.is_empty(), "hint: HISTORIES_SEED={seed} HISTORIES=5000 plays these programs again\n{text}");
    figures
}

/// Plays with jumps.
fn hold_that_jump(name: &str, station: &mut Station) {
    let figures = hold(name, station, (2, wanted(60)), with_jumps);
    for kind in ["values", "burned", "received", "unknown", "expired"] {
        assert!(figures.count(kind) > 0, "{kind} did not occur: {figures}");
    }
}

/// Plays with each skew.
fn hold_apart(name: &str, on: impl Fn(i64) -> Station) {
    for skew in SKEWS {
        let name = format!("{name}, {skew:+} s apart");
        let figures = hold(&name, &mut on(skew), (1, wanted(120) / SKEWS.len()), in_peace);
        for kind in ["values", "unknown"] {
            assert!(figures.count(kind) > 0, "{kind} did not occur: {figures}");
        }
    }
}

fn on_redis(off: [i64; INSTANCES], told: [i64; INSTANCES]) -> Station {
    let Region { redis, home, .. } = Region::new(DURABLE);
    Station::with_clocks(home, Some(redis), off, told)
}

fn on_sqlite(off: [i64; INSTANCES], told: [i64; INSTANCES]) -> Station {
    Station::with_clocks(Home::new(), None, off, told)
}

#[test]
fn that_jump_under_load_on_one_file() {
    hold_that_jump("clocks that jump, SQLite", &mut on_sqlite([0; 2], [0; 2]));
}

#[test]
fn that_jump_under_load_on_one_redis() {
    hold_that_jump("clocks that jump, Redis", &mut on_redis([0; 2], [0; 2]));
}

#[test]
fn that_are_apart_on_one_file() {
    hold_apart("SQLite", |skew| on_sqlite([0, skew], [0, skew]));
}

#[test]
fn that_are_apart_on_one_redis() {
    hold_apart("Redis", |skew| on_redis([0, skew], [0, skew]));
}

/// The control: of this skew nobody is told.
#[test]
fn a_skew_that_nobody_knows_of_is_found_out() {
    for skew in [100, -100] {
        let (figures, text) = play(&mut on_sqlite([0, skew], [0; 2]), seed(), (1, 600), in_peace);
        assert!(!text.is_empty(), "{skew:+} s are not found: {figures}");
        println!("a skew of {skew:+} s is found within {} histories", figures.histories);
    }
}
