//! Real, valid inputs, from `tests/corpus`, which has a folder for each target: what damage begins with.

use std::path::Path;

/// The inputs of a target, in the order of their names.
pub(super) fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no corpus for {target}");
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// One of them.
pub(super) fn input(target: &str, name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target).join(name);
    std::fs::read(file).unwrap()
}
