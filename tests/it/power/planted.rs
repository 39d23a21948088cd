//! What finds nothing is worth nothing: faults are put into a trace, and each has to be found.

use std::path::Path;

use super::audit::audit;
use super::book::Book;
use super::calls::{Deed, Step};
use super::cuts::{cut_each, cuts, in_this_process, play};
use super::loss::Spared;
use super::order;
use super::scenes::{self, Scene};
use super::seed;
use super::strace::Log;

/// Within so many cuts.
const WITHIN: usize = 30;

/// A program that does the same, but for the faulty syncs and the order of its steps.
fn with(scene: &Scene, change: impl Fn(&mut Vec<Step>)) -> Scene {
    let mut steps = scene.log.steps.clone();
    change(&mut steps);
    let book = Book::of(&scene.deeds, &steps);
    let log = Log { before: scene.log.before.clone(), steps, has_failed: false };
    Scene { name: scene.name, root: scene.root.clone(), deeds: scene.deeds.clone(), log, book }
}

fn is_found(what: &str, scene: &Scene) {
    let seed = seed();
    let found = play(&scene.log, &scene.book, WITHIN, seed);
    let first = found.violations.iter().map(|(_, violation)| violation.as_str()).next();
    println!("{what}: {} of {} cuts, seed {seed}, first: {first:?}", found.violations.len(), found.cuts);
    assert!(!found.violations.is_empty(), "{what} is not found, seed {seed}");
}

/// Leaves out syncs.
fn without_syncs(steps: &mut Vec<Step>, of: impl Fn(&Path) -> bool) {
    let before = steps.len();
    steps.retain(|step| !matches!(&step.call.deed, Deed::Sync { file } if of(file)));
    assert!(steps.len() < before, "there is no such sync");
}

#[test]
fn each_planted_fault_is_found() {
    let scene = scenes::first_start();
    let root = scene.root.clone();
    is_found("no file is synced", &with(&scene, |steps| without_syncs(steps, |_| true)));
    let log = |file: &Path| file.to_str().unwrap().ends_with("-wal");
    let faulty = with(&scene, |steps| without_syncs(steps, log));
    is_found("the log is not synced", &faulty);
    assert!(!order::broken(&faulty).is_empty());
    let folder = root.join("data");
    let faulty = with(&scene, |steps| without_syncs(steps, |file| file == folder));
    is_found("the folder is not synced", &faulty);
    assert!(!order::broken(&faulty).is_empty());
    let faulty = with(&scene, |steps| without_syncs(steps, |file| file == root));
    is_found("the folder's own name is not synced", &faulty);
    assert!(!order::broken(&faulty).is_empty());
    let keyring = |file: &Path| file.to_str().unwrap().contains("readonce.keys");
    let faulty = with(&scene, |steps| without_syncs(steps, keyring));
    is_found("the keyring is not synced", &faulty);
    assert!(!order::broken(&faulty).is_empty());
    let faulty = with(&scene, |steps| answer_early(steps));
    is_found("answers come before the sync", &faulty);
    assert!(!order::broken(&faulty).is_empty());
}

/// Each answer leaves before the last sync that was made before it.
fn answer_early(steps: &mut [Step]) {
    let answers: Vec<usize> =
        (0..steps.len()).filter(|place| matches!(steps[*place].call.deed, Deed::Sent(_))).collect();
    for answer in answers {
        let sync = steps[..answer]
            .iter()
            .rposition(|step| step.begins && matches!(step.call.deed, Deed::Sync { .. }));
        if let Some(sync) = sync {
            steps[sync..=answer].rotate_right(1);
        }
    }
}

/// What is found above is found because something was lost: a disk that loses nothing breaks nothing, whatever is synced.
#[test]
fn a_disk_that_loses_nothing_breaks_nothing() {
    let scene = with(&scenes::first_start(), |steps| without_syncs(steps, |_| true));
    let mut cuts = cuts(&scene.book, scene.log.steps.len(), WITHIN, seed());
    for cut in &mut cuts {
        cut.spared = Spared::Everything;
    }
    let found = cut_each(&scene.log, &cuts, |left, cut| in_this_process(audit(left, &scene.book, cut.steps)));
    assert!(found.violations.is_empty(), "{found}");
}
