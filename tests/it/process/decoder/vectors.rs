//! The vectors of the page.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ROOT, decode, page};

#[test]
fn every_vector_of_the_page_is_right() {
    let ran = decode(&[Path::new("vectors"), &Path::new(ROOT).join("docs/dev/crypto.md")]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
}

/// The page with one line of it changed, for every line of every vector: the last digit of a number or a text is another one.
fn changed_pages() -> Vec<(String, String)> {
    let page = page();
    let lines: Vec<&str> = page.lines().collect();
    let mut changed = Vec::new();
    let mut vector = None;
    for (number, line) in lines.iter().enumerate() {
        if let Some(fence) = line.strip_prefix("```") {
            vector = fence.strip_prefix("vector ");
            continue;
        }
        let Some(name) = vector else { continue };
        let end = line.trim_end_matches('"').len();
        let Some(last) = line[..end].chars().next_back().filter(|last| *last != ' ') else { continue };
        let other = match last {
            '0' => '1',
            '1'..='9' | 'a'..='f' => '0',
            'q' => 'r',
            _ => 'q',
        };
        // An empty field ends with its kind, and another kind is noticed as well.
        let line = format!("{}{other}{}", &line[..end - last.len_utf8()], &line[end..]);
        let (before, after) = (lines[..number].join("\n"), lines[number + 1..].join("\n"));
        changed.push((format!("{name}: {line}"), format!("{before}\n{line}\n{after}\n")));
    }
    changed
}

#[test]
fn no_byte_of_a_vector_changes_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let changed = changed_pages();
    assert!(changed.len() > 200, "only {} lines", changed.len());
    let mut arguments = vec![PathBuf::from("vectors")];
    for (number, (_, page)) in changed.iter().enumerate() {
        let path = folder.path().join(format!("{number}.md"));
        fs::write(&path, page).unwrap();
        arguments.push(path);
    }
    let ran = decode(&arguments.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for ((what, _), path) in changed.iter().zip(&arguments[1..]) {
        let named = format!("{}: ", path.display());
        assert!(ran.stdout.lines().any(|line| line.starts_with(&named)), "not noticed: {what}");
    }
}

#[test]
fn a_vector_can_neither_go_nor_come_unnoticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crypto.md");
    for (from, to, said) in [
        ("```vector canary-1\n", "```\n", "vector `canary-1` is missing"),
        ("```vector canary-1\n", "```vector canary-2\n", "vector `canary-2` is unknown"),
        ("word = text \"readonce\"\n", "", "there is no field `word`"),
        ("word = text", "more = hex 00\nword = text", "nothing depends on `more`"),
    ] {
        assert!(page().contains(from), "{from}");
        fs::write(&path, page().replace(from, to)).unwrap();
        let ran = decode(&[Path::new("vectors"), &path]);
        assert_eq!(ran.code, Some(1), "{said}");
        assert!(ran.stdout.contains(said), "`{said}` is not in {ran:?}");
    }
}
