//! What is refused while the clock is wrong, and in which words: the same as of what has really expired. Nothing else is refused,
//! and once the clock is right, everything is there.

use serde_json::Value;

use super::ground::Ground;
use super::machine::Machine;
use crate::support::{Client, Shared};
use crate::web::dom::parse;

const TTL: i64 = 3600;
const DAY: i64 = 24 * 3600;

fn share(client: &Client) -> Shared {
    Shared::of(&client.post("/share", &[("secret", "value"), ("ttl", "3600")]).ok())
}

fn post(client: &Client, path: &str, body: &str) -> (u16, String) {
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = client.ask("POST", path, &form, Some(body.as_bytes()));
    (answer.status, answer.text())
}

/// Gone for who reads it, by both APIs and on the pages, and for who burns it.
#[track_caller]
fn is_gone(client: &Client, shared: &Shared, what: &str) {
    client.reveal(shared).unknown();
    client.burn(shared).unknown();
    let (status, body) = post(client, &format!("/api/v2/secret/{}/reveal", shared.secret), "continue=true");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, body["error_type"].as_str()), (404, Some("RecordNotFound")), "{what}: {body}");
    let (status, page) = post(client, &format!("/secret/{}", shared.secret), "");
    let heading = parse(&page).all("h1")[0].text();
    assert_eq!((status, heading.as_str()), (404, "There is no secret here"), "{what}");
}

#[test]
fn ahead_of_an_end_it_is_gone_as_what_has_expired_and_there_once_the_clock_is_right() {
    for ground in Ground::each() {
        let machine = Machine::of(ground.home());
        let server = machine.serve(ground.home());
        let client = server.client();
        let mut kept: Vec<Shared> = (0..4).map(|_| share(&client)).collect();
        for (ahead, receipt) in
            [(TTL + 60, "expired"), (2 * TTL + 60, ""), (31 * DAY, ""), (100 * 365 * DAY, "")]
        {
            let what = format!("{} {ahead:+} s", ground.name());
            machine.set(ahead);
            for shared in &kept {
                is_gone(&client, shared, &what);
                match receipt {
                    "" => drop(client.receipt(shared).unknown()),
                    state => assert_eq!(client.state(shared), state, "{what}"),
                }
            }
            // Nobody is kept from sharing, or from what was shared by that clock.
            let of_then = share(&client);
            client.reads_once(&of_then, "value");
            machine.set(0);
            let shared = kept.pop().unwrap();
            assert_eq!(client.state(&shared), "new", "{what}");
            client.reads_once(&shared, "value");
        }
        server.stop();
    }
}

#[test]
fn behind_nothing_is_refused() {
    for ground in Ground::each() {
        let machine = Machine::of(ground.home());
        let server = machine.serve(ground.home());
        let client = server.client();
        for behind in [-60, -TTL, -DAY, -31 * DAY, -3 * 365 * DAY] {
            machine.set(0);
            let (one, other) = (share(&client), share(&client));
            machine.set(behind);
            assert_eq!(client.state(&one), "new", "{} {behind} s", ground.name());
            client.reads_once(&one, "value");
            client.burn(&other).ok();
            client.reveal(&other).unknown();
            // What is shared now ends so much too early, and says so.
            let of_then = share(&client);
            assert_eq!(client.state(&of_then), "new");
            machine.set(0);
            assert_eq!(client.state(&one), "received", "{} {behind} s", ground.name());
            client.reveal(&one).unknown();
            if behind < -TTL {
                client.reveal(&of_then).unknown();
            }
        }
        server.stop();
    }
}

/// A window of wrong passphrases that a jump makes longer than two windows holds nobody up.
#[test]
fn who_guessed_waits_for_two_windows_at_most_wherever_the_clock_goes() {
    const WINDOW: i64 = 900;
    for ground in Ground::each() {
        let machine = Machine::of(ground.home());
        let server = machine.serve(ground.home());
        let client = server.client();
        for (seconds, waits) in [
            (0, true),
            (WINDOW - 60, true),
            (WINDOW + 60, false),
            (-WINDOW + 60, true),
            (-WINDOW - 60, false),
            (-31 * DAY, false),
            (31 * DAY, false),
        ] {
            let what = format!("{} {seconds:+} s", ground.name());
            machine.set(0);
            let asked = [("secret", "value"), ("passphrase", "open sesame"), ("ttl", "2592000")];
            let shared = Shared::of(&client.post("/share", &asked).ok());
            for _ in 0..5 {
                client.unlock(&shared, "open barley").unknown();
            }
            machine.set(seconds);
            let answer = client.unlock(&shared, "open sesame");
            if waits {
                assert_eq!(answer.status, 429, "{what}: {}", answer.text());
                let wait: i64 = answer.header("retry-after").unwrap().parse().unwrap();
                assert!((1..=2 * WINDOW).contains(&wait), "{what}: {wait} s");
            } else if seconds < 2_592_000 {
                assert_eq!(answer.ok().member("value"), "value", "{what}");
            } else {
                answer.unknown();
            }
        }
        server.stop();
    }
}
