//! Answers recorded from the upstream server, next to ours: status, members and their types, in order.
//!
//! Where we differ on purpose, [`difference`] names it; a difference that is no longer one fails as well.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;

use serde_json::Value;

use crate::support::{Account, Answer, Client, Home, Server, Shape, Shared, UNLIMITED};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/recorded");

/// What is different from the recorded answer on purpose.
enum Difference {
    /// Upstream's random `shrimp` is left out.
    NoShrimp,
    /// `message` stands beside `error`, for the clients that read nothing else.
    MessageToo,
    /// No mail server is configured here, so an account's recipient is refused.
    NoMail,
    /// The list has what this run shared; its items are compared one by one, by their state.
    OwnList,
}

fn difference(name: &str) -> Option<Difference> {
    Some(match name {
        "share-empty-secret-anon" | "share-recipient-anon" | "share-domain-unknown" | "burn-pp-3-wrong" => {
            Difference::NoShrimp
        }
        "share-get" | "path-unknown" => Difference::MessageToo,
        "share-recipient-auth" => Difference::NoMail,
        "recent-auth" => Difference::OwnList,
        _ => return None,
    })
}

#[test]
fn answers_have_the_shape_of_upstreams() {
    let home = Home::new();
    let account = home.account("golden@example.com");
    let server = home.serve_with(UNLIMITED);
    let mut keys = unrecorded(&server.client(), &server.client_of(&account));
    let index: Value = serde_json::from_slice(&fs::read(format!("{FOLDER}/index.json")).unwrap()).unwrap();
    let cases = index["cases"].as_array().unwrap();
    assert!(cases.len() > 30, "the recordings are there");
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let recorded = fs::read(format!("{FOLDER}/{}", case["file"].as_str().unwrap())).unwrap();
        let theirs = Answer::read(&mut BufReader::new(&*recorded), true).unwrap();
        let ours = replay(&server, &account, case, &keys);
        if let (Some(keep), 200) = (case["keep"].as_str(), ours.status) {
            keys.insert(keep.to_owned(), Shared::of(&ours));
        }
        compare(name, &theirs, &ours);
    }
    server.stop();
}

/// Secrets whose sharing upstream was asked as well, but not recorded.
fn unrecorded(anyone: &Client, owner: &Client) -> BTreeMap<String, Shared> {
    let locked = [("secret", "locked anon"), ("ttl", "7200"), ("passphrase", "open sesame 1")];
    let secrets = [
        ("b_auth", owner.post("/share", &[("secret", "burn auth"), ("ttl", "7200")])),
        ("p_anon", anyone.post("/share", &locked)),
        ("bp", anyone.post("/share", &locked)),
    ];
    secrets.into_iter().map(|(name, answer)| (name.to_owned(), Shared::of(&answer.ok()))).collect()
}

fn replay(server: &Server, account: &Account, case: &Value, keys: &BTreeMap<String, Shared>) -> Answer {
    let client = match case["auth"].as_str() {
        None => server.client(),
        Some("user") => server.client_of(account),
        Some("wrongtoken") => server.client_of(&Account { token: "0".repeat(40), ..account.clone() }),
        Some(other) => panic!("who is {other}?"),
    };
    let mut path = case["path"].as_str().unwrap().to_owned();
    for (name, shared) in keys {
        path = path.replace(&format!("{{{name}.secret_key}}"), &shared.secret);
        path = path.replace(&format!("{{{name}.metadata_key}}"), &shared.receipt);
    }
    let media = case["content_type"].as_str().map(|media| ("Content-Type", media));
    let body = case["body"].as_str().map(str::as_bytes);
    client.ask(case["method"].as_str().unwrap(), &path, media.as_slice(), body)
}

#[track_caller]
fn compare(name: &str, theirs: &Answer, ours: &Answer) {
    let (there, here) = (Shape::of(&theirs.body), Shape::of(&ours.body));
    let media = ours.header("content-type");
    assert_eq!(media, Some("application/json; charset=utf-8"), "{name}");
    match difference(name) {
        None => assert_eq!((theirs.status, there), (ours.status, here), "{name}: {}", ours.text()),
        Some(Difference::NoShrimp) => {
            assert_ne!(there, here, "{name}");
            assert_eq!((theirs.status, there.without("shrimp")), (ours.status, here), "{name}");
        }
        Some(Difference::MessageToo) => {
            assert_ne!(there, here, "{name}");
            assert_eq!((theirs.status, there), (ours.status, here.without("message")), "{name}");
        }
        Some(Difference::NoMail) => {
            assert_eq!(theirs.status, 200, "{name}");
            ours.clone().refused(404, "This server does not send e-mail.");
        }
        Some(Difference::OwnList) => {
            assert_eq!((theirs.status, ours.status), (200, 200), "{name}");
            let (theirs, ours) = (by_state(theirs), by_state(ours));
            for state in ["new", "received", "burned"] {
                assert_eq!(theirs[state], ours[state], "{name}: {state}");
            }
        }
    }
    let echo = |answer: &Answer| answer.json()["message"].as_str().map(str::to_owned);
    if theirs.status == 404 && echo(theirs).is_some() {
        assert_eq!(echo(theirs), echo(ours), "{name}");
    }
}

/// The shape of a list's items, by their state.
fn by_state(list: &Answer) -> BTreeMap<String, Shape> {
    let Value::Array(items) = list.json() else { panic!("no list: {}", list.text()) };
    let Shape::List(shapes) = Shape::of(&list.body) else { panic!("no list: {}", list.text()) };
    let states = items.iter().map(|item| item["state"].as_str().expect("a state").to_owned());
    // Recipients are a list with or without an item, which is not the shape that is meant.
    states.zip(shapes).filter(|(_, shape)| !has_recipient(shape)).collect()
}

fn has_recipient(item: &Shape) -> bool {
    let Shape::Object(members) = item else { return false };
    members.iter().any(|(name, shape)| name == "recipient" && *shape != Shape::List(Vec::new()))
}
