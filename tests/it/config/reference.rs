//! `docs/configuration.md`: its tables are made of `config/default.toml`, and this holds them to it.
//!
//! After a change there, `UPDATE=1 cargo test --test it -- config::reference` writes them anew.

use std::fmt::Write;
use std::path::PathBuf;

use super::*;

const START: &str =
    "<!-- made from config/default.toml: change it there (tests/it/config/reference.rs) -->\n";
const END: &str = "<!-- end -->\n";

/// A setting as the file tells of it.
struct Row {
    key: String,
    default: Option<String>,
    sentence: String,
    variable: String,
    flag: Option<String>,
}

/// A list of tables: what it is, and the lines of its example.
struct Tables {
    sentence: String,
    example: Vec<String>,
}

struct Reference {
    rows: Vec<Row>,
    tables: Vec<Tables>,
}

/// `key = value`, with nothing else in front.
fn setting(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(" = ")?;
    key.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        .then_some((key, value))
}

fn row(section: &str, key: &str, default: Option<&str>, comment: &[&str]) -> Row {
    let key = format!("{section}{key}");
    let mut sentence = comment.join(" ");
    let (mut variable, mut flag) = (format!("READONCE_{}", key.to_uppercase().replace('.', "__")), None);
    if let Some((before, rest)) = sentence.clone().split_once(" (READONCE_") {
        let (names, after) = rest.split_once(')').unwrap();
        sentence = format!("{before}{after}");
        let mut names = names.split(", ");
        variable = format!("READONCE_{}", names.next().unwrap());
        flag = names.next().map(str::to_owned);
    }
    Row { key, default: default.map(str::to_owned), sentence, variable, flag }
}

/// Reads the file as people do: a comment belongs to what stands right below it.
fn read() -> Reference {
    let mut found = Reference { rows: vec![], tables: vec![] };
    let (mut section, mut comment) = (String::new(), Vec::new());
    let mut table: Option<Tables> = None;
    for line in DEFAULT_TOML.lines().chain([""]) {
        let commented = line.strip_prefix("# ");
        if line.is_empty() {
            found.tables.extend(table.take());
            comment.clear();
        } else if let Some(name) = line.strip_prefix('[') {
            section = format!("{}.", name.strip_suffix(']').unwrap());
        } else if let Some((key, value)) = setting(line) {
            found.rows.push(row(&section, key, Some(value), &comment));
        } else if let (Some(table), Some(text)) = (&mut table, commented) {
            table.example.push(text.to_owned());
        } else if let Some(text) = commented.filter(|text| text.starts_with("[[")) {
            table = Some(Tables { sentence: comment.join(" "), example: vec![text.to_owned()] });
        } else if let Some((key, _)) = commented.and_then(setting) {
            found.rows.push(row(&section, key, None, &comment));
        } else {
            comment.push(line.trim_start_matches('#').trim());
        }
    }
    found
}

fn rendered(reference: &Reference) -> String {
    let mut text = String::new();
    let mut above = None;
    for row in &reference.rows {
        let section = row.key.rsplit_once('.').map_or("", |(section, _)| section);
        if above != Some(section) {
            let heading = if section.is_empty() { "General".to_owned() } else { format!("`[{section}]`") };
            let head = "| setting | default | what it is | variable, flag |\n|---|---|---|---|";
            write!(text, "\n## {heading}\n\n{head}\n").unwrap();
            above = Some(section);
        }
        let default = row.default.as_ref().map_or("not set".to_owned(), |value| format!("`{value}`"));
        let flag = row.flag.as_ref().map(|flag| format!(", `{flag}`")).unwrap_or_default();
        writeln!(text, "| `{}` | {default} | {} | `{}`{flag} |", row.key, row.sentence, row.variable)
            .unwrap();
    }
    text.push_str("\n## Lists of tables\n\nThey stand in the file only: no variable can hold one.\n");
    for table in &reference.tables {
        write!(text, "\n{}\n\n```toml\n{}\n```\n", table.sentence, table.example.join("\n")).unwrap();
    }
    text.push('\n');
    text
}

#[test]
fn is_what_the_defaults_say() {
    let place = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = std::fs::read_to_string(&place).unwrap();
    let (before, rest) = page.split_once(START).expect("the first mark");
    let (tables, after) = rest.split_once(END).expect("the second mark");
    let wanted = rendered(&read());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&place, format!("{before}{START}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(tables, wanted, "run this test with UPDATE=1 to write docs/configuration.md anew");
    }
}

/// The reader of comments could overlook a setting: it must not.
#[test]
fn has_every_setting() {
    let mut named: Vec<_> = read().rows.into_iter().filter(|row| row.default.is_some()).collect();
    named.sort_by(|one, other| one.key.cmp(&other.key));
    let keys: Vec<_> = named.iter().map(|row| row.key.clone()).collect();
    assert_eq!(keys, leaves(DEFAULT_TOML).into_keys().collect::<Vec<_>>());
    assert!(named.iter().all(|row| row.sentence.ends_with('.') && !row.sentence.contains('|')));
    assert_eq!(read().tables.len(), 3);
}

/// Each variable sets the setting in whose line it stands, and each flag is one of the command's.
#[test]
fn names_variables_and_flags_that_are_there() {
    let help = include_str!("../cli/help.txt");
    let flags: Vec<_> = read().rows.into_iter().filter_map(|row| row.flag).collect();
    assert_eq!(flags.len(), 5, "{flags:?}");
    assert!(flags.iter().all(|flag| help.contains(&format!("{flag} <"))), "{flags:?}");
    for row in read().rows {
        let unset = if row.key.ends_with("required") { "true" } else { "77" };
        let value = row.default.unwrap_or_else(|| unset.to_owned());
        let plain = value.trim_matches(['"', '[', ']']);
        let loaded = load_in(Path::new("."), &[(&row.variable, plain)], &Flags::default()).unwrap();
        let source = format!("environment {}", row.variable);
        assert_eq!(loaded.source(&row.key), Some(source.as_str()), "{}", row.key);
    }
}
