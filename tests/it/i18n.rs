//! The words of every language: nothing is missing, nothing is left over, and every argument is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use readonce::domain::Locale;
use readonce::i18n;

use crate::architecture::sources;

/// The names in a file and the arguments of each, read as a translator's tools would.
fn messages(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages = BTreeMap::<String, BTreeSet<String>>::new();
    let mut name = String::new();
    for (file, text) in i18n::files(locale) {
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
                let (before, _) =
                    line.split_once('=').unwrap_or_else(|| panic!("{}/{file}: {line}", locale.tag()));
                before.trim().clone_into(&mut name);
                assert!(!messages.contains_key(&name), "{}/{file}: `{name}` stands twice", locale.tag());
                messages.insert(name.clone(), BTreeSet::new());
            }
            for argument in line.split('$').skip(1) {
                let end =
                    argument.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(argument.len());
                messages.get_mut(&name).unwrap().insert(argument[..end].to_owned());
            }
        }
    }
    messages
}

#[test]
fn every_language_says_everything_with_the_same_arguments() {
    let english = messages(Locale::En);
    assert!(english.len() > 5);
    for locale in Locale::ALL.iter().copied() {
        let other = messages(locale);
        let names = |messages: &BTreeMap<String, _>| messages.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&other), names(&english), "the names in `locales/{}`", locale.tag());
        for (name, arguments) in &english {
            assert_eq!(&other[name], arguments, "the arguments of `{name}` in `{}`", locale.tag());
        }
    }
}

/// A file with a mistake in it would lose the message after it without a word.
#[test]
fn every_file_is_read_without_an_error() {
    for locale in Locale::ALL.iter().copied() {
        for name in messages(locale).keys() {
            assert!(i18n::said(locale, name, &[]).is_some(), "`{name}` in `{}` cannot be read", locale.tag());
        }
    }
}

#[test]
fn every_message_is_used() {
    let code: String = sources().into_iter().map(|(_, _, code)| code).collect();
    let templates = templates();
    for name in messages(Locale::En).keys() {
        let quoted = format!("\"{name}\"");
        assert!(code.contains(&quoted) || templates.contains(&quoted), "nothing says `{name}`");
    }
}

/// The text of every template below `src`.
fn templates() -> String {
    let mut texts = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html" || extension == "txt") {
                texts.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}
