//! A sign-in that is right: what is asked of the provider, how id and secret arrive, whose answer it is, and whose keys.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use readonce::domain::{Clock as _, Timestamp};
use readonce::oidc::{Answer, Attempt, ClientAuth, ClientSecret, Discovery, Email, Provider, Refusal};
use serde_json::json;

use super::server::{Hostile, NOW, clock, document, json_of, parameter, pass, sign_in};
use super::{object, settings};
use crate::support::signer::Signer;

#[tokio::test]
async fn one_that_is_right_signs_in() {
    let (person, hostile) = sign_in(|_, _| None).await;
    let person = person.unwrap();
    assert_eq!((person.issuer, person.subject.as_str()), (hostile.issuer(), "ann"));
    assert!(matches!(person.email, Email::Verified(_)));
    let asked = hostile.asked.lock().unwrap().clone();
    let token = asked.iter().find(|line| line.starts_with("/token")).unwrap();
    let form = token.split_once("\r\n\r\n").unwrap().1;
    for part in [
        "grant_type=authorization_code",
        "code=c0de",
        "redirect_uri=http%3A%2F%2F127.0.0.1%2Fback",
        "code_verifier=",
    ] {
        assert!(form.contains(part), "{part}: {form}");
    }
    let lower = token.to_ascii_lowercase();
    assert!(
        lower.contains("authorization: basic ") && !form.contains("client_secret"),
        "basic, where nothing is said"
    );
    let userinfo = asked.iter().find(|line| line.starts_with("/userinfo")).unwrap();
    assert!(userinfo.to_ascii_lowercase().contains("authorization: bearer acc"));
    assert_eq!(asked.len(), 4, "the document, the token, the keys, userinfo: each once");
}

#[tokio::test]
async fn the_way_there_says_what_the_answer_has_to_bring() {
    let hostile = Hostile::new(|issuer| Box::new(move |_, _| json_of(&document(&issuer)))).await;
    let provider = hostile.provider(&clock());
    let (_, address) = provider.start().await.unwrap();
    assert!(
        address.starts_with(&format!("{}/auth?tenant=1&response_type=code&", hostile.issuer())),
        "{address}"
    );
    for (name, value) in [
        ("client_id", "client"),
        ("redirect_uri", "http://127.0.0.1/back"),
        ("scope", "openid email profile"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(parameter(&address, name), value);
    }
    for odd in ["max_age", "prompt", "acr_values"] {
        assert!(!address.contains(odd), "{odd} means something else at every provider");
    }
    let (_, again) = provider.start().await.unwrap();
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(parameter(&address, name).len(), 43);
        assert_ne!(parameter(&address, name), parameter(&again, name), "{name}");
    }
    assert_eq!(hostile.asked_for("/.well-known"), 1, "the document is kept");
    let out = provider.sign_out_address().await;
    assert_eq!(out, Some(format!("{}/out?client_id=client", hostile.issuer())));
}

#[tokio::test]
async fn an_answer_belongs_to_its_sign_in_and_its_provider() {
    let hostile = Hostile::new(|issuer| {
        Box::new(move |_, _| {
            let mut document = document(&issuer);
            document["authorization_response_iss_parameter_supported"] = json!(true);
            json_of(&document)
        })
    })
    .await;
    let provider = hostile.provider(&clock());
    let (attempt, address) = provider.start().await.unwrap();
    let (state, issuer) = (parameter(&address, "state"), hostile.issuer());
    let (_, other) = provider.start().await.unwrap();
    let other = parameter(&other, "state");
    let right = Answer { state: Some(&state), code: Some("c"), error: None, iss: Some(&issuer) };
    let denied = Some("access_denied");
    let with_slash = format!("{issuer}/");
    for (answer, refusal) in [
        (Answer { state: None, ..right }, Refusal::State),
        (Answer { state: Some(""), ..right }, Refusal::State),
        (Answer { state: Some(&other), ..right }, Refusal::State),
        (Answer { state: Some(&other), error: denied, ..right }, Refusal::State),
        (Answer { iss: None, ..right }, Refusal::OtherAnswer),
        (Answer { iss: Some(&with_slash), ..right }, Refusal::OtherAnswer),
        (Answer { iss: None, error: denied, ..right }, Refusal::OtherAnswer),
        (Answer { code: None, error: denied, ..right }, Refusal::Answered("access_denied")),
        (Answer { error: Some("<b>"), ..right }, Refusal::Answered("other")),
        (Answer { code: None, ..right }, Refusal::NoCode),
        (Answer { code: Some(""), ..right }, Refusal::NoCode),
    ] {
        assert_eq!(provider.finish(&attempt, answer).await, Err(refusal), "{answer:?}");
    }
    assert_eq!(hostile.asked_for("/token"), 0, "no code went anywhere");
}

/// Keys change, with another id, with the same, or without any: they are asked for once more, and not again for a minute.
#[tokio::test]
async fn new_keys_are_found() {
    for id in ["new", "old"] {
        let signers = Arc::new([Signer::new("old"), Signer::new(id)]);
        let (current, nonce) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(String::new())));
        let (signing, published) = (Arc::clone(&current), Arc::new(AtomicUsize::new(0)));
        let (shown, given) = (Arc::clone(&published), Arc::clone(&nonce));
        let hostile = Hostile::new(|issuer| {
            Box::new(move |path, _| match path {
                "/keys" => json_of(&json!({ "keys": [signers[shown.load(Ordering::SeqCst)].jwk()] })),
                "/token" => {
                    let signer = &signers[signing.load(Ordering::SeqCst)];
                    let kid = signer.jwk()["kid"].clone();
                    let claims = json!({
                        "iss": issuer, "aud": "client", "sub": "ann", "iat": NOW, "exp": NOW + 600,
                        "nonce": *given.lock().unwrap(), "email": "ann@example.org",
                    });
                    json_of(
                        &json!({ "id_token": signer.sign(&json!({"alg": "ES256", "kid": kid}), &claims) }),
                    )
                }
                _ => json_of(&document(&issuer)),
            })
        })
        .await;
        let clock = clock();
        let provider = hostile.provider(&clock);
        assert!(pass(&provider, &nonce).await.is_ok());
        // Signs with a key that it does not publish: nobody can know it.
        current.store(1, Ordering::SeqCst);
        assert_eq!(pass(&provider, &nonce).await, Err(Refusal::Signature), "{id}");
        assert_eq!(hostile.asked_for("/keys"), 1, "they are from within this minute");
        clock.advance(60);
        assert_eq!(pass(&provider, &nonce).await, Err(Refusal::Signature));
        assert_eq!(pass(&provider, &nonce).await, Err(Refusal::Signature));
        assert_eq!(hostile.asked_for("/keys"), 2);
        published.store(1, Ordering::SeqCst);
        clock.advance(60);
        assert!(pass(&provider, &nonce).await.is_ok(), "{id}");
        assert!(pass(&provider, &nonce).await.is_ok());
        assert_eq!(hostile.asked_for("/keys"), 3);
        // One that was withdrawn is good for an hour at most.
        published.store(0, Ordering::SeqCst);
        clock.set(Timestamp(NOW));
        clock.advance(3600);
        clock.set(Timestamp(NOW));
        assert_eq!(pass(&provider, &nonce).await, Err(Refusal::Signature));
        assert!(clock.uptime().0 > 3600);
    }
}

/// What id and secret can be sent as, by what the provider says it takes.
#[tokio::test]
async fn id_and_secret_arrive_as_they_are() {
    for (methods, chosen, id, secret, sent) in [
        (json!(null), ClientAuth::Auto, "client", "s3cr3t", "basic Y2xpZW50OnMzY3IzdA=="),
        (json!(["none"]), ClientAuth::Auto, "client", "s3cr3t", "basic Y2xpZW50OnMzY3IzdA=="),
        (
            json!(["client_secret_basic", "client_secret_post"]),
            ClientAuth::Auto,
            "client",
            "s3cr3t",
            "basic Y2xpZW50OnMzY3IzdA==",
        ),
        (
            json!(["client_secret_post"]),
            ClientAuth::Auto,
            "client",
            "s3cr3t",
            "client_id=client&client_secret=s3cr3t",
        ),
        (
            json!(["client_secret_basic", "client_secret_post"]),
            ClientAuth::Auto,
            "client",
            "a+b %:~",
            "client_id=client&client_secret=a%2Bb+%25%3A%7E",
        ),
        // RFC 6749 §2.3.1: encoded, `client:a%2Bb+%25%3A%7E`.
        (
            json!(["client_secret_basic"]),
            ClientAuth::Auto,
            "client",
            "a+b %:~",
            "basic Y2xpZW50OmElMkJiKyUyNSUzQSU3RQ==",
        ),
        (
            json!(["client_secret_basic"]),
            ClientAuth::Post,
            "client",
            "s3cr3t",
            "client_id=client&client_secret=s3cr3t",
        ),
        (json!(["client_secret_post"]), ClientAuth::Basic, "client", "s3cr3t", "basic Y2xpZW50OnMzY3IzdA=="),
    ] {
        let offered = methods.clone();
        let offering = move |issuer: &str| {
            let mut document = document(issuer);
            document["token_endpoint_auth_methods_supported"] = offered.clone();
            document
        };
        let answering = offering.clone();
        let hostile = Hostile::new(|issuer| Box::new(move |_, _| json_of(&answering(&issuer)))).await;
        let mut settings = settings(&hostile.issuer(), id);
        settings.client_secret = ClientSecret::new(secret).unwrap();
        settings.client_auth = chosen;
        let discovery = Discovery::read(&settings.issuer, &object(&offering(&hostile.issuer()))).unwrap();
        let provider = Provider::new(settings, "http://127.0.0.1/back".into(), clock());
        assert_eq!(pass(&provider, &Mutex::default()).await, Err(Refusal::NoIdToken));
        let asked = hostile.asked.lock().unwrap().clone();
        let token = asked.iter().find(|line| line.starts_with("/token")).unwrap();
        let authorization = token.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("authorization").then(|| value.replacen("Basic", "basic", 1))
        });
        let form = token.split_once("\r\n\r\n").unwrap().1;
        let found = authorization.unwrap_or_else(|| {
            form.split_once("&client_id").map_or_else(String::new, |(_, rest)| format!("client_id{rest}"))
        });
        assert_eq!(found, sent, "{methods} {chosen:?} {secret}");
        let doubts = provider.doubts(&discovery).is_some();
        assert_eq!(doubts, sent.contains("JTJC") || (secret.contains('+') && sent.starts_with("basic")));
    }
    let bytes = *Attempt::new().as_bytes();
    assert!(
        !format!("{:?} {:?}", Attempt::from_bytes(&bytes), settings("https://a.example", "c"))
            .contains("s3cr3t")
    );
}
