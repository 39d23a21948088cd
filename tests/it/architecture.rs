//! The arrows of the house (the map in `src/lib.rs`), read from every `use crate::…` and every path in the code.

use std::fs;
use std::path::{Path, PathBuf};

/// What each room may name, besides itself and `domain`.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("meter", &[]),
    ("vault", &[]),
    ("store", &["meter"]),
    ("config", &[]),
    ("telemetry", &[]),
    ("words", &[]),
    ("mail", &["words"]),
    ("lifecycle", &[]),
    ("import", &["store", "vault"]),
    ("service", &["mail", "meter", "store", "vault"]),
    ("http", &["service"]),
    ("api", &["http", "service"]),
    ("web", &["http", "service", "words"]),
    ("server", &["api", "http", "service", "web"]),
    (
        "cli",
        &[
            "config",
            "http",
            "import",
            "lifecycle",
            "mail",
            "meter",
            "server",
            "service",
            "store",
            "telemetry",
            "vault",
            "web",
        ],
    ),
];

pub(crate) fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file: its path below `src`, its room, its code without comments.
pub(crate) fn sources() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let first = name.split('/').next().unwrap().trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            (name, first, code.join("\n"))
        })
        .filter(|(name, ..)| name != "lib.rs" && name != "main.rs")
        .collect()
}

/// The rooms that `crate::…` paths of `code` lead to, those in braces too.
fn named_rooms(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let mut inside = String::new();
        match rest.strip_prefix('{') {
            None => inside.extend(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_')),
            Some(list) => {
                let mut depth = 1;
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ if depth == 1 => inside.push(c),
                        _ => {}
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        }
        for part in inside.split(',') {
            let room = part.trim().split("::").next().unwrap_or_default();
            rooms.push(room.split(' ').next().unwrap_or_default().to_owned());
        }
    }
    rooms.retain(|room| !room.is_empty());
    rooms
}

#[test]
fn arrows_point_downwards() {
    let mut wrong = Vec::new();
    for (file, room, code) in sources() {
        let (_, allowed) = ARROWS.iter().find(|(name, _)| *name == room).unwrap_or_else(|| {
            panic!("`{file}`: the room `{room}` is not on the map; hint: add it here and to src/lib.rs")
        });
        for named in named_rooms(&code) {
            if named != room && named != "domain" && !allowed.contains(&named.as_str()) {
                wrong.push(format!("{file}: {room} -> {named}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point the wrong way:\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_arrows_reads() {
    assert_eq!(named_rooms("use crate::store::Claim;"), ["store"]);
    assert_eq!(named_rooms("use crate::{store, vault};"), ["store", "vault"]);
    assert_eq!(named_rooms("use crate::{http::{a, b}, domain::Ttl};"), ["http", "domain"]);
    assert_eq!(named_rooms("fn x(y: crate::config::Error) {}"), ["config"]);
}

#[test]
fn the_domain_does_no_io_and_knows_no_framework() {
    for (file, room, code) in sources() {
        if room == "domain" {
            for foreign in
                ["tokio", "serde", "axum", "rusqlite", "redis", "std::fs", "std::net::Tcp", "async fn"]
            {
                assert!(!code.contains(foreign), "{file} names {foreign}");
            }
        }
        if room == "service" {
            for foreign in ["axum", "hyper", "rusqlite", "sqlite", "redis"] {
                assert!(!code.contains(foreign), "{file} names {foreign}");
            }
        }
        if !["cli", "main"].contains(&room.as_str()) {
            assert!(!code.contains("anyhow"), "{file} uses anyhow: one small error enum a room");
        }
    }
}

/// The right to a protected secret is a value that only the vault makes.
#[test]
fn only_the_vault_states_that_a_secret_is_unlocked() {
    for (file, room, code) in sources() {
        if code.contains("Unlocked::verified(") {
            assert_eq!(room, "vault", "{file} makes an `Unlocked`");
        }
    }
}

#[test]
fn backends_do_not_know_each_other_and_files_stay_small() {
    for (file, room, code) in sources() {
        if let Some(backend) = file.strip_prefix("store/sqlite") {
            assert!(!code.contains("redis"), "store/sqlite{backend} names redis");
        }
        if let Some(backend) = file.strip_prefix("store/redis") {
            assert!(!code.contains("sqlite"), "store/redis{backend} names sqlite");
        }
        let lines = code.lines().count();
        assert!(lines <= 400, "{file} in {room} has {lines} lines of code: two rooms?");
    }
}

/// What is built in and not used is only there to be attacked.
#[test]
fn every_dependency_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let shipped: String = sources().into_iter().map(|(.., code)| code).collect();
    let mut files = Vec::new();
    rust_files(&root.join("tests"), &mut files);
    rust_files(&root.join("benches"), &mut files);
    let tests: String = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut counted = 0;
    for (section, code) in [("dependencies", &shipped), ("dev-dependencies", &tests)] {
        let (_, rest) = manifest.split_once(&format!("\n[{section}]\n")).unwrap();
        let lines = rest.split("\n[").next().unwrap().lines();
        for name in lines.filter_map(|line| line.split_once(" = ").map(|(name, _)| name.replace('-', "_"))) {
            let used = code.contains(&format!("{name}::")) || code.contains(&format!("use {name}"));
            assert!(used, "`{name}` of [{section}] is not used");
            counted += 1;
        }
    }
    assert!(counted > 30, "only {counted} dependencies were found");
}
