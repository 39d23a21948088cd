//! What a provider says, damaged: recordings of real ones (tests/oidc-recorded). A token with another character signs nobody in, and
//! a discovery document leads nowhere but where its issuer may have it.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use readonce::domain::Timestamp;
use readonce::oidc::{Discovery, Issuer, Keys, id_token};
use serde_json::{Map, Value};

use super::mutate::damaged;
use super::run::fuzz_from;
use crate::oidc::settings;

/// Recordings, each as it was.
fn recorded() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc-recorded");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect()
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// A recording, and a part of it as bytes, damaged.
fn damaged_part(
    part: &'static str,
    words: &'static [&'static str],
) -> impl Strategy<Value = (Value, Vec<u8>)> {
    let part = move |recorded: &Value| match recorded.pointer(part).unwrap() {
        Value::String(text) => text.clone().into_bytes(),
        document => document.to_string().into_bytes(),
    };
    let corpus: Vec<_> = recorded().iter().map(part).collect();
    select(recorded()).prop_flat_map(move |recorded| {
        // Of others, too: keys and tokens of another provider.
        let own = vec![part(&recorded); 3];
        (Just(recorded), damaged([own, corpus.clone()].concat(), words))
    })
}

fn show((recorded, input): &(Value, Vec<u8>)) -> String {
    format!("{} of {}", input.escape_ascii(), recorded["issuer_given"])
}

#[test]
fn token() {
    let words = &[".", "..", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiJ9", "=", "-", "_", "A"];
    fuzz_from(
        "oidc::token",
        600,
        damaged_part("/token_answer/id_token", words),
        |(recorded, input)| {
            let Ok(token) = std::str::from_utf8(&input) else { return false };
            let claims = &recorded["id_token_claims"];
            let client = claims["aud"].as_str().or_else(|| claims["aud"][0].as_str()).unwrap();
            let settings = settings(recorded["issuer_given"].as_str().unwrap(), client);
            let discovery = Discovery::read(&settings.issuer, &object(&recorded["discovery"])).unwrap();
            let keys = Keys::read(&object(&recorded["jwks"])).unwrap();
            let now = Timestamp(claims["iat"].as_u64().unwrap());
            let nonce = claims["nonce"].as_str().unwrap();
            let signed_in = id_token::check(&settings, &discovery, &keys, token, nonce, now).is_ok();
            let whole = recorded.pointer("/token_answer/id_token").and_then(Value::as_str);
            assert!(!signed_in || whole == Some(token), "another token signs somebody in");
            signed_in
        },
        show,
    );
}

#[test]
fn discovery() {
    let words =
        &["\"", ",", ":", "{", "}", "[", "]", "null", "http://", "https://", "//", "@", "#", "javascript:"];
    fuzz_from(
        "oidc::discovery",
        600,
        damaged_part("/discovery", words),
        |(recorded, input)| {
            let Ok(document) = serde_json::from_slice::<Map<String, Value>>(&input) else { return false };
            let issuer = Issuer::parse(recorded["issuer_given"].as_str().unwrap()).unwrap();
            let Ok(read) = Discovery::read(&issuer, &document) else { return false };
            let schemes: &[&str] =
                if issuer.as_str().starts_with("https") { &["https://"] } else { &["https://", "http://"] };
            let ways = [Some(&read.authorization_endpoint), Some(&read.token_endpoint), Some(&read.jwks_uri)];
            for way in ways
                .into_iter()
                .chain([read.userinfo_endpoint.as_ref(), read.end_session_endpoint.as_ref()])
                .flatten()
            {
                let small = way.to_ascii_lowercase(); // as schemes may be written (RFC 3986, section 3.1)
                assert!(schemes.iter().any(|scheme| small.starts_with(scheme)), "{way}");
                assert!(!way.chars().any(|c| c.is_control() || c == ' '), "{way}");
            }
            true
        },
        show,
    );
}

#[test]
fn keys() {
    let words = &[
        "\"",
        ",",
        "{",
        "}",
        "\"kty\":\"oct\"",
        "\"use\":\"enc\"",
        "\"crv\":",
        "\"keys\":",
        "AQAB",
        "RSA",
        "EC",
    ];
    fuzz_from(
        "oidc::keys",
        600,
        damaged_part("/jwks", words),
        |(recorded, input)| {
            let Ok(set) = serde_json::from_slice::<Map<String, Value>>(&input) else { return false };
            let Ok(keys) = Keys::read(&set) else { return false };
            // Whatever keys these are, a token that another signature is put to is nobody's.
            let claims = &recorded["id_token_claims"];
            let client = claims["aud"].as_str().or_else(|| claims["aud"][0].as_str()).unwrap();
            let settings = settings(recorded["issuer_given"].as_str().unwrap(), client);
            let discovery = Discovery::read(&settings.issuer, &object(&recorded["discovery"])).unwrap();
            let token = recorded.pointer("/token_answer/id_token").and_then(Value::as_str).unwrap();
            let (head, _) = token.rsplit_once('.').unwrap();
            let now = Timestamp(claims["iat"].as_u64().unwrap());
            let forged = format!("{head}.{}", "A".repeat(342));
            let nonce = claims["nonce"].as_str().unwrap();
            assert!(id_token::check(&settings, &discovery, &keys, &forged, nonce, now).is_err());
            true
        },
        show,
    );
}
