//! Error answers hold what the caller sent as the URL's key at most: no other's secret, and no cause.

use rusqlite::Connection;

use super::walks::{PASSPHRASE, VALUE, WRONG};
use crate::support::{Account, Answer, Home, Server, UNLIMITED};

/// Words of causes, of paths and of libraries.
const CAUSES: &[&str] = &[
    "sqlite",
    "database",
    "locked",
    "redis",
    "readonce.db",
    "keyring",
    "panick",
    "src/",
    "os error",
    "at line",
    "column",
    "invalid type",
    "expected",
    "rusqlite",
    "serde",
    "hyper",
    "aes",
    "bcrypt",
    "tag",
];

/// It is an error, and holds nothing of `secrets` and no cause.
#[track_caller]
fn tells_nothing(answer: &Answer, key_of_url: &str, secrets: &[String]) {
    assert!(answer.status >= 400, "no error: {}", answer.text());
    let json = answer.json();
    for (name, value) in json.as_object().unwrap() {
        let text = value.as_str().unwrap_or_else(|| panic!("{name} is no text: {json}"));
        match name.as_str() {
            "secret_key" => assert_eq!(text, key_of_url, "it echoes the URL, and nothing else"),
            "message" | "error" => {
                let lower = text.to_lowercase();
                let cause = CAUSES.iter().find(|cause| lower.contains(*cause));
                assert_eq!(cause, None, "a cause: {json}");
            }
            _ => panic!("what is `{name}`? {json}"),
        }
    }
    for (name, value) in &answer.headers {
        assert!(!secrets.iter().any(|secret| value.contains(secret)), "{name}: {value}");
    }
    let rest = if key_of_url.is_empty() { answer.text() } else { answer.text().replace(key_of_url, "") };
    for secret in secrets {
        assert!(!rest.contains(secret), "{secret} is in {rest}");
    }
}

struct Scene {
    home: Home,
    server: Server,
    account: Account,
    secrets: Vec<String>,
}

impl Scene {
    fn new() -> Self {
        let home = Home::new();
        let account = home.account("owner-6Yt2@example.com");
        let server = home.serve_with(UNLIMITED);
        let secrets = [VALUE, PASSPHRASE, WRONG, &account.token, &account.email].map(str::to_owned).into();
        Self { home, server, account, secrets }
    }
}

#[test]
fn refusals_hold_nothing_of_others() {
    let Scene { server, account, mut secrets, home: _home } = Scene::new();
    let (anyone, owner) = (server.client(), server.client_of(&account));
    let (open, locked) = (owner.share(VALUE), owner.share_locked(VALUE, PASSPHRASE));
    for shared in [&open, &locked] {
        secrets.extend([shared.secret.clone(), shared.receipt.clone()]);
    }
    let check = |answer: &Answer, key: &str| tells_nothing(answer, key, &secrets);
    check(&anyone.unlock(&locked, WRONG), &locked.secret);
    check(&anyone.reveal(&locked), &locked.secret);
    check(&anyone.post(&format!("/private/{}/burn", locked.receipt), &[("passphrase", WRONG)]), "");
    // The one key of a secret does not bring the other one to light.
    check(&anyone.post(&format!("/secret/{}", locked.receipt), &[]), &locked.receipt);
    check(&anyone.get(&format!("/api/v1/private/{}", open.secret)), &open.secret);
    let last = if open.secret.ends_with('0') { '1' } else { '0' };
    let nearly = format!("{}{last}", &open.secret[..30]);
    check(&anyone.post(&format!("/secret/{nearly}"), &[]), &nearly);
    for who in [&account.email, "stranger@example.com"] {
        let attacker = Account { email: who.to_owned(), token: WRONG.to_owned() };
        for path in ["/api/v1/private/recent", "/api/v1/authcheck", "/api/v1/status"] {
            check(&server.client_of(&attacker).get(path), "");
        }
        check(&server.client_of(&attacker).post("/share", &[("secret", VALUE)]), "");
    }
    for (media, body) in [
        ("application/x-www-form-urlencoded", format!("secret={VALUE}%zz&passphrase={PASSPHRASE}")),
        ("application/json", format!("{{\"secret\": \"{VALUE}\", \"passphrase\": \"{PASSPHRASE}\" x")),
        ("application/json", format!("{{\"secret\": [[\"{VALUE}\"]]}}")),
        ("application/json", format!("\"{VALUE}\"")),
        ("multipart/form-data; boundary=x", format!("--x\r\n\r\n{VALUE}\r\n--x--")),
    ] {
        check(&anyone.ask("POST", "/api/v1/share", &[("Content-Type", media)], Some(body.as_bytes())), "");
    }
    let long = PASSPHRASE.repeat(10);
    check(&anyone.post("/share", &[("secret", VALUE), ("passphrase", &long)]), "");
    check(&anyone.post("/share", &[("secret", &VALUE.repeat(1000))]), "");
    check(&anyone.post("/share", &[("secret", &VALUE.repeat(10_000))]), "");
    check(&anyone.post("/share", &[("secret", ""), ("passphrase", PASSPHRASE)]), "");
    check(&anyone.post("/generate", &[("length", "1000"), ("passphrase", PASSPHRASE)]), "");
    check(&anyone.get(&format!("/{}", open.receipt)), "");
    for _ in 0..5 {
        anyone.unlock(&locked, WRONG);
    }
    let limited = anyone.unlock(&locked, PASSPHRASE);
    assert_eq!(limited.status, 429);
    check(&limited, "");
    server.stop();
}

#[test]
fn failures_hold_no_cause() {
    let Scene { home, server, mut secrets, .. } = Scene::new();
    let client = server.client();
    let [waits, damaged, other, stranger] = [VALUE; 4].map(|value| client.share(value));
    for shared in [&waits, &damaged, &other, &stranger] {
        secrets.push(shared.receipt.clone());
    }
    let db = Connection::open(home.file("data/readonce.db")).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    for answer in [client.reveal(&waits), client.burn(&waits), client.post("/share", &[("secret", VALUE)])] {
        assert_eq!(answer.status, 503, "{}", answer.text());
        tells_nothing(&answer, "", &secrets);
    }
    db.execute_batch("ROLLBACK").unwrap();
    let change = |shared: &crate::support::Shared, sql: &str| {
        let key = readonce::domain::SecretKey::parse(&shared.secret).unwrap();
        let sql = format!("UPDATE secrets SET {sql} WHERE sid = ?1");
        assert_eq!(db.execute(&sql, [readonce::vault::secret_id(&key).0]).unwrap(), 1);
    };
    // Its last byte; its head; the name of its root key.
    let other_byte = "CASE WHEN substr(envelope, -1) = x'00' THEN x'01' ELSE x'00' END";
    let last = format!("envelope = cast(substr(envelope, 1, length(envelope) - 1) || {other_byte} AS BLOB)");
    change(&damaged, &last);
    change(&other, "envelope = x'00'");
    change(
        &stranger,
        "envelope = cast(substr(envelope, 1, 4) || x'0102030405060708' || substr(envelope, 13) AS BLOB)",
    );
    for shared in [&damaged, &other, &stranger] {
        let answer = client.reveal(shared);
        assert_eq!(answer.status, 503, "{}", answer.text());
        tells_nothing(&answer, "", &secrets);
    }
    client.reads_once(&waits, VALUE);
    server.stop();
}
