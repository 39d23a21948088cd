//! All that callers do, rightly and wrongly, with markers in every place where a secret can be.

use serde_json::{Value, json};

use crate::support::text::{form, percent};
use crate::support::{Account, Client, Connection, Server, Shared};

pub(super) const VALUE: &str = "marker-VALUE-?>~ü-7Qx9";
pub(super) const PASSPHRASE: &str = "marker-PASS-?>~ü-3Kd2";
pub(super) const WRONG: &str = "marker-WRONG-8Hn4";
pub(super) const RECIPIENT: &str = "marker-recipient-5Zt1@example.org";
pub(super) const STRANGER: &str = "marker-stranger-6Wp8@example.com";
pub(super) const STRANGERS_TOKEN: &str = "feedfacecafebeefdeadbea7ab1e5eedc0dedbad";
pub(super) const MALFORMED: &str = "marker-MALFORMED-2Lc5";
pub(super) const NOWHERE: &str = "marker-nowhere-9Rv3";

/// Everything that must not show, but for what [`every_walk`] adds.
pub(super) fn markers(account: &Account) -> Vec<String> {
    let mut markers: Vec<String> =
        [VALUE, PASSPHRASE, WRONG, RECIPIENT, STRANGER, STRANGERS_TOKEN, MALFORMED, NOWHERE]
            .map(str::to_owned)
            .into();
    markers.push(account.token.clone());
    markers
}

/// All that can be done with secrets, some left unread; the keys and values that must not show.
pub(super) fn every_walk(client: &Client) -> Vec<String> {
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

/// The same by v2; the keys and values that must not show.
pub(super) fn v2_walk(client: &Client) -> Vec<String> {
    let ask = |method: &str, path: &str, body: Value| {
        let media = ("Content-Type", "application/json");
        let body = (method == "POST").then(|| body.to_string());
        client.ask(method, &format!("/api/v2/{path}"), &[media], body.as_deref().map(str::as_bytes))
    };
    let conceal = |payload: Value| {
        let record = ask("POST", "secret/conceal", json!({ "secret": payload })).ok().json()["record"].take();
        ["secret", "receipt"].map(|of| record[of]["key"].as_str().unwrap().to_owned())
    };
    let plain = || conceal(json!({ "secret": VALUE }));
    let [unread, read, burned, locked] =
        [plain(), plain(), plain(), conceal(json!({ "secret": VALUE, "passphrase": PASSPHRASE }))];
    for [secret, receipt] in [&unread, &read, &burned, &locked] {
        for path in [
            format!("secret/{secret}?passphrase={WRONG}"),
            format!("secret/{secret}/status"),
            format!("receipt/{receipt}"),
        ] {
            ask("GET", &path, Value::Null).ok();
        }
    }
    let revealed = ask("POST", &format!("secret/{}/reveal", read[0]), json!({ "continue": true })).ok();
    assert_eq!(revealed.json()["record"]["secret_value"], VALUE);
    ask("POST", &format!("receipt/{}/burn", burned[1]), json!({})).ok();
    let wrong = json!({ "continue": true, "passphrase": WRONG });
    assert_eq!(ask("POST", &format!("secret/{}/reveal", locked[0]), wrong.clone()).status, 422);
    assert_eq!(ask("POST", &format!("receipt/{}/burn", locked[1]), wrong).status, 422);
    let generated =
        ask("POST", "secret/generate", json!({ "secret": { "passphrase": PASSPHRASE } })).ok().json();
    ask("POST", "secret/conceal", json!({ "secret": { "secret": VALUE, "recipient": RECIPIENT } }));
    for (path, body) in [
        ("secret/conceal", json!([MALFORMED])),
        ("secret/conceal", json!({ "secret": MALFORMED })),
        ("secret/conceal", json!({ "secret": { "secret": [MALFORMED], "ttl": { MALFORMED: 1 } } })),
        (&*format!("secret/{NOWHERE}/reveal"), json!({ "continue": true })),
        (&*format!("{NOWHERE}/{NOWHERE}"), json!({ MALFORMED: NOWHERE })),
    ] {
        assert!((400..500).contains(&ask("POST", path, body.clone()).status), "{path} {body}");
    }
    let mut keys = vec![generated["details"]["secret_value"].as_str().unwrap().to_owned()];
    keys.extend([unread, read, burned, locked].concat().iter().map(|key| key[3..].to_owned()));
    keys
}

/// The same by the pages; the keys that must not show.
pub(super) fn pages_walk(client: &Client) -> Vec<String> {
    let media = ("Content-Type", "application/x-www-form-urlencoded");
    let post = |path: &str, fields: &[(&str, &str)]| {
        let answer = client.ask("POST", path, &[media], Some(form(fields).as_bytes()));
        String::from_utf8(answer.body).unwrap()
    };
    let mut keys = Vec::new();
    for (passphrase, ending) in [("", ""), (PASSPHRASE, ""), (PASSPHRASE, "/burn")] {
        let shared = post("/", &[("secret", VALUE), ("passphrase", passphrase), ("ttl", "3600")]);
        let shared = shared.replace("<span class=\"key\">", "");
        let [secret, receipt] = ["/secret/", "/receipt/"].map(|start| {
            let (_, key) = shared.split_once(start).unwrap();
            key[..31].to_owned()
        });
        let (link, status) = (format!("/secret/{secret}"), format!("/receipt/{receipt}"));
        for path in [&link, &status, &format!("{status}/burn"), &format!("{link}?locale=de")] {
            assert_eq!(client.get(path).status, 200, "{path}");
        }
        if ending.is_empty() {
            for tried in [WRONG, passphrase].iter().filter(|_| !passphrase.is_empty()) {
                post(&link, &[("passphrase", tried)]);
            }
            post(&link, &[]);
        } else {
            post(&format!("{status}{ending}"), &[]);
        }
        assert!(!post(&link, &[("passphrase", passphrase)]).contains("id=\"value\""), "it is gone");
        keys.extend([secret, receipt].map(|key| key[3..].to_owned()));
    }
    post("/", &[("secret", &VALUE.repeat(1000)), ("passphrase", PASSPHRASE)]);
    post("/", &[("secret", VALUE), ("passphrase", &WRONG.repeat(20))]);
    for path in ["/secret", "/nowhere", "/receipt"] {
        client.ask("GET", &format!("{path}/{NOWHERE}"), &[("Accept", "text/html")], None);
        client.ask("GET", &format!("/?secret={MALFORMED}&locale={NOWHERE}"), &[], None);
    }
    keys
}

/// Requests that are refused, each with something that may be a secret after all.
pub(super) fn refused_walks(server: &Server, account: &Account) {
    let stranger = Account { email: STRANGER.into(), token: STRANGERS_TOKEN.into() };
    let attacker = Account { email: account.email.clone(), token: STRANGERS_TOKEN.into() };
    for who in [stranger, attacker] {
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
