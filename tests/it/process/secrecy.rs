//! Nothing that is secret is written anywhere: not to the database, its log or its index, not to the program's own log at
//! its most talkative, not to stderr. Looked for raw, in hex, in base64 and percent-encoded.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::support::search::{contains, forms};
use crate::support::text::{hex, percent};
use crate::support::{Account, Connection, Home, Server, Shared, UNLIMITED, wait_for};
use crate::support::{Client, SOON};

const VALUE: &str = "marker-VALUE-?>~ü-7Qx9";
const PASSPHRASE: &str = "marker-PASS-?>~ü-3Kd2";
const WRONG: &str = "marker-WRONG-8Hn4";
const RECIPIENT: &str = "marker-recipient-5Zt1@example.org";
const STRANGER: &str = "marker-stranger-6Wp8@example.com";
const STRANGERS_TOKEN: &str = "feedfacecafebeefdeadbea7ab1e5eedc0dedbad";
const MALFORMED: &str = "marker-MALFORMED-2Lc5";
const NOWHERE: &str = "marker-nowhere-9Rv3";

#[test]
fn no_marker_is_anywhere() {
    let home = Home::new();
    let account = home.account("owner@example.com");
    let server = home.serve_with(&[UNLIMITED, &[("RUST_LOG", "trace")]].concat());
    let mut markers: Vec<String> =
        [VALUE, PASSPHRASE, WRONG, RECIPIENT, STRANGER, STRANGERS_TOKEN, MALFORMED, NOWHERE]
            .map(str::to_owned)
            .into();
    markers.push(account.token.clone());
    for client in [server.client(), server.client_of(&account)] {
        markers.extend(every_walk(&client));
    }
    refused_walks(&server, &account);
    for path in ["/api/v1/private/recent", "/api/v1/authcheck"] {
        server.client_of(&account).get(path).ok();
    }
    assert!(server.log().contains("DEBUG"), "the log is not talkative: {}", server.log());

    nothing_of(&markers, &home.data(), "while it runs");
    let ran = server.stop();
    nothing_of(&markers, &home.data(), "after it stopped");
    let told =
        [("the log".to_owned(), ran.stdout.into_bytes()), ("stderr".to_owned(), ran.stderr.into_bytes())];
    nothing_of(&markers, &told, "told");
}

/// All that can be done with secrets, some left unread; the keys and values that must not show.
fn every_walk(client: &Client) -> Vec<String> {
    let [unread, read, burned] = [VALUE; 3].map(|value| client.share(value));
    let [locked, unlocked] = [VALUE; 2].map(|value| client.share_locked(value, PASSPHRASE));
    assert_eq!(client.reveal(&read).ok().member("value"), VALUE);
    client.reveal(&read).unknown();
    client.burn(&burned).ok();
    client.unlock(&locked, WRONG).unknown();
    client.post(&format!("/private/{}/burn", locked.receipt), &[("passphrase", WRONG)]);
    client.unlock(&unlocked, PASSPHRASE).ok();
    let all = [unread, read, burned, locked, unlocked];
    for shared in &all {
        client.receipt(shared).ok();
    }
    let generated = client.post("/generate", &[("passphrase", PASSPHRASE)]).ok();
    let query = format!("/share?secret={}&passphrase={}", percent(VALUE), percent(PASSPHRASE));
    let queried = client.post(&query, &[]).ok();
    client.post("/share", &[("secret", VALUE), ("recipient", RECIPIENT)]);
    let mut secret = vec![generated.member("value")];
    for shared in all.iter().chain(&[Shared::of(&generated), Shared::of(&queried)]) {
        // The first three characters are the slot tag, which the store has in the clear.
        secret.extend([&shared.secret, &shared.receipt].map(|key| key[3..].to_owned()));
    }
    secret
}

/// Requests that are refused, each with something that may be a secret after all.
fn refused_walks(server: &Server, account: &Account) {
    let stranger = Account { email: STRANGER.into(), token: STRANGERS_TOKEN.into() };
    let thief = Account { email: account.email.clone(), token: STRANGERS_TOKEN.into() };
    for who in [stranger, thief] {
        server.client_of(&who).post("/share", &[("secret", VALUE)]).refused(404, "Not authorized");
    }
    let anyone = server.client();
    for value in
        [format!("Bearer {STRANGERS_TOKEN}"), format!("Basic {STRANGERS_TOKEN}!"), STRANGER.to_owned()]
    {
        server.client().with_authorization(&value).get("/api/v1/status").refused(404, "Not authorized");
    }
    for (media, body) in [
        ("application/x-www-form-urlencoded", format!("secret={MALFORMED}%zz")),
        ("application/x-www-form-urlencoded", format!("secret={MALFORMED}%ff")),
        ("application/json", format!("{{\"secret\": \"{MALFORMED}\", }}")),
        ("application/json", format!("{{\"{MALFORMED}\": \"\\ud800\"}}")),
        ("application/json", format!("[\"{MALFORMED}\"]")),
        ("application/json", format!("{{\"secret\": [[\"{MALFORMED}\"]], \"ttl\": {{\"{MALFORMED}\": 1}}}}")),
        ("multipart/form-data; boundary=x", format!("--x\r\n\r\n{MALFORMED}\r\n--x--")),
        ("multipart/form-data; boundary=x", format!("--y {MALFORMED}")),
        ("multipart/form-data", MALFORMED.to_owned()),
    ] {
        let answer = anyone.ask("POST", "/api/v1/share", &[("Content-Type", media)], Some(body.as_bytes()));
        assert!((400..500).contains(&answer.status), "{media} {body}: {}", answer.text());
    }
    let big = MALFORMED.repeat(100_000 / MALFORMED.len());
    assert_eq!(anyone.post("/share", &[("secret", &big)]).status, 413);
    anyone.get(&format!("/{NOWHERE}?{NOWHERE}={NOWHERE}")).refused(404, "Not Found");
    anyone.get(&format!("/api/v1/private/{NOWHERE}")).unknown();
    anyone
        .ask(NOWHERE, "/api/v1/status", &[("X-Thing", NOWHERE), ("Referer", NOWHERE)], None)
        .refused(404, "Not Found");
    // What is no HTTP at all, and a caller who goes away in the middle.
    for bytes in [
        format!("{NOWHERE}\r\n\r\n"),
        format!("POST /api/v1/share HTTP/1.1\r\nContent-Length: 99\r\n\r\nsecret={VALUE}"),
    ] {
        Connection::open(server.address()).unwrap().send(bytes.as_bytes()).unwrap();
    }
    anyone.get("/health/ready").ok();
}

#[track_caller]
fn nothing_of(markers: &[String], places: &[(String, Vec<u8>)], when: &str) {
    assert!(places.iter().any(|(_, bytes)| !bytes.is_empty()), "{when}: nothing to look at");
    for (place, bytes) in places.iter().filter(|(place, _)| place != "readonce.keys") {
        for marker in markers {
            for form in forms(marker) {
                assert!(
                    !contains(bytes, &form),
                    "{when}, {place} has {marker} as {}",
                    String::from_utf8_lossy(&form)
                );
            }
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for before in ["", "x", "xy"] {
        let text = format!("{before}{VALUE}tail");
        for hidden in [
            text.clone(),
            percent(&text),
            hex(text.as_bytes()),
            STANDARD_NO_PAD.encode(&text),
            URL_SAFE_NO_PAD.encode(&text),
            format!("{text:?}"),
        ] {
            assert!(forms(VALUE).iter().any(|form| contains(hidden.as_bytes(), form)), "{hidden}");
            assert!(!forms(WRONG).iter().any(|form| contains(hidden.as_bytes(), form)), "{hidden}");
        }
    }
}

#[test]
fn what_was_read_or_burned_is_gone_from_the_files() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let [read, burned] = [VALUE; 2].map(|value| client.share(value));
    let locked = client.share_locked(VALUE, PASSPHRASE);
    assert!(envelopes(&home) >= 3, "there are envelopes while there is something to read");

    client.reveal(&read).ok();
    client.burn(&burned).ok();
    client.unlock(&locked, PASSPHRASE).ok();
    // While nobody does anything, the log is emptied.
    wait_for("files without envelopes", SOON, || (envelopes(&home) == 0).then_some(()));
    server.stop();
    assert_eq!(envelopes(&home), 0);
}

/// How often the first bytes of an envelope stand in the database, its log and whatever else is there.
fn envelopes(home: &Home) -> usize {
    home.data().iter().map(|(_, bytes)| bytes.windows(4).filter(|bytes| bytes == b"OTs\x01").count()).sum()
}
