//! Where clients put parameters, and what they call it.

use super::Wire;
use crate::support::Shared;
use crate::support::text::percent;

const TEXT: &str = "a b&c=d+e%f\"g'<h>\\\n\u{fc}\u{20ac}\u{1f511}\n";

#[test]
fn a_form_whatever_the_content_type_says() {
    let wire = Wire::new();
    let form = format!("secret={}&ttl=3600", percent(TEXT));
    let raw = "secret=a+b%20c%2Bd\u{fc}\u{1f511}";
    let types: &[&[&str]] = &[
        &[],
        &["Content-Type: application/x-www-form-urlencoded"],
        &["Content-Type: application/x-www-form-urlencoded; charset=utf-8"],
        &["Content-Type: application/x-www-form-urlencoded;charset=UTF-8"],
        &["Content-Type: text/html; charset=utf-8"],
        &["Content-Type: text/html; charset=utf-8", "Content-Type: application/x-www-form-urlencoded"],
        &["Content-Type: text/html; charset=utf-8, application/x-www-form-urlencoded"],
        &["Content-Type: text/plain"],
        &["Content-Type:"],
    ];
    for head in types {
        for path in
            ["/share", "/share/", "/create", "/share?", "/share?SECRET_KEY=x&secret_ttl=9&continue=true"]
        {
            wire.holds(wire.post(path, head, form.as_bytes()), TEXT);
        }
        wire.holds(wire.post("/share", head, format!("{form}&").as_bytes()), TEXT);
        wire.holds(wire.post("/share", head, raw.as_bytes()), "a b c+d\u{fc}\u{1f511}");
        let nested = format!("secret[secret]={}&secret%5Bttl%5D=600&secret[passphrase]=", percent(TEXT));
        let created = wire.post("/create", head, nested.as_bytes());
        assert_eq!(created.json()["ttl"], 600);
        wire.holds(created, TEXT);
    }
    wire.end();
}

#[test]
fn multipart_as_libraries_write_it() {
    let wire = Wire::new();
    for (boundary, quoted) in [
        ("----x", "----x"),
        ("a b", "\"a b\""),
        ("--------------------------0f", "--------------------------0f"),
    ] {
        let part = |name: &str, value: &str| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
        };
        let text = TEXT.replace('\n', "\r\n");
        let body = [
            part("\"secret\"", &text),
            part("ttl", "3600"),
            part("\"passphrase\"", ""),
            part("\"recipient[]\"", ""),
            format!("--{boundary}--\r\n"),
        ]
        .concat();
        let media = format!("Content-Type: multipart/form-data; boundary={quoted}");
        let created = wire.post("/share", &[&media], body.as_bytes());
        assert_eq!(created.json()["ttl"], 3600);
        assert_eq!(created.json()["passphrase_required"], false);
        wire.holds(created, &text);
    }
    wire.end();
}

#[test]
fn parameters_in_the_query_of_a_post_without_a_body() {
    let wire = Wire::new();
    let query = format!("secret={}&ttl=600", percent(TEXT));
    let heads: &[&[&str]] = &[
        &["Content-Length: 0"],
        &[],
        &["Content-Length: 0", "Content-Type: application/x-www-form-urlencoded"],
        &["Content-Type: application/x-www-form-urlencoded"],
        &["Content-Length: 0", "Content-Type: application/json; charset=utf-8"],
        &["Content-Type: application/json"],
        &["Content-Length: 0", "Content-Type: text/html; charset=utf-8"],
        &["Content-Length: 0", "Content-Type: multipart/form-data"],
    ];
    for head in heads {
        let line = format!("POST /api/v1/share?{query} HTTP/1.1");
        let created = wire.raw(&[&[line.as_str(), "Host: localhost"], *head].concat(), b"");
        assert_eq!(created.json()["ttl"], 600);
        let locked = format!("POST /api/v1/share?{query}&passphrase=p%20q HTTP/1.1");
        let locked =
            wire.raw(&[&[locked.as_str(), "Host: localhost"], *head].concat(), b"").ok().member("secret_key");
        let read = format!("POST /api/v1/secret/{locked}?passphrase=p+q HTTP/1.1");
        let read = wire.raw(&[&[read.as_str(), "Host: localhost"], *head].concat(), b"");
        assert_eq!(read.ok().member("value"), TEXT);
        wire.holds(created, TEXT);
    }
    wire.end();
}

#[test]
fn json_bodies() {
    let wire = Wire::new();
    for media in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        let body = serde_json::json!({"secret": TEXT, "ttl": 3600.9, "passphrase": null, "recipient": [], "extra": {"a": [1]}});
        let created = wire.post("/share", &[&format!("Content-Type: {media}")], body.to_string().as_bytes());
        assert_eq!(created.json()["ttl"], 3600);
        wire.holds(created, TEXT);
    }
    wire.end();
}

/// Without a type, or with one that says no more than "text": read as what it is.
#[test]
fn json_without_its_type_is_read_as_json() {
    let wire = Wire::new();
    let canary = &wire.canaries[0];
    for head in [
        &[][..],
        &["Content-Type:"],
        &["Content-Type: text/plain; charset=utf-8"],
        &["Content-Type: text/json"],
    ] {
        let body =
            serde_json::json!({"secret": "p&secret=q", "ttl": 600, "passphrase": "sword&fish"}).to_string();
        for path in ["/share", "/create"] {
            let created = wire.post(path, head, body.as_bytes());
            assert_eq!(created.json()["ttl"], 600, "{head:?}");
            assert_eq!(created.json()["passphrase_required"], true);
            let shared = Shared::of(&created.ok());
            let read = |body: &str| wire.post(&format!("/secret/{}", shared.secret), head, body.as_bytes());
            read("{}").unknown();
            assert_eq!(read("{\"passphrase\":\"sword&fish\"}").ok().member("value"), "p&secret=q");
        }
        let created =
            wire.post("/generate", head, b"{\"ttl\":600,\"passphrase\":\"swordfish\",\"length\":20}").ok();
        assert_eq!(created.json()["ttl"], 600);
        assert_eq!(created.json()["passphrase_required"], true);
        assert_eq!(created.member("value").chars().count(), 20);
        let burn = format!("/private/{}/burn", Shared::of(&created).receipt);
        wire.post(&burn, head, b"{\"passphrase\":\"wrong\"}").refused(404, "Double check that passphrase");
        wire.post(&burn, head, b"{\"passphrase\":\"swordfish\"}").ok();
        let receipt = format!("/private/{}", canary.receipt);
        wire.post(&receipt, head, b"{\"a\":1}").ok();
        assert_eq!(wire.post(&receipt, head, b"{\"a\":1").status, 400);
    }
    wire.end();
}

/// What ansible sends of a file.
#[test]
fn a_part_in_base64_is_decoded() {
    let wire = Wire::new();
    let part = |encoding: &str, content: &str| {
        format!(
            "--BB\r\nContent-Type: text/plain\r\nMIME-Version: 1.0\r\nContent-Disposition: form-data; name=\"secret\"; \
             filename=\"id\"\r\n{encoding}\r\n{content}\r\n--BB--\r\n"
        )
    };
    let media = &["Content-Type: multipart/form-data; boundary=BB"][..];
    let base64 = "Content-Transfer-Encoding: base64\r\n";
    wire.holds(wire.post("/share", media, part(base64, "aGVs\r\nbG8=\r\n").as_bytes()), "hello");
    for plain in ["", "Content-Transfer-Encoding: 7bit\r\n", "Content-Transfer-Encoding: binary\r\n"] {
        wire.holds(wire.post("/share", media, part(plain, "aGVsbG8=").as_bytes()), "aGVsbG8=");
    }
    for (encoding, content) in
        [(base64, "aGVsbG8*"), ("Content-Transfer-Encoding: quoted-printable\r\n", "a=3Db")]
    {
        assert_eq!(wire.post("/share", media, part(encoding, content).as_bytes()).status, 400, "{encoding}");
    }
    wire.end();
}

#[test]
fn empty_and_undefined_mean_what_clients_mean() {
    let wire = Wire::new();
    for recipient in ["recipient=", "recipient[]=", "recipient[]=&recipient[]="] {
        let blanks = format!("secret=x&passphrase=&{recipient}&share_domain=&ttl=");
        let created = wire.post("/share", &[], blanks.as_bytes());
        let json = created.json();
        assert_eq!((&json["ttl"], &json["passphrase_required"]), (&604_800.into(), &false.into()));
        assert_eq!((&json["recipient"], &json["share_domain"]), (&serde_json::json!([]), &"".into()));
        wire.holds(created, "x");
    }
    for (ttl, stored) in [
        ("0", 604_800),
        ("undefined", 60),
        ("60", 60),
        ("300", 300),
        ("99999999999999999999", 604_800),
        ("-1", 60),
    ] {
        let created = wire.post("/share", &[], format!("secret=x&ttl={ttl}").as_bytes());
        assert_eq!(created.json()["ttl"], stored, "{ttl}");
        wire.holds(created, "x");
    }
    wire.holds(wire.post("/share", &[], b"secret=x&recipient=undefined"), "x");
    let locked = wire.post("/share", &[], b"secret=x&passphrase=undefined");
    assert_eq!(locked.json()["passphrase_required"], true);
    wire.end();
}

#[test]
fn answers_are_compact() {
    let wire = Wire::new();
    let answer = wire.post("/share", &[], b"secret=x").ok();
    assert!(answer.text().contains("\"secret_key\":\""), "text tools look for it: {}", answer.text());
    assert!(!answer.text().contains(": ") && !answer.text().ends_with('\n'), "{}", answer.text());
    for key in [answer.member("secret_key"), answer.member("metadata_key")] {
        assert!(
            key.len() == 31 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z')),
            "{key}"
        );
    }
    wire.end();
}
