//! Runs a target: so many damaged inputs, from a seed that is printed; what fails is shrunk and shown.

use std::cell::Cell;
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use readonce::domain::random;

use super::corpus::{corpus, input};
use super::mutate::damaged;

/// `FUZZ`, for those who want more than the gate asks for.
pub(super) fn wanted(usually: u32) -> u32 {
    let text = std::env::var("FUZZ").ok();
    text.map_or(usually, |text| text.parse().expect("FUZZ is a number"))
}

/// `FUZZ_SEED`, or another one in every run.
pub(super) fn seed() -> u64 {
    let text = std::env::var("FUZZ_SEED").ok();
    let drawn = || u64::from(u32::from_le_bytes(random::bytes()));
    text.map_or_else(drawn, |text| text.parse().expect("FUZZ_SEED is a number"))
}

/// Draws from a seed.
pub(super) fn runner(seed: u64, cases: u32) -> TestRunner {
    let bytes = [seed, 0, 0, 0].map(u64::to_le_bytes).concat();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// Gives a target what is in its folder of the corpus, damaged; `target` says whether it was read.
pub(super) fn fuzz(name: &str, usually: u32, words: &[&str], target: impl Fn(&[u8]) -> bool) {
    fuzz_with(name, corpus(name), usually, words, target);
}

/// The same with some of the inputs there.
pub(super) fn fuzz_some(
    name: &str,
    inputs: &[&str],
    usually: u32,
    words: &[&str],
    target: impl Fn(&[u8]) -> bool,
) {
    fuzz_with(name, inputs.iter().map(|it| input(name, it)).collect(), usually, words, target);
}

fn fuzz_with(name: &str, inputs: Vec<Vec<u8>>, usually: u32, words: &[&str], target: impl Fn(&[u8]) -> bool) {
    for input in &inputs {
        assert!(target(input), "{name}: what is whole is read: {}", input.escape_ascii());
    }
    fuzz_from(
        name,
        usually,
        damaged(inputs, words),
        |input| target(&input),
        |input| input.escape_ascii().to_string(),
    );
}

/// The same with inputs of any kind.
pub(super) fn fuzz_from<S: Strategy>(
    name: &str,
    usually: u32,
    inputs: S,
    target: impl Fn(S::Value) -> bool,
    show: impl Fn(&S::Value) -> String,
) {
    let (seed, wanted, started) = (seed(), wanted(usually), Instant::now());
    let (played, read) = (Cell::new(0_u64), Cell::new(0_u64));
    let came = runner(seed, wanted).run(&inputs, |input| {
        played.set(played.get() + 1);
        read.set(read.get() + u64::from(target(input)));
        Ok(())
    });
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "fuzz::{name}, seed {seed}, {seconds:.1} s: {} executions, {} were read",
        played.get(),
        read.get()
    );
    match came {
        Ok(()) => {}
        Err(TestError::Fail(why, input)) => {
            panic!(
                "{name}: {why}\nof: {}\nhint: FUZZ_SEED={seed} FUZZ={wanted} plays them again",
                show(&input)
            )
        }
        Err(TestError::Abort(why)) => panic!("{name}: {why}"),
    }
    // Or it was all rubbish, or all whole.
    assert!(
        read.get() > 0 && read.get() < played.get(),
        "{name}: {} of {} were read",
        read.get(),
        played.get()
    );
}
