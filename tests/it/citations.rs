//! Everything that comments and documents cite is there: sections, decisions, files, links and their anchors.
//!
//! The forms are `v1-contract.md §5.6`, `security-design.md §6`, `crypto.md §3`, `ADR 0012`, a path from the root or from
//! the file itself, and a Markdown link. `RFC 9112 §6.3` is the one thing cited that is not in the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is read, from the root.
const READ: [&str; 14] = [
    "src",
    "tests",
    "benches",
    "bench",
    "docs",
    "config",
    "deploy",
    "scripts",
    "migrations",
    "locales",
    ".ci",
    ".github",
    "Cargo.toml",
    "Dockerfile",
];
/// Kinds of files that hold prose or comments; those without an ending are read too.
const KINDS: [&str; 13] =
    ["rs", "md", "toml", "lua", "sql", "py", "sh", "yml", "yaml", "ftl", "conf", "service", "js"];
/// What a path from the root begins with.
const FOLDERS: [&str; 11] = [
    "src/",
    "tests/",
    "benches/",
    "bench/",
    "docs/",
    "config/",
    "deploy/",
    "scripts/",
    "migrations/",
    "locales/",
    ".ci/",
];

/// What stands for any name in a path.
const PLACES: [&str; 6] = ["NAME", "NNNN", "TAG", "PAGE", "LOOK", "LANGUAGE"];

/// The documents, as far as somebody can cite them.
struct Library {
    root: PathBuf,
    /// By file name: the numbers of its headings.
    sections: BTreeMap<String, BTreeSet<String>>,
    decisions: BTreeSet<String>,
}

impl Library {
    fn new() -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        walk(&root.join("docs"), &mut files);
        let mut sections = BTreeMap::new();
        let mut decisions = BTreeSet::new();
        for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "md")) {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            if file.parent().unwrap().ends_with("decisions") {
                let number = name.split('-').next().unwrap().to_owned();
                assert!(decisions.insert(number), "two decisions have the number of {name}");
            } else {
                sections.insert(name, numbered(&fs::read_to_string(file).unwrap()));
            }
        }
        Self { root, sections, decisions }
    }

    /// What `text` cites and is not there; `file` is its path from the root.
    fn broken(&self, file: &str, text: &str) -> Vec<String> {
        let prose = if has_extension(file, "rs") { comments(text) } else { one_line(text.lines()) };
        let mut broken = self.sections_of(file, &prose);
        broken.extend(self.decisions_of(&prose));
        broken.extend(self.paths_of(file, &prose));
        if has_extension(file, "md") {
            broken.extend(self.links_of(file, text));
        }
        broken.into_iter().map(|fault| format!("{file}: {fault}")).collect()
    }

    /// Every `§` follows the name of a document that has such a section, or an RFC's; or another `§` of the same.
    fn sections_of(&self, file: &str, prose: &str) -> Vec<String> {
        let own = Path::new(file).file_name().unwrap().to_str().unwrap();
        let own = self.sections.get_key_value(own).filter(|(_, sections)| !sections.is_empty());
        let mut source = None;
        let mut end = 0;
        let mut broken = Vec::new();
        for (place, sign) in prose.match_indices('§') {
            let rest = &prose[place + sign.len()..];
            let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            let number = rest[..length].trim_end_matches('.');
            let between = prose[end..place].trim();
            end = place + sign.len() + length;
            if source.is_none() || ![",", "and", "/", "to", "–"].contains(&between) {
                source = match cited(&prose[..place]) {
                    Some(name) => Some(name),
                    None => own.map(|(name, _)| name.clone()),
                };
            }
            let excerpt = || excerpt(prose, place);
            match &source {
                Some(rfc) if rfc.starts_with("RFC ") => {}
                Some(name) => match self.sections.get(name) {
                    None => broken.push(format!("there is no document `{name}`: {}", excerpt())),
                    Some(there) if !there.contains(number) => {
                        broken.push(format!("`{name}` has no section {number}: {}", excerpt()));
                    }
                    Some(_) => {}
                },
                None => broken.push(format!("a section of what? {}", excerpt())),
            }
        }
        broken
    }

    /// Every `ADR 0012`, `decisions/0012` and `decision 12` has its page.
    fn decisions_of(&self, prose: &str) -> Vec<String> {
        let mut broken = Vec::new();
        for form in ["ADR ", "decisions/", "ecision "] {
            for (place, _) in prose.match_indices(form) {
                let rest = &prose[place + form.len()..];
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                let is_number = form == "ADR " || !digits.is_empty();
                if is_number && !self.decisions.contains(&format!("{digits:0>4}")) {
                    broken.push(format!("there is no such decision: {}", excerpt(prose, place)));
                }
            }
        }
        broken
    }

    /// Every path from the root is that of a file or folder.
    fn paths_of(&self, file: &str, prose: &str) -> Vec<String> {
        let edges = |c: char| c.is_whitespace() || "()[]`\"',;<>|=".contains(c);
        let base = self.root.join(file);
        let mut broken = Vec::new();
        for word in prose.split(edges) {
            let word = word.trim_end_matches(['.', ':', '?', '!', '/']);
            let path = word.split('#').next().unwrap().trim_start_matches("./");
            let name = path.rsplit('/').next().unwrap();
            let stands_for_some = path.split(['/', '-', '_', '.']).any(|part| PLACES.contains(&part));
            let is_form = path.contains(|c: char| "*{}$…&\\".contains(c)) || stands_for_some;
            let is_decision = path.starts_with("docs/decisions/") && name.len() == 4; // `decisions_of` has looked
            // A test by its path, such as `tests/it/params.rs::name`, or a place, such as `src/main.rs:12`.
            let path = path.split(':').next().unwrap();
            if is_form || is_decision || !FOLDERS.iter().any(|folder| path.starts_with(folder)) {
                continue;
            }
            // From the root, or from where the file or its package is.
            let is_there = base.ancestors().skip(1).any(|folder| folder.join(path).exists());
            if !is_there {
                broken.push(format!("there is no `{path}`"));
            }
        }
        broken
    }

    /// Every Markdown link leads to a file, and to a heading of it where it names one.
    fn links_of(&self, file: &str, text: &str) -> Vec<String> {
        let folder = self.root.join(file).parent().unwrap().to_owned();
        let mut broken = Vec::new();
        for part in without_code(text).split("](").skip(1) {
            let target = part.split([')', ' ']).next().unwrap();
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let to = if path.is_empty() { self.root.join(file) } else { folder.join(path) };
            if !to.exists() {
                broken.push(format!("the link `{target}` leads nowhere"));
            } else if !anchor.is_empty() && !anchors(&fs::read_to_string(to).unwrap()).contains(anchor) {
                broken.push(format!("the link `{target}` leads to no heading"));
            }
        }
        broken
    }
}

/// What the text before a `§` cites: a document by its file name, or an RFC.
fn cited(before: &str) -> Option<String> {
    let mut words = before.split_whitespace().rev();
    let word = words.next()?;
    let is_rfc = word.parse::<u32>().is_ok() && words.next()?.trim_start_matches(['(', '*']) == "RFC";
    if is_rfc {
        return Some(format!("RFC {word}"));
    }
    let name = word.trim_end_matches([')', '`', ']', ',', '*']);
    let name = name.rsplit(['/', '(', '`', '[', '*']).next().unwrap();
    has_extension(name, "md").then(|| name.to_owned())
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

fn excerpt(prose: &str, place: usize) -> String {
    let before: Vec<char> = prose[..place].chars().rev().take(30).collect();
    let after = prose[place..].chars().take(30);
    before.into_iter().rev().chain(after).collect()
}

/// The numbers of the headings that have one.
fn numbered(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let numbers = headings.filter_map(|line| line.trim_start_matches('#').split_whitespace().next());
    let numbers = numbers.map(|word| word.trim_end_matches('.'));
    numbers.filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned).collect()
}

/// The headings, as links name them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let titles = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let slug = |title: String| {
        let kept = title.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    titles.map(slug).collect()
}

/// A text without its blocks and spans of code, in which brackets are no links.
fn without_code(text: &str) -> String {
    let blocks: Vec<&str> = text.split("```").step_by(2).collect();
    let spans: Vec<&str> = blocks.iter().flat_map(|block| block.split('`').step_by(2)).collect();
    spans.join("`")
}

/// The comments of a Rust file, those of neighbouring lines together.
fn comments(text: &str) -> String {
    let lines = text.lines().filter_map(|line| {
        let line = line.trim_start();
        match line.strip_prefix("//") {
            Some(comment) => Some(comment.trim_start_matches(['/', '!'])),
            None => line.split_once(" // ").map(|(_, comment)| comment),
        }
    });
    one_line(lines)
}

fn one_line<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn everything_that_is_cited_is_there() {
    let library = Library::new();
    let mut files = Vec::new();
    for name in READ.map(|name| library.root.join(name)) {
        if name.is_dir() {
            walk(&name, &mut files);
        } else if name.exists() {
            files.push(name);
        }
    }
    let at_the_root = fs::read_dir(&library.root).unwrap().map(|entry| entry.unwrap().path());
    files.extend(at_the_root.filter(|path| path.extension().is_some_and(|kind| kind == "md")));
    let mut broken = Vec::new();
    let mut signs = 0;
    for path in files {
        let kind = path.extension().map_or("", |kind| kind.to_str().unwrap());
        let file = path.strip_prefix(&library.root).unwrap().to_str().unwrap();
        // This file has citations in it that shall not resolve.
        if !(kind.is_empty() || KINDS.contains(&kind)) || file == "tests/it/citations.rs" {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        signs += text.matches('§').count();
        broken.extend(library.broken(file, &text));
    }
    assert!(signs > 50, "only {signs} sections are cited");
    assert!(broken.is_empty(), "{} citations lead nowhere:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn a_broken_citation_is_found() {
    let library = Library::new();
    let good = [
        ("src/x.rs", "//! As v1-contract.md §5.6 and §5.7, or\n//! `security-design.md` §6, §7: P8."),
        (
            "src/x.rs",
            "/// One `Host` (RFC 9112 §3.2, §4.1).\nlet x = \"contract §3\"; // ADR 0012, as docs/keys.md says",
        ),
        (
            "docs/x.md",
            "See [the keys](keys.md#rotating), [12](decisions/0012-restore-refuses-what-nobody-knows.md).",
        ),
        ("docs/dev/security-design.md", "## 6. x\nas in §3, and `tests/it/main.rs`"),
        (
            "Cargo.toml",
            "# deadlines (security-design.md §6): docs/performance.md, src/{a,b}.rs, docs/decisions/NNNN-x.md, src/store/NAME/",
        ),
        ("bench/src/x.rs", "//! `src/main.rs` and `bench/Cargo.toml`; https://example.org/docs/nothing"),
    ];
    for (file, text) in good {
        assert_eq!(library.broken(file, text), Vec::<String>::new(), "{file}: {text}");
    }
    let broken = [
        ("src/x.rs", "//! As the contract §5.6 says."),
        ("src/x.rs", "//! (§5.9)"),
        ("src/x.rs", "//! v1-contract.md §5.66"),
        ("src/x.rs", "//! v1-contract.md §5.6,\n//! §99"),
        ("src/x.rs", "//! v1-contract.md §5.6; and §5.7 of another"),
        ("src/x.rs", "//! security.md §6"),
        ("src/x.rs", "let x = 1; // decisions §4.3"),
        ("src/x.rs", "/// style §6"),
        ("src/x.rs", "/// ADR 0999"),
        ("src/x.rs", "/// docs/decisions/0999"),
        ("src/x.rs", "/// `tests/it/nothing.rs` holds it"),
        ("docs/x.md", "[keys](key.md)"),
        ("docs/x.md", "[keys](keys.md#nothing)"),
        ("docs/x.md", "as decision 999 says"),
        ("docs/dev/security-design.md", "as in §33"),
        ("Cargo.toml", "# docs/nothing.md"),
    ];
    for (file, text) in broken {
        assert_eq!(library.broken(file, text).len(), 1, "{file}: {text}: {:?}", library.broken(file, text));
    }
}
