//! The documents that name tests: every test they name exists, and every attacker's test is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::architecture::rust_files;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The names between backticks that are paths of tests, such as `store::laws::secrets::taken_is_gone`.
fn named(document: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs").join(document)).unwrap();
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|name| name.contains("::") && !name.contains('…')).map(str::to_owned).collect()
}

/// The names of the tests in a file.
fn tests_in(file: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut found = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        let name = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn "));
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some(name) = name.filter(|_| is_test) {
            found.insert(name.split('(').next().unwrap().to_owned());
            is_test = false;
        }
    }
    found
}

/// The laws that every backend is held to: those that the macro mounts.
fn mounted_laws() -> String {
    fs::read_to_string(root().join("tests/it/store/laws/mod.rs")).unwrap()
}

/// Whether there is a test of this path, among the integration tests or in the sources.
fn exists(path: &str) -> bool {
    let (room, name) = path.rsplit_once("::").unwrap();
    if let Some(laws) = room.strip_prefix("store::laws::") {
        let text =
            fs::read_to_string(root().join(format!("tests/it/store/laws/{laws}.rs"))).unwrap_or_default();
        return text.contains(&format!("async fn {name}(")) && mounted_laws().contains(name);
    }
    let (folder, room) = match room.strip_suffix("::tests") {
        Some(room) => ("src", room),
        None => ("tests/it", room),
    };
    let room = room.replace("::", "/");
    let files = [format!("{folder}/{room}.rs"), format!("{folder}/{room}/mod.rs")];
    files.iter().any(|file| tests_in(&root().join(file)).contains(name))
}

#[test]
fn every_test_that_a_document_names_exists() {
    for document in ["attacker-table.md", "security-tests.md", "compatibility.md"] {
        let names = named(document);
        assert!(names.len() > 30, "{document} names only {}", names.len());
        let missing: Vec<_> = names.iter().filter(|name| !exists(name)).collect();
        assert!(missing.is_empty(), "{document} names tests that are not there: {missing:#?}");
    }
}

#[test]
fn every_attackers_test_has_its_cell() {
    let mut files = Vec::new();
    rust_files(&root().join("tests/it/secrecy/attacker"), &mut files);
    let names = named("attacker-table.md");
    let others = named("security-tests.md");
    let mut counted = 0;
    for file in files {
        let room = file.file_stem().unwrap().to_str().unwrap();
        for test in tests_in(&file) {
            let path = format!("secrecy::attacker::{room}::{test}");
            assert!(names.contains(&path) || others.contains(&path), "{path} is in no cell");
            counted += 1;
        }
    }
    assert!(counted > 30, "only {counted}");
}

#[test]
fn every_property_has_its_row() {
    let text = fs::read_to_string(root().join("docs/security-tests.md")).unwrap();
    for number in 1..=11 {
        let row = text.lines().find(|line| line.starts_with(&format!("| P{number} |")));
        assert!(row.is_some_and(|row| row.contains("::")), "P{number} has no test");
    }
}

#[test]
fn the_reader_of_names_reads() {
    assert!(exists("secrecy::tables::the_reader_of_names_reads"));
    assert!(exists("vault::envelope::tests::the_published_vector_with_a_passphrase"));
    assert!(exists("store::laws::secrets::taken_is_gone"));
    for missing in
        ["secrecy::tables::nothing", "secrecy::tables::exists", "store::laws::secrets::won", "no::such"]
    {
        assert!(!exists(missing), "{missing}");
    }
}
