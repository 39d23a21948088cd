//! In a browser that shows text only, w3m: forms as it sends them, and pages as it shows them.

use std::fs;
use std::process::Command;

use super::site::{Site, VALUE};
use crate::support::text::form;

/// What w3m shows of a page: of a form's answer when there are `fields`.
fn shown(url: &str, fields: Option<&[(&str, &str)]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("w3m");
    command.env("HOME", folder.path()).env("LC_ALL", "C.UTF-8").args(["-dump", "-cols", "100"]);
    command.args(["-O", "UTF-8", "-o", "accept_language=en"]);
    if let Some(fields) = fields {
        let file = folder.path().join("form");
        fs::write(&file, form(fields)).unwrap();
        command.arg("-post").arg(file);
    }
    let output = command.arg(url).output().expect("w3m, of the Debian package `w3m`");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A line of a page that holds `part`.
fn line<'p>(page: &'p str, part: &str) -> &'p str {
    let found = page.lines().find(|line| line.contains(part));
    found.unwrap_or_else(|| panic!("no `{part}` in:\n{page}")).trim()
}

#[test]
fn sharing_and_reading_work_as_text() {
    let site = Site::start();
    let page = shown(&site.at("/"), None);
    for part in ["Share a secret", "Passphrase (optional)", "Create a link", "Generate a password instead"] {
        line(&page, part);
    }
    let page = shown(
        &site.at("/"),
        Some(&[("secret", VALUE), ("passphrase", "right"), ("ttl", "3600"), ("do", "share")]),
    );
    line(&page, "The link is ready");
    let link = line(&page, &site.at("/secret/")).to_owned();

    let page = shown(&link, None);
    line(&page, "A secret was shared with you");
    line(&page, "Show the secret");
    let page = shown(&link, Some(&[]));
    line(&page, "This secret is protected.");
    let page = shown(&link, Some(&[("passphrase", "wrong")]));
    line(&page, "This passphrase is wrong.");
    let page = shown(&link, Some(&[("passphrase", "right")]));
    line(&page, "Here is the secret");
    assert!(page.contains(VALUE), "{page}");
    let page = shown(&link, Some(&[("passphrase", "right")]));
    line(&page, "There is no secret here");
    assert!(!page.contains('<') && !page.contains("undefined"), "{page}");
}
