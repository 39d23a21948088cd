//! The documents that name tests: every test they name exists, and every attacker's test is named. What a table says was mended is a
//! commit.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::architecture::rust_files;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The names between backticks that are paths of tests, such as `store::laws::secrets::taken_is_gone`.
fn names_in(text: &str) -> BTreeSet<String> {
    quoted(text).filter(|name| name.contains("::") && !name.contains('…')).map(str::to_owned).collect()
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

fn named(name: &str) -> BTreeSet<String> {
    names_in(&document(name))
}

/// The rows of the first table in a section of `dev/testing.md`, without its head.
fn rows_of_testing(heading: &str) -> Vec<String> {
    let text = document("dev/testing.md");
    let titled =
        |section: &&str| section.lines().next().is_some_and(|line| line.ends_with(&format!(". {heading}")));
    let section = text.split("\n## ").find(titled).unwrap_or_else(|| panic!("no `{heading}`"));
    let rows =
        section.lines().skip_while(|line| !line.starts_with("| ")).take_while(|line| line.starts_with('|'));
    rows.skip(2).map(str::to_owned).collect()
}

#[track_caller]
fn all_exist(document: &str, names: &BTreeSet<String>) {
    let missing: Vec<_> = names.iter().filter(|name| !exists(name)).collect();
    assert!(missing.is_empty(), "{document} names tests that are not there: {missing:#?}");
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
        all_exist(document, &names);
    }
}

/// A row of clocks is a test, and a test of clocks is in a row.
#[test]
fn every_row_of_clocks_is_a_test() {
    let rows = rows_of_testing("Clocks");
    assert!(rows.len() > 10, "only {} rows", rows.len());
    let mut all = BTreeSet::new();
    for row in rows {
        let names = names_in(&row);
        assert!(!names.is_empty(), "no test: {row}");
        all.extend(names);
    }
    all_exist("dev/testing.md", &all);
    for room in ["histories/clocks", "process/clock/mod", "process/clock/skew", "process/clock/told"] {
        let path = room.trim_end_matches("/mod").replace('/', "::");
        for test in tests_in(&root().join(format!("tests/it/{room}.rs"))) {
            let test = format!("{path}::{test}");
            assert!(document("dev/testing.md").contains(&test), "{test} is in no row");
        }
    }
}

/// A target is a test; each row has some, and each test of `fuzz` is in a row.
#[test]
fn every_target_of_damage_is_told_and_is_a_test() {
    let rows = rows_of_testing("Damaged inputs").join("\n");
    let mut files = Vec::new();
    rust_files(&root().join("tests/it/fuzz"), &mut files);
    let mut counted = 0;
    for file in files {
        let room = file.file_stem().unwrap().to_str().unwrap();
        for test in tests_in(&file) {
            let told = quoted(&rows).any(|target| target == room || target == format!("{room}::{test}"));
            assert!(told, "fuzz::{room}::{test} is in no row");
            counted += 1;
        }
    }
    assert!(counted > 15, "only {counted}");
    let targets = quoted(&rows).filter(|target| target.contains("::"));
    all_exist("dev/testing.md", &targets.map(|target| format!("fuzz::{target}")).collect());
}

/// Whether commits can be looked up: not in a tarball, and not in a clone of the newest one.
fn has_history() -> bool {
    let asked =
        Command::new("git").args(["rev-parse", "--is-shallow-repository"]).current_dir(root()).output();
    root().join(".git").exists() && asked.is_ok_and(|asked| asked.stdout.starts_with(b"false"))
}

#[test]
fn every_fault_has_a_test_and_what_it_found_is_a_commit() {
    let rows = rows_of_testing("What is done to it, and what that found");
    assert!(rows.len() > 20, "only {} rows", rows.len());
    let is_commit =
        |word: &&str| word.len() == 7 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_history = has_history();
    for row in rows {
        let columns: Vec<&str> = row.split(" | ").collect();
        let [_, tests, found] = columns[..] else { panic!("not three columns: {row}") };
        let names = names_in(tests);
        assert!(!names.is_empty(), "no test: {row}");
        all_exist("dev/testing.md", &names);
        let commits: Vec<_> = quoted(found).filter(is_commit).collect();
        assert!(!commits.is_empty() || found.contains("nothing on record"), "neither found nor not: {row}");
        for commit in commits.into_iter().filter(|_| has_history) {
            let mut asked = Command::new("git");
            asked.args(["cat-file", "-e", &format!("{commit}^{{commit}}")]).current_dir(root());
            assert!(asked.status().is_ok_and(|status| status.success()), "{commit} is no commit: {row}");
        }
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
