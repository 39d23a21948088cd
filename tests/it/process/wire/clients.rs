//! Rules of published clients that hold for more than one operation, replayed as those clients put them on the wire.
//!
//! `docs/compatibility.md` says for each rule which test holds it.

use super::{Wire, proper};
use crate::support::text::percent;
use crate::support::{Connection, Shared};

const PASSPHRASE: &str = "p q&r=s+t%u\"v'<w>\u{fc}\u{1f511}\n";

/// The same parameters as clients place them: what follows the path, headers, body.
fn placed(parameters: &[(&str, &str)]) -> Vec<(String, Vec<&'static str>, String)> {
    let pairs: Vec<_> = parameters.iter().map(|(name, text)| format!("{name}={}", percent(text))).collect();
    let form = pairs.join("&");
    let parts: Vec<_> = parameters
        .iter()
        .map(|(name, text)| {
            format!("----x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        })
        .collect();
    let multipart = format!("{}----x--\r\n", parts.concat());
    let urlencoded = "Content-Type: application/x-www-form-urlencoded";
    let html = "Content-Type: text/html; charset=utf-8";
    let bodies: [&[&str]; 6] = [
        &[],
        &[urlencoded],
        &["Content-Type: application/x-www-form-urlencoded; charset=utf-8"],
        &[html],
        &[html, urlencoded],
        &["Content-Type: text/html; charset=utf-8, application/x-www-form-urlencoded"],
    ];
    let queries: [&[&str]; 4] =
        [&[], &[urlencoded], &[html], &["Content-Type: application/json; charset=utf-8"]];
    let mut all: Vec<_> = bodies.map(|head| (String::new(), head.to_vec(), form.clone())).into();
    all.push((String::new(), vec![], format!("{form}&")));
    all.push((String::new(), vec!["Content-Type: multipart/form-data; boundary=--x"], multipart));
    all.extend(queries.map(|head| (format!("?{form}"), head.to_vec(), String::new())));
    all
}

#[test]
fn every_post_takes_its_parameters_from_wherever_clients_put_them() {
    let wire = Wire::new();
    let client = wire.client();
    for (query, head, body) in placed(&[("passphrase", PASSPHRASE), ("ttl", "600")]) {
        let post = |path: String| wire.post(&format!("{path}{query}"), &head, body.as_bytes());
        let made = post("/generate".into()).ok();
        assert_eq!((&made.json()["ttl"], &made.json()["passphrase_required"]), (&600.into(), &true.into()));
        client.unlock(&Shared::of(&made), "p q").unknown();
        let value = post(format!("/secret/{}", made.member("secret_key"))).ok().member("value");
        assert_eq!(value, made.member("value"), "{query} {head:?} {body}");

        let kept = client.share_locked("kept", "another");
        post(format!("/private/{}/burn", kept.receipt)).refused(404, "Double check that passphrase");
        assert_eq!(post(format!("/private/{}", kept.receipt)).ok().member("state"), "new");
        let burned = client.share_locked("burned", PASSPHRASE);
        let state = post(format!("/metadata/{}/burn", burned.receipt)).ok().json()["state"]["state"].clone();
        assert_eq!(state, "burned", "{query} {head:?} {body}");
    }
    wire.end();
}

/// One client escapes its pairs as text of HTML, not of a form, and puts a `&` behind each. Where an entity begins, the
/// value ends, upstream (Rack) as here; passphrases end there alike when they are set and when they are given.
#[test]
fn html_encoded_pairs_are_read_as_upstream_reads_them() {
    let wire = Wire::new();
    let heads: [&[&str]; 2] = [&[], &["Content-Type: application/x-www-form-urlencoded"]];
    for head in heads {
        for (body, ttl, value) in [
            ("ttl=3600&secret=Attack at dawn!&", 3600, "Attack at dawn!"),
            ("ttl=3600&secret=Tom &amp; Jerry&", 3600, "Tom "),
            ("secret=a&lt;b&gt;&quot;c&quot;&#39;&#233;&ttl=3600&", 3600, "a"),
            ("secret=a&amp;b[c&#91;&ttl=3600&", 3600, "a"),
            // Separators copied out of a page: not a parameter that anybody knows.
            ("secret=a&amp;ttl=3600&", 604_800, "a"),
            // Nor does what an entity leaves behind become one.
            ("secret=a&amp;secret=b&", 604_800, "a"),
            ("secret=a&amp;secret[x]=c&", 604_800, "a"),
        ] {
            let made = wire.post("/share", head, body.as_bytes());
            assert_eq!(made.json()["ttl"], ttl, "{body}");
            wire.holds(made, value);
        }
        let locked = wire.post("/share", head, b"passphrase=p&amp;q&secret=locked&").ok();
        assert_eq!(locked.json()["passphrase_required"], true);
        let read =
            wire.post(&format!("/secret/{}", locked.member("secret_key")), head, b"passphrase=p&amp;q&");
        assert_eq!(read.ok().member("value"), "locked");
    }
    // A blank behind the `&` is no part of the name, or the passphrase would be dropped without a word.
    let locked = wire.post("/share", &[], b"secret=x& passphrase=y").ok();
    assert_eq!(locked.json()["passphrase_required"], true);
    wire.end();
}

#[test]
fn what_is_superfluous_is_ignored_and_the_key_in_the_path_counts() {
    let wire = Wire::new();
    let client = wire.client();
    let others = &wire.canaries[0];
    let superfluous = format!(
        "SECRET_KEY={0}&METADATA_KEY={1}&secret_key={0}&metadata_key={1}&key={0}&metadata_ttl=1&secret_ttl=1&continue=true&state=burned",
        others.secret, others.receipt
    );
    for (query, body) in [
        ("?", superfluous.clone()),
        (&format!("?{superfluous}"), String::new()),
        ("?&&", superfluous.clone()),
    ] {
        let post = |path: &str, own: &str| {
            wire.post(&format!("{path}{query}"), &[], format!("{own}&{body}").as_bytes())
        };
        let made = post("/share", "secret=x").ok();
        assert_eq!((&made.json()["ttl"], &made.json()["state"]), (&604_800.into(), &"new".into()));
        let shared = Shared::of(&made);
        assert_ne!((&shared.secret, &shared.receipt), (&others.secret, &others.receipt));
        let seen = post(&format!("/private/{}", shared.receipt), "").ok();
        assert_eq!(seen.member("secret_key"), shared.secret);
        assert_eq!(post(&format!("/secret/{}", shared.secret), "").ok().member("value"), "x");
        let unwanted = client.share("unwanted");
        post(&format!("/private/{}/burn", unwanted.receipt), "").ok();
        client.reveal(&unwanted).unknown();
    }
    wire.end();
}

#[test]
fn a_get_may_carry_what_belongs_to_a_form() {
    let wire = Wire::new();
    let account = wire.home.account("owner@example.com");
    let client = wire.server.client_of(&account);
    let shared = client.share("x");
    let media = ("Content-Type", "application/x-www-form-urlencoded");
    for path in ["/status", "/authcheck", "/private/recent", "/metadata/recent", "/receipt/recent"]
        .map(str::to_owned)
        .into_iter()
        .chain(["private", "metadata", "receipt"].map(|name| format!("/{name}/{}", shared.receipt)))
    {
        for query in ["", "?", "?METADATA_KEY=x&continue=true"] {
            for headers in [&[media][..], &[media, ("Content-Length", "0")]] {
                let answer = client.ask("GET", &format!("/api/v1{path}{query}"), headers, None);
                proper(answer).ok();
            }
        }
    }
    wire.end();
}

/// .NET and curl ask before they send, whatever they send; old tools speak HTTP/1.0.
#[test]
fn credentials_and_bodies_of_every_form_after_expect_and_over_http_1_0() {
    let wire = Wire::new();
    let account = wire.home.account("owner@example.com");
    let basic = crate::support::text::base64(format!("{}:{}", account.email, account.token).as_bytes());
    for (query, head, body) in placed(&[("secret", "asked for"), ("ttl", "600")]) {
        let mut lines = vec!["Host: localhost".to_owned(), format!("Authorization: Basic {basic}")];
        lines.extend(head.iter().map(|line| (*line).to_owned()));
        lines.push(format!("Content-Length: {}", body.len()));
        let lines = lines.join("\r\n");
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let start = format!("POST /api/v1/share{query} HTTP/1.1\r\nExpect: 100-continue\r\n{lines}\r\n\r\n");
        connection.send(start.as_bytes()).unwrap();
        if !body.is_empty() {
            assert_eq!(connection.head().unwrap().status, 100);
            connection.send(body.as_bytes()).unwrap();
        }
        let asked = proper(connection.answer().unwrap()).ok();
        let mut connection = Connection::open(wire.server.address()).unwrap();
        let whole = format!("POST /api/v1/share{query} HTTP/1.0\r\n{lines}\r\n\r\n{body}");
        connection.send(whole.as_bytes()).unwrap();
        let old = proper(connection.answer().unwrap()).ok();
        for made in [asked, old] {
            let made_json = made.json();
            assert_eq!(
                (&made_json["custid"], &made_json["ttl"]),
                (&account.email.clone().into(), &600.into())
            );
            wire.holds(made, "asked for");
        }
    }
    wire.end();
}
