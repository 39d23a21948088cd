//! The lines of `docs/api.md`, run as they stand there but for host, account and keys; each answer has the shape that is shown:
//! all of it for v1, the members that stand there for v2.

use std::process::Command;

use super::world;
use crate::support::{Account, Ran, Server, Shape};

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
        .replace("RECEIPT_KEY", &shared.receipt)
}

#[test]
fn every_line_of_the_page_works_as_it_stands() {
    let (_home, account, server) = world();
    server.client_of(&account).share("for the list");
    let mut ran_lines = 0;
    for (commands, answer) in blocks() {
        let shown = Shape::of(answer.as_bytes());
        for line in commands.lines() {
            let mut command = Command::new("sh");
            command.args(["-c", &filled_in(line, &server, &account)]);
            let ran = Ran::of(command).succeeded();
            let mut given = Shape::of(ran.stdout.as_bytes());
            if line.ends_with("/recent") {
                given = first_items(given);
            }
            let given = if line.contains("/api/v2/") { as_shown(given, &shown) } else { given };
            assert_eq!(given, shown, "{line}: {}", ran.stdout);
            ran_lines += 1;
        }
    }
    assert!(ran_lines > 55, "only {ran_lines} lines were found");
    assert_eq!(PAGE.matches("\ncurl ").count(), ran_lines, "a line stands outside of the blocks");
    server.stop();
}

/// Every list cut to its first item.
fn first_items(shape: Shape) -> Shape {
    match shape {
        Shape::List(items) => Shape::List(items.into_iter().take(1).map(first_items).collect()),
        Shape::Object(members) => {
            Shape::Object(members.into_iter().map(|(name, shape)| (name, first_items(shape))).collect())
        }
        other => other,
    }
}

/// Without the members that the page leaves out.
fn as_shown(given: Shape, shown: &Shape) -> Shape {
    match (given, shown) {
        (Shape::List(given), Shape::List(shown)) if given.len() == shown.len() => {
            Shape::List(given.into_iter().zip(shown).map(|(given, shown)| as_shown(given, shown)).collect())
        }
        (Shape::Object(given), Shape::Object(shown)) => {
            let of = |name: &str| shown.iter().find(|(known, _)| known == name).map(|(_, shape)| shape);
            let kept = given.into_iter().filter_map(|(name, shape)| {
                let shown = of(&name)?;
                Some((name, as_shown(shape, shown)))
            });
            Shape::Object(kept.collect())
        }
        (given, _) => given,
    }
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

/// And so are those of v2, by their types; the table leaves none out.
#[test]
fn the_errors_of_v2_on_the_page_are_those_described() {
    let description = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi-v2.json"));
    let description: serde_json::Value = serde_json::from_str(description).unwrap();
    let (_, table) = PAGE.split_once("| status | when | `error_type` |\n|---|---|---|\n").unwrap();
    let rows = table.lines().take_while(|row| row.starts_with('|'));
    let mut told: Vec<_> = rows.map(|row| row.split('`').rev().nth(1).expect("a type at the end")).collect();
    let types =
        description["components"]["schemas"]["Refusal"]["properties"]["error_type"]["enum"].as_array();
    let mut known: Vec<_> = types.unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    known.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, known);
}
