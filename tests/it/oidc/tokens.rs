//! What a token has to be: signed here with a key of the tests, which is in the key set, and each time wrong in one thing.

use readonce::domain::Timestamp;
use readonce::oidc::{Discovery, Keys, Refusal, Settings, id_token};
use serde_json::{Value, json};

use super::{object, settings};
use crate::support::signer::Signer;

const ISSUER: &str = "https://login.example.org";
const NOW: u64 = 1_795_906_701;

struct House {
    settings: Settings,
    discovery: Discovery,
    signer: Signer,
}

impl House {
    fn new() -> Self {
        let settings = settings(ISSUER, "client");
        let discovery = Discovery::read(&settings.issuer, &object(&discovery())).unwrap();
        Self { settings, discovery, signer: Signer::new("ours") }
    }

    fn check(&self, keys: &Value, token: &str) -> Option<Refusal> {
        let keys = Keys::read(&object(keys)).unwrap();
        id_token::check(&self.settings, &self.discovery, &keys, token, "nonce", Timestamp(NOW)).err()
    }

    fn check_own(&self, token: &str) -> Option<Refusal> {
        self.check(&json!({ "keys": [self.signer.jwk()] }), token)
    }
}

fn discovery() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example.org/auth",
        "token_endpoint": "https://login.example.org/token",
        "jwks_uri": "https://login.example.org/keys",
        "id_token_signing_alg_values_supported": ["none", "HS256", "ES256", "ES256K", "Ed448", "RS256"],
    })
}

fn claims(change: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": "client", "sub": "ann", "nonce": "nonce", "iat": NOW, "exp": NOW + 600,
    });
    for (name, value) in change.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| *value != "absent");
    claims
}

#[test]
fn each_claim_has_to_be_right() {
    let house = House::new();
    for (change, refusal) in [
        (json!({}), None),
        (json!({"aud": ["client"]}), None),
        (json!({"azp": "client"}), None),
        (json!({"exp": 1_795_906_701.5, "iat": 1_795_906_700.75, "auth_time": "yesterday"}), None),
        (json!({"updated_at": "2026-11-28T10:00:00Z", "email_verified": "1", "address": {"a": [1]}}), None),
        (json!({"exp": NOW - 119}), None),
        (json!({"nbf": NOW + 120}), None),
        (json!({"sub": "a".repeat(255)}), None),
        (json!({"iss": "https://login.example.org/"}), Some(Refusal::Issuer)),
        (json!({"iss": [ISSUER]}), Some(Refusal::Issuer)),
        (json!({"iss": "absent"}), Some(Refusal::Issuer)),
        (json!({"iss": null}), Some(Refusal::Issuer)),
        (json!({"aud": "other"}), Some(Refusal::Audience)),
        (json!({"aud": ["client", "other"]}), Some(Refusal::Audience)),
        (json!({"aud": []}), Some(Refusal::Audience)),
        (json!({"aud": {"client": 1}}), Some(Refusal::Audience)),
        (json!({"aud": "absent"}), Some(Refusal::Audience)),
        (json!({"azp": "other"}), Some(Refusal::Audience)),
        (json!({"azp": ["client"]}), Some(Refusal::Audience)),
        (json!({"nonce": "other"}), Some(Refusal::Nonce)),
        (json!({"nonce": ""}), Some(Refusal::Nonce)),
        (json!({"nonce": "absent"}), Some(Refusal::Nonce)),
        (json!({"nonce": 5}), Some(Refusal::Nonce)),
        (json!({"exp": NOW - 120}), Some(Refusal::Expired)),
        (json!({"exp": 0}), Some(Refusal::Expired)),
        (json!({"exp": "absent"}), Some(Refusal::Expired)),
        (json!({"exp": "9999999999"}), Some(Refusal::Expired)),
        (json!({"exp": -1}), Some(Refusal::Expired)),
        (json!({"exp": 1e300}), Some(Refusal::Expired)),
        (json!({"nbf": NOW + 121}), Some(Refusal::NotYet)),
        (json!({"iat": NOW + 121}), Some(Refusal::NotYet)),
        (json!({"iat": "today"}), Some(Refusal::Malformed)),
        (json!({"sub": "absent"}), Some(Refusal::Subject)),
        (json!({"sub": ""}), Some(Refusal::Subject)),
        (json!({"sub": 1}), Some(Refusal::Subject)),
        (json!({"sub": "a".repeat(256)}), Some(Refusal::Subject)),
    ] {
        let token = house.signer.sign(&json!({"alg": "ES256", "kid": "ours"}), &claims(&change));
        assert_eq!(house.check_own(&token), refusal, "{change}");
    }
}

#[test]
fn only_the_provider_can_have_signed() {
    let house = House::new();
    let good = claims(&json!({}));
    let of = |header: Value| house.signer.sign(&header, &good);
    let token = of(json!({"alg": "ES256", "kid": "ours"}));
    assert_eq!(house.check_own(&token), None);
    assert_eq!(house.check_own(&of(json!({"alg": "ES256"}))), None, "without a key's id, each is tried");
    for (header, name) in [
        (json!({"alg": "none"}), "none"),
        (json!({"alg": "NONE"}), "NONE"),
        (json!({"alg": "HS256", "kid": "ours"}), "HS256"),
        (json!({"alg": "ES384"}), "ES384"),
        (json!({"alg": "ES256K"}), "ES256K"),
        (json!({"alg": "<b>\r\n"}), "b"),
    ] {
        assert_eq!(house.check_own(&of(header)), Some(Refusal::Algorithm(name.into())));
    }
    // One that the provider lists, with a key of another kind.
    assert_eq!(house.check_own(&of(json!({"alg": "RS256", "kid": "ours"}))), Some(Refusal::Signature));
    assert_eq!(house.check_own(&of(json!({"alg": "ES256", "kid": "theirs"}))), Some(Refusal::Signature));
    assert_eq!(
        house.check_own(&of(json!({"alg": "ES256", "crit": ["x"], "x": 1}))),
        Some(Refusal::Malformed)
    );
    // A key that the token brings along is nobody's.
    let other = Signer::new("ours");
    let brought = other.sign(&json!({"alg": "ES256", "kid": "ours", "jwk": other.jwk()}), &good);
    assert_eq!(house.check_own(&brought), Some(Refusal::Signature));
    // Nothing of it may be changed, or left out.
    let parts: Vec<&str> = token.split('.').collect();
    let forged = Signer::new("x").sign(&json!({"alg": "ES256"}), &claims(&json!({"sub": "bob"})));
    let theirs = forged.split('.').nth(1).unwrap();
    assert_eq!(house.check_own(&format!("{}.{theirs}.{}", parts[0], parts[2])), Some(Refusal::Signature));
    assert_eq!(house.check_own(&format!("{}.{}.", parts[0], parts[1])), Some(Refusal::Signature));
    for broken in ["", ".", "..", "...", "a.b.c", &token[1..], &format!("{token}.x"), parts[0]] {
        assert_eq!(house.check_own(broken), Some(Refusal::Malformed), "{broken}");
    }
}

/// Two keys of a kind without ids: each is tried. What cannot be used is passed over, wherever it stands.
#[test]
fn the_key_is_found_among_others() {
    let house = House::new();
    let (ours, other) = (house.signer.jwk(), Signer::new("other").jwk());
    let bare = |jwk: &Value| {
        let mut jwk = jwk.clone();
        jwk.as_object_mut().unwrap().retain(|name, _| !["kid", "alg", "use"].contains(&name.as_str()));
        jwk
    };
    let with = |name: &str, value: Value| {
        let mut jwk = ours.clone();
        jwk[name] = value;
        jwk
    };
    let named = house.signer.sign(&json!({"alg": "ES256", "kid": "ours"}), &claims(&json!({})));
    let unnamed = house.signer.sign(&json!({"alg": "ES256"}), &claims(&json!({})));
    let odd =
        [json!(5), json!({"kty": "XYZ"}), json!({"kty": "RSA", "n": 7}), json!({"kty": "oct", "k": "AAAA"})];
    let mut all = odd.to_vec();
    all.extend([other.clone(), ours.clone()]);
    for (keys, found) in [
        (json!([ours]), true),
        (json!([other, ours]), true),
        (json!([bare(&other), bare(&ours)]), true),
        (json!(all), true),
        (json!([other]), false),
        (json!([with("alg", json!("ES384"))]), false),
        (json!([with("crv", json!("P-384"))]), false),
    ] {
        let keys = json!({ "keys": keys });
        let expected = (!found).then_some(Refusal::Signature);
        assert_eq!(house.check(&keys, &named), expected, "{keys}");
        assert_eq!(house.check(&keys, &unnamed), expected, "{keys}");
    }
    for none in [
        json!({}),
        json!({"keys": []}),
        json!({"keys": odd}),
        json!({"keys": [with("use", json!("enc"))]}),
        json!({"keys": 5}),
    ] {
        assert_eq!(Keys::read(&object(&none)).err(), Some(Refusal::NoKeys), "{none}");
    }
}

#[test]
fn a_discovery_document_is_the_issuers_own() {
    let issuer = settings(ISSUER, "client").issuer;
    let read = |change: Value| {
        let mut document = discovery();
        for (name, value) in change.as_object().unwrap() {
            document[name] = value.clone();
        }
        Discovery::read(&issuer, &object(&document)).err()
    };
    for good in [
        json!({}),
        json!({"userinfo_endpoint": null, "end_session_endpoint": "https://other.example/out?x=1"}),
        json!({"id_token_signing_alg_values_supported": ["Ed25519", "RS256", "XX"], "x": [1, {}]}),
        json!({"token_endpoint_auth_methods_supported": null}),
    ] {
        assert_eq!(read(good.clone()), None, "{good}");
    }
    for (bad, name) in [
        (json!({"issuer": 5}), "issuer"),
        (json!({"issuer": null}), "issuer"),
        (json!({"authorization_endpoint": null}), "authorization_endpoint"),
        (json!({"authorization_endpoint": "javascript:alert(1)"}), "authorization_endpoint"),
        (json!({"token_endpoint": "http://login.example.org/token"}), "token_endpoint"),
        (json!({"token_endpoint": ["https://login.example.org/token"]}), "token_endpoint"),
        (json!({"jwks_uri": "http://127.0.0.1/keys"}), "jwks_uri"),
        (json!({"jwks_uri": "file:///etc/passwd"}), "jwks_uri"),
        (json!({"userinfo_endpoint": "https://login.example.org/a#b"}), "userinfo_endpoint"),
        (json!({"end_session_endpoint": "https://a.example/\r\nx: y"}), "end_session_endpoint"),
        (json!({"id_token_signing_alg_values_supported": "RS256"}), "id_token_signing_alg_values_supported"),
        (json!({"token_endpoint_auth_methods_supported": [1]}), "token_endpoint_auth_methods_supported"),
    ] {
        assert_eq!(read(bad.clone()), Some(Refusal::Discovery(name)), "{bad}");
    }
    let other = read(json!({"issuer": "https://evil.example"}));
    assert!(matches!(other, Some(Refusal::IssuerMismatch { .. })));
}
