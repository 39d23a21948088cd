//! The order of writes and syncs before each answer, read off a trace without any loss.

use std::path::Path;

use super::book::Span;
use super::calls::{Deed, Step};
use super::disk::Disk;
use super::scenes::Scene;

/// What has to be on the disk, under its name, when the first secret is acknowledged.
const FIRST: [&str; 3] = ["data", "data/readonce.keys", "data/readonce.db"];

/// Each rule, at each step.
pub(super) fn keeps(scene: &Scene) {
    let broken = broken(scene);
    assert!(broken.is_empty(), "{}:\n{}", scene.name, broken.join("\n"));
}

pub(super) fn broken(scene: &Scene) -> Vec<String> {
    let (mut disk, mut broken) = (scene.log.before.clone(), unsynced(scene));
    let told = scene.book.told();
    for (place, step) in scene.log.steps.iter().enumerate() {
        if told.binary_search(&place).is_ok() {
            let not_there = FIRST.iter().filter(|name| disk.find_for_sure(Path::new(name)).is_none());
            broken.extend(
                not_there
                    .map(|name| format!("step {place}: `{name}` has no sure name when somebody is told")),
            );
            let keyring = disk.find_for_sure(Path::new("data/readonce.keys"));
            if !keyring.is_some_and(|keyring| disk.is_content_sure(keyring)) {
                broken.push(format!("step {place}: the keyring is not synced when somebody is told"));
            }
        }
        if !step.begins && step.call.done {
            match &step.call.deed {
                Deed::Rename { from, .. } | Deed::Link { from, .. } if !is_synced(&disk, from) => {
                    let from = from.display();
                    broken.push(format!("step {place}: `{from}` gets another name before it is synced"));
                }
                _ => {}
            }
        }
        disk.apply(step);
    }
    broken
}

/// Answers to what was done without a sync of the log that began and ended between the request and the answer.
fn unsynced(scene: &Scene) -> Vec<String> {
    let steps = &scene.log.steps;
    let is_synced = |span: &Span| {
        let between = &steps[span.begun..span.told];
        let of_log = |step: &&Step| matches!(&step.call.deed, Deed::Sync { file } if file.to_str().unwrap().ends_with("-wal"));
        let mut begun = between.iter().filter(of_log).filter(|step| step.begins);
        begun
            .any(|begun| between.iter().any(|end| end.number == begun.number && !end.begins && end.call.done))
    };
    let spans = scene.book.secrets.iter().filter(|noted| !noted.secret.is_old).flat_map(|noted| {
        let ends = noted.end.map(|(_, span)| span);
        [noted.shared].into_iter().chain(ends).chain(noted.tries.iter().copied())
    });
    let without = spans.filter(|span| !is_synced(span));
    without
        .map(|span| {
            format!("step {}: somebody is told, and no log was synced since step {}", span.told, span.begun)
        })
        .collect()
}

fn is_synced(disk: &Disk, file: &Path) -> bool {
    disk.inside(file).and_then(|below| disk.find(&below)).is_none_or(|node| disk.is_content_sure(node))
}
