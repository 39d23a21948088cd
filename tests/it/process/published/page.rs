//! The lines of `docs/api.md`, run as they stand there but for host, account and keys; each answer has the shape that is shown.

use std::process::Command;

use super::world;
use crate::support::Shape;
use crate::support::{Account, Ran, Server};

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/api.md"));

/// The blocks of commands, each with the answer after it.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let sections = PAGE.split("```sh\n").skip(1);
    sections
        .map(|section| {
            let (commands, rest) = section.split_once("```\n").expect("the end of the commands");
            let (_, rest) = rest.split_once("```json\n").expect("an answer");
            (commands, rest.split("```").next().expect("the end of the answer"))
        })
        .collect()
}

/// The line with what a reader puts in; a key is that of a new secret, locked if the line has a passphrase.
fn filled_in(line: &str, server: &Server, account: &Account) -> String {
    let client = server.client();
    let locked = line.contains("passphrase=");
    let shared = if locked { client.share_locked("hello", "swordfish") } else { client.share("hello") };
    line.replace("https://secrets.example", &format!("http://{}", server.address()))
        .replace("USERNAME", &account.email)
        .replace("APITOKEN", &account.token)
        .replace("SECRET_KEY", &shared.secret)
        .replace("METADATA_KEY", &shared.receipt)
}

#[test]
fn every_line_of_the_page_works_as_it_stands() {
    let (_home, account, server) = world();
    server.client_of(&account).share("for the list");
    let mut ran_lines = 0;
    for (commands, answer) in blocks() {
        for line in commands.lines() {
            let mut command = Command::new("sh");
            command.args(["-c", &filled_in(line, &server, &account)]);
            let ran = Ran::of(command).succeeded();
            let wanted = if commands.contains("/recent") { one_item(&ran.stdout) } else { ran.stdout };
            assert_eq!(Shape::of(wanted.as_bytes()), Shape::of(answer.as_bytes()), "{line}: {wanted}");
            ran_lines += 1;
        }
    }
    assert!(ran_lines > 25, "only {ran_lines} lines were found");
    assert_eq!(PAGE.matches("\ncurl ").count(), ran_lines, "a line stands outside of the blocks");
    server.stop();
}

/// A list cut to its first item, as the page shows it.
fn one_item(list: &str) -> String {
    let end = list.find("},{").map_or(list.len(), |end| end + 1);
    format!("{}]", list[..end].trim_end_matches(']'))
}

/// The status and the text of each error of the page's table are those of the description.
#[test]
fn the_errors_of_the_page_are_those_described() {
    let description = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"));
    let (_, table) = PAGE.split_once("| status | when | `message` |\n|---|---|---|\n").unwrap();
    let mut counted = 0;
    for row in table.lines().take_while(|row| row.starts_with('|')) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        assert!(description.contains(&format!("\"{}\":", cells[1])), "{row}");
        let text = cells[3].strip_prefix('`').and_then(|text| text.split('`').next());
        // No operation answers with the text for what is no operation.
        if let Some(text) = text.filter(|text| *text != "Not Found") {
            assert!(description.contains(text), "{row}");
            counted += 1;
        }
    }
    assert!(counted > 6, "only {counted} texts were found");
}
