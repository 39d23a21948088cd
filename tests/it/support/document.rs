//! The blocks of a document that somebody follows.

use std::fs;
use std::path::Path;

/// The fenced blocks of one language, in their order. The document is read now, from the root.
pub(crate) fn blocks(document: &str, language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{document}: {error}"));
    let fence = format!("\n```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap_or_default().to_owned() + "\n")
        .collect()
}

/// The only block of a language that has `part` in it.
#[track_caller]
pub(crate) fn block_with(document: &str, language: &str, part: &str) -> String {
    let mut found = blocks(document, language);
    found.retain(|block| block.contains(part));
    assert_eq!(found.len(), 1, "blocks of {document} with `{part}`: {found:#?}");
    found.remove(0)
}
