//! What a metadata key is worth. `secrecy::attacker::receipt` plays it; here every document has to say what is played there.

use super::{documents, read};

/// What a document calls it.
const NAMES: [&str; 4] = ["metadata key", "metadata_key", "receipt key", "receipt's link"];

/// A document that tells what the key does says what it is worth.
#[test]
fn is_worth_the_same_in_every_document() {
    let mut telling = Vec::new();
    let mut faults = Vec::new();
    for (name, text) in documents() {
        let lower = text.to_lowercase();
        let tells = NAMES.iter().any(|key| lower.contains(key)) && lower.contains("burn");
        if !tells || PLUMBING.contains(&name.as_str()) {
            continue;
        }
        if !lower.contains("as good as the link") {
            faults.push(format!("{name} does not say that it is as good as the link"));
        }
        for sentence in lower.split(['.', '|', '\n', ';']) {
            let denies = ["never read", "cannot read", "never show", "not read it"]
                .iter()
                .any(|no| sentence.contains(no));
            let exact = ["passphrase", "protected", "unread"].iter().any(|word| sentence.contains(word));
            if NAMES.iter().any(|key| sentence.contains(key)) && denies && !exact {
                faults.push(format!("{name}: {sentence}"));
            }
        }
        telling.push(name);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    for name in [
        "docs/api.md",
        "docs/openapi.json",
        "docs/security-tests.md",
        "docs/attacker-table.md",
        "docs/client.md",
        "SECURITY.md",
    ] {
        assert!(telling.iter().any(|told| told == name), "{name} says nothing of it");
    }
}

/// They tell of bytes, of the wire or of a move, not of who may hold the key.
const PLUMBING: [&str; 3] =
    ["docs/dev/crypto.md", "docs/compatibility.md", "docs/moving-from-onetimesecret.md"];

/// The property names the test that takes the link out of a receipt, beside those of what it does not get.
#[test]
fn the_property_is_what_is_played() {
    let row = read("docs/security-tests.md");
    let row = row.lines().find(|line| line.starts_with("| P6 |")).unwrap().to_owned();
    for test in [
        "gets_the_link_while_unread_and_so_an_unprotected_value",
        "does_not_get_a_protected_value_nor_a_free_guess_by_burning",
    ] {
        assert!(row.contains(&format!("`secrecy::attacker::receipt::{test}`")), "{row}");
    }
    let design = read("docs/dev/security-design.md");
    let design = design.lines().find(|line| line.starts_with("| P6 |")).unwrap();
    let property = |row: &str| row.split('|').nth(2).unwrap().trim().trim_end_matches('.').to_lowercase();
    assert_eq!(property(&row), property(design));
}
