//! Module boundaries: the table and the picture in `src/lib.rs` against every `use crate::…` and every path in the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

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

/// The documentation of `src/lib.rs`: the map.
fn map() -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("//!")).collect::<Vec<_>>().join("\n")
}

/// Each room of the map's table, and the rooms it may name.
fn table(map: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut rooms = BTreeMap::new();
    for row in map.lines().filter_map(|line| line.trim_start().strip_prefix("| [`")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let room = cells[0].trim_end_matches("`]").to_owned();
        assert!(cells.len() == 4 && !cells[2].is_empty(), "the row of `{room}` has not three cells");
        let named = cells[1].split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        let before = rooms.insert(room.clone(), named.collect());
        assert!(before.is_none(), "`{room}` has two rows");
    }
    rooms
}

/// The lines of the map's picture, from the top, each with its rooms.
fn picture(map: &str) -> Vec<Vec<String>> {
    let (_, rest) = map.split_once("```text\n").unwrap();
    let lines = rest.split("```").next().unwrap().lines();
    lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

/// What each room names in the code, and one file that does.
fn named_in_code() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut rooms: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (file, room, code) in sources() {
        let named = rooms.entry(room.clone()).or_default();
        for other in named_rooms(&code).into_iter().filter(|other| *other != room) {
            named.entry(other).or_insert_with(|| file.clone());
        }
    }
    rooms
}

#[test]
fn rooms_name_each_other_as_the_map_says() {
    let table = table(&map());
    let code = named_in_code();
    let mut wrong = Vec::new();
    for (room, named) in &code {
        let Some(allowed) = table.get(room) else {
            wrong.push(format!("`{room}` has no row"));
            continue;
        };
        for (other, file) in named.iter().filter(|(other, _)| !allowed.contains(*other)) {
            wrong.push(format!("{file}: {room} -> {other} is not on the map"));
        }
        for other in allowed.iter().filter(|other| !named.contains_key(*other)) {
            wrong.push(format!("{room} -> {other} is on the map, and nothing needs it"));
        }
    }
    for room in table.keys().filter(|room| !code.contains_key(*room)) {
        wrong.push(format!("`{room}` has a row, and there is no such room"));
    }
    assert!(wrong.is_empty(), "hint: the map is the table in src/lib.rs\n{}", wrong.join("\n"));
}

#[test]
fn arrows_point_downwards() {
    let map = map();
    let table = table(&map);
    let mut lines = BTreeMap::new();
    for (number, rooms) in picture(&map).into_iter().enumerate() {
        for room in rooms {
            assert!(table.contains_key(&room), "`{room}` of the picture has no row");
            assert!(lines.insert(room.clone(), number).is_none(), "`{room}` is in the picture twice");
        }
    }
    for (room, named) in &table {
        let line = lines.get(room).unwrap_or_else(|| panic!("`{room}` is not in the picture"));
        for other in named {
            assert!(lines[other] > *line, "{room} -> {other} does not point downwards in the picture");
        }
    }
}

#[test]
fn the_reader_of_arrows_reads() {
    assert_eq!(named_rooms("use crate::store::Claim;"), ["store"]);
    assert_eq!(named_rooms("use crate::{store, vault};"), ["store", "vault"]);
    assert_eq!(named_rooms("use crate::{http::{a, b}, domain::Ttl};"), ["http", "domain"]);
    assert_eq!(named_rooms("fn x(y: crate::config::Error) {}"), ["config"]);
    let map = " ```text\n a   b\n c\n```\n | [`a`] | b, c | first |\n | [`c`] | | last |";
    assert_eq!(picture(map), [vec!["a", "b"], vec!["c"]]);
    let table = table(map);
    assert_eq!(table["a"], BTreeSet::from(["b".to_owned(), "c".to_owned()]));
    assert!(table["c"].is_empty());
}

#[test]
fn the_domain_does_no_io_and_knows_no_framework() {
    for (file, room, code) in sources() {
        if room == "domain" {
            // Its own module of addresses, not the library of that name.
            let code = code.replace("pub use redis::", "");
            for foreign in
                ["tokio", "serde", "axum", "rusqlite", "redis::", "std::fs", "std::net::Tcp", "async fn"]
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

/// Whatever else needs something of a backend asks the port for it, so that a third one need not be named there. `backup` and
/// `restore` are about SQLite's file, `import` reads another server's Redis, and `[redis]` is read into its backend's types.
#[test]
fn backends_are_named_where_a_store_is_opened_only() {
    let allowed = [
        "cli/store.rs",
        "cli/backup.rs",
        "cli/restore.rs",
        "cli/import/mod.rs",
        "config/redis.rs",
        "import/source/activity.rs",
        "import/source/mod.rs",
        "import/source/open.rs",
    ];
    let mut named: Vec<String> = Vec::new();
    for (file, _, code) in sources() {
        if !file.starts_with("store/") && (code.contains("store::sqlite") || code.contains("store::redis")) {
            named.push(file);
        }
    }
    named.sort();
    let mut expected = allowed.to_vec();
    expected.sort_unstable();
    assert_eq!(named, expected);
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
