//! Power loss: what the program asks of the system is written down, and the power is cut at every moment of it. Only what was
//! synced is sure to be there then, everything else may be or not; and whatever somebody was told has to hold (ADR 0087).
//!
//! `POWER_CUTS` and `POWER_SEED` set how often and which (docs/dev/testing.md).

#![expect(clippy::print_stdout, reason = "figures and seeds are what somebody runs more of them for")]

use readonce::domain::random;

use self::cuts::play;
use self::scenes::Scene;

mod audit;
mod book;
mod calls;
mod cuts;
mod damaged;
mod deeds;
mod disk;
mod failing;
mod killed;
mod loss;
mod order;
mod planted;
mod scenes;
mod strace;
mod versions;

/// `POWER_CUTS`, for those who want more than the gate asks for.
fn wanted(usually: usize) -> usize {
    let text = std::env::var("POWER_CUTS").ok();
    text.map_or(usually, |text| text.parse().expect("POWER_CUTS is a number"))
}

/// Of kills and failing calls the gate tries one in so many, other ones in each run; `POWER_CUTS` asks for all.
fn one_in(usually: usize) -> (usize, impl Iterator<Item = usize>) {
    let step = if std::env::var_os("POWER_CUTS").is_some() { 1 } else { usually };
    let first = 1 + usize::try_from(seed()).unwrap_or_default() % step;
    (step, (first..).step_by(step))
}

/// `POWER_SEED`, or another one in every run.
fn seed() -> u64 {
    let text = std::env::var("POWER_SEED").ok();
    let drawn = || u64::from(u32::from_le_bytes(random::bytes()));
    text.map_or_else(drawn, |text| text.parse().expect("POWER_SEED is a number"))
}

/// Nothing that was promised in it may be broken, whenever the power is cut.
fn holds(scene: &Scene) {
    let seed = seed();
    let found = play(&scene.log, &scene.book, wanted(80), seed);
    println!("{}, {} steps, seed {seed}: {found}", scene.name, scene.log.steps.len());
    assert!(found.violations.is_empty(), "{}, hint: POWER_SEED={seed}\n{found}", scene.name);
    order::keeps(scene);
}

#[test]
fn from_the_first_start_on() {
    holds(&scenes::first_start());
}

#[test]
fn callers_at_once() {
    holds(&scenes::under_load(6, 8, 100));
}

/// Long enough that the log is moved beside the callers.
#[test]
#[ignore = "minutes: `scripts/test long`"]
fn callers_at_once_with_large_values() {
    holds(&scenes::under_load(8, 60, 9_500));
}

#[test]
fn accounts_and_their_tokens() {
    holds(&scenes::accounts());
}

#[test]
fn an_older_database_is_brought_up_to_date() {
    holds(&scenes::migration());
}

#[test]
fn backups_and_a_restore() {
    let scene = scenes::backup_and_restore();
    holds(&scene);
    damaged::backups_are_whole(&scene);
}

#[test]
fn keys_are_added_and_rotated() {
    holds(&scenes::rotation());
}
