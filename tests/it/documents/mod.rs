//! Documents are held to one another: what several of them say has to be the same. That what they say is so is the business of
//! the tests that follow them (`process::followed`, `process::recipes`, `process::published`, `deploy`).

use std::fs;
use std::path::{Path, PathBuf};

mod metadata_key;
mod package;
mod personal_data;
mod traps;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of this repository.
fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every document: its path from the root and its text, in which white space counts once. Decisions tell of their day, and the
/// changelog of what was.
fn documents() -> Vec<(String, String)> {
    let mut files: Vec<_> =
        ["README.md", "SECURITY.md", "CONTRIBUTING.md", "config/default.toml"].map(PathBuf::from).into();
    for folder in ["docs", "deploy"] {
        walk(Path::new(folder), &mut files);
    }
    let told = ["md", "json", "toml", "yaml", "yml", "conf"];
    files.retain(|file| {
        let kind = file.extension().is_some_and(|kind| told.iter().any(|one| kind == *one));
        kind && !file.starts_with("docs/decisions")
    });
    assert!(files.len() > 40, "only {} documents were found", files.len());
    let text = |file: &PathBuf| {
        let text = read(file.to_str().unwrap());
        let words: Vec<_> =
            text.split_whitespace().filter(|word| !["#", "//!", "///"].contains(word)).collect();
        words.join(" ")
    };
    files.iter().map(|file| (file.to_str().unwrap().to_owned(), text(file))).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() { walk(&path, found) } else { found.push(path) }
    }
}
