//! A provider that means harm, or is broken: answers that are huge, slow, redirects, and of other types. Nobody is signed in, and
//! this server gives up in time.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use readonce::domain::{Clock as _, FakeClock, Timestamp};
use readonce::oidc::{
    Answer, Attempt, ClientAuth, Discovery, Email, Endpoint, FetchError, Person, Provider, Refusal,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{object, settings};
use crate::support::signer::Signer;

const NOW: u64 = 1_795_906_701;

/// What the provider writes for a path, byte for byte; `None` is nothing, ever.
type Script = Box<dyn Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync>;

/// A server that says what a test wants, and notes what it was asked.
struct Hostile {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    async fn new(script: impl FnOnce(String) -> Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let script: Arc<Script> = Arc::new(script(format!("http://{address}")));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&script), Arc::clone(&noted)));
            }
        });
        Self { address, asked }
    }

    fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    fn provider(&self, clock: &Arc<FakeClock>) -> Provider {
        Provider::new(settings(&self.issuer(), "client"), "http://127.0.0.1/back".into(), clock.clone())
    }

    fn asked_for(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|line| line.starts_with(path)).count()
    }
}

async fn answer(mut stream: TcpStream, script: Arc<Script>, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    let request = loop {
        let read = stream.read(&mut buffer).await.unwrap_or_default();
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_ascii_lowercase()
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().trim().parse().unwrap());
            if body.len() >= length {
                break text;
            }
        }
        if read == 0 {
            return;
        }
    };
    let path = request.split(' ').nth(1).unwrap().to_owned();
    asked.lock().unwrap().push(format!("{path} {request}"));
    match script(&path, &request) {
        Some(bytes) => {
            drop(stream.write_all(&bytes).await);
            drop(stream.shutdown().await);
        }
        // Until the other side gives up.
        None => drop(stream.read(&mut buffer).await),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as what the scripts return, which may be silence")]
fn http(status: &str, body: &str) -> Option<Vec<u8>> {
    Some(format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

fn json_of(value: &Value) -> Option<Vec<u8>> {
    http("200 OK\r\nContent-Type: application/json", &value.to_string())
}

fn document(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "end_session_endpoint": format!("{issuer}/out"),
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}

fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::at(Timestamp(NOW)))
}

/// A parameter of an address.
fn parameter(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// A provider that is right but for what `odd` says, and whether the sign-in that begins there ends.
async fn sign_in(
    odd: impl Fn(&str, &str) -> Option<Option<Vec<u8>>> + Send + Sync + 'static,
) -> (Result<Person, Refusal>, Hostile) {
    let nonce = Arc::new(Mutex::new(String::new()));
    let given = Arc::clone(&nonce);
    let signer = Signer::new("k");
    let hostile = Hostile::new(|issuer| {
        Box::new(move |path, request| match (odd(path, request), path) {
            (Some(answer), _) => answer,
            (_, "/.well-known/openid-configuration") => json_of(&document(&issuer)),
            (_, "/keys") => json_of(&json!({ "keys": [signer.jwk()] })),
            (_, "/token") => {
                let claims = json!({
                    "iss": issuer, "aud": "client", "sub": "ann", "iat": NOW, "exp": NOW + 600,
                    "nonce": *given.lock().unwrap(),
                });
                let token = signer.sign(&json!({"alg": "ES256", "kid": "k"}), &claims);
                json_of(&json!({ "access_token": "acc", "token_type": "bearer", "id_token": token, "refresh_token": "r" }))
            }
            (_, "/userinfo") => {
                json_of(&json!({ "sub": "ann", "email": "ann@example.org", "email_verified": true }))
            }
            _ => http("404 Not Found", ""),
        })
    })
    .await;
    let provider = hostile.provider(&clock());
    let (attempt, address) = match provider.start().await {
        Ok(started) => started,
        Err(refusal) => return (Err(refusal), hostile),
    };
    *nonce.lock().unwrap() = parameter(&address, "nonce");
    let state = parameter(&address, "state");
    let answer = Answer { state: Some(&state), code: Some("c0de"), ..Answer::default() };
    (provider.finish(&attempt, answer).await, hostile)
}

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
async fn odd_answers_sign_nobody_in() {
    let huge = "x".repeat(300 * 1024);
    let endpoint_of = |path: &str| match path {
        "/keys" => Endpoint::Keys,
        "/token" => Endpoint::Token,
        "/userinfo" => Endpoint::Userinfo,
        _ => Endpoint::Discovery,
    };
    for path in ["/.well-known/openid-configuration", "/keys", "/token", "/userinfo"] {
        for (bytes, error) in [
            (http("200 OK", &format!("{{\"a\":\"{huge}\"}}")), FetchError::TooLarge),
            (http("302 Found\r\nLocation: http://127.0.0.1:1/", ""), FetchError::Redirect),
            (http("307 Temporary Redirect\r\nLocation: /elsewhere", "{}"), FetchError::Redirect),
            (http("200 OK", "<html>"), FetchError::NotJson),
            (http("200 OK", "[1]"), FetchError::NotJson),
            (http("200 OK", &"[".repeat(100_000)), FetchError::NotJson),
            (http("200 OK", ""), FetchError::NotJson),
        ] {
            let (came, hostile) = sign_in(move |at, _| (at == path).then(|| bytes.clone())).await;
            assert_eq!(came, Err(Refusal::Unavailable { endpoint: endpoint_of(path), error }), "{path}");
            assert_eq!(hostile.asked_for("/elsewhere"), 0, "a redirect was followed");
        }
    }
    let garbled = Some(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
    let (came, _) = sign_in(move |_, _| Some(garbled.clone())).await;
    assert!(matches!(&came, Err(Refusal::Unavailable { error: FetchError::Unreachable(_), .. })), "{came:?}");
}

#[tokio::test]
async fn statuses_and_errors_are_told_apart_as_far_as_they_go() {
    let client = |status, error| Err(Refusal::Client { status, error });
    for (path, status, body, refusal) in [
        ("/token", "401 Unauthorized", r#"{"error":"invalid_client"}"#, client(401, Some("invalid_client"))),
        (
            "/token",
            "403 Forbidden",
            r#"{"error":"unauthorized_client"}"#,
            client(403, Some("unauthorized_client")),
        ),
        ("/token", "500 Internal Server Error", "<html>oops", client(500, None)),
        ("/token", "200 OK", r#"{"error":"<script>"}"#, client(200, Some("other"))),
        ("/token", "400 Bad Request", r#"{"error":"invalid_grant"}"#, Err(Refusal::Code)),
        ("/token", "403 Forbidden", r#"{"error":"invalid_code"}"#, Err(Refusal::Code)),
        ("/token", "200 OK", r#"{"access_token":"a"}"#, Err(Refusal::NoIdToken)),
        ("/token", "200 OK", r#"{"id_token":[1]}"#, Err(Refusal::NoIdToken)),
        ("/token", "200 OK", r#"{"id_token":"a.b.c"}"#, Err(Refusal::Malformed)),
        ("/keys", "200 OK", r#"{"keys":{}}"#, Err(Refusal::NoKeys)),
        ("/userinfo", "200 OK", r#"{"sub":"bob","email":"bob@example.org"}"#, Err(Refusal::OtherUserinfo)),
        ("/userinfo", "200 OK", r#"{"email":"bob@example.org"}"#, Err(Refusal::OtherUserinfo)),
        ("/userinfo", "200 OK", r#"{"sub":["ann"]}"#, Err(Refusal::OtherUserinfo)),
        (
            "/userinfo",
            "401 Unauthorized",
            "",
            Err(Refusal::Unavailable { endpoint: Endpoint::Userinfo, error: FetchError::Status(401) }),
        ),
    ] {
        let (came, _) = sign_in(move |at, _| (at == path).then(|| http(status, body))).await;
        assert_eq!(came, refusal, "{path} {status} {body}");
    }
    for email in [
        json!(""),
        json!("ann"),
        json!(["ann@example.org"]),
        json!(null),
        json!({}),
        json!("a@example.org,b@example.org"),
    ] {
        let body = json!({"sub": "ann", "email": email, "email_verified": true});
        let (came, _) = sign_in(move |at, _| (at == "/userinfo").then(|| json_of(&body))).await;
        assert_eq!(came.unwrap().email, Email::None, "{email}");
    }
}

/// Neither one that says nothing, nor one that says a byte now and then, holds a sign-in for longer than ten seconds.
#[tokio::test]
async fn a_slow_provider_is_given_up() {
    let began = Instant::now();
    let (silent, dripping) = tokio::join!(sign_in(|path, _| (path == "/token").then_some(None)), async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n").await);
                    let mut ticks = tokio::time::interval(Duration::from_millis(200));
                    while stream.write_all(b" ").await.is_ok() {
                        ticks.tick().await;
                    }
                });
            }
        });
        let settings = settings(&format!("http://{address}"), "client");
        Provider::new(settings, String::new(), clock()).start().await
    });
    let slow = |endpoint| Refusal::Unavailable { endpoint, error: FetchError::TooSlow };
    assert_eq!(silent.0, Err(slow(Endpoint::Token)));
    assert_eq!(dripping.err(), Some(slow(Endpoint::Discovery)));
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
}

/// The address that leads nowhere: the next one does not wait for it again, and a while later it is asked again.
#[tokio::test]
async fn a_provider_that_is_away_is_left_alone_for_a_moment() {
    let hostile = Hostile::new(|_| Box::new(|_, _| http("503 Service Unavailable", ""))).await;
    let clock = clock();
    let provider = hostile.provider(&clock);
    for _ in 0..5 {
        let away = Refusal::Unavailable { endpoint: Endpoint::Discovery, error: FetchError::Status(503) };
        assert_eq!(provider.start().await.err(), Some(away));
    }
    assert_eq!(hostile.asked_for("/.well-known"), 1);
    clock.advance(5);
    assert!(provider.start().await.is_err());
    assert_eq!(hostile.asked_for("/.well-known"), 2);
}

/// Sixteen wait for a provider that is slow; others are told at once.
#[tokio::test]
async fn a_slow_provider_does_not_take_all_threads() {
    let hostile = Hostile::new(|issuer| {
        Box::new(move |path, _| if path == "/token" { None } else { json_of(&document(&issuer)) })
    })
    .await;
    let provider = Arc::new(hostile.provider(&clock()));
    let waiting: Vec<_> = (0..16)
        .map(|_| {
            let provider = Arc::clone(&provider);
            tokio::spawn(async move {
                let (attempt, address) = provider.start().await.unwrap();
                let state = parameter(&address, "state");
                let answer = Answer { state: Some(&state), code: Some("c"), ..Answer::default() };
                provider.finish(&attempt, answer).await
            })
        })
        .collect();
    while hostile.asked_for("/token") < 16 {
        tokio::task::yield_now().await;
    }
    let crowded = Refusal::Unavailable { endpoint: Endpoint::Token, error: FetchError::Crowded };
    assert_eq!(provider.start().await.err(), Some(crowded));
    for waiting in waiting {
        assert!(waiting.await.unwrap().is_err());
    }
    assert!(provider.start().await.is_ok(), "their turns are free again");
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
        let sign_in = async || {
            let (attempt, address) = provider.start().await.unwrap();
            *nonce.lock().unwrap() = parameter(&address, "nonce");
            let state = parameter(&address, "state");
            let answer = Answer { state: Some(&state), code: Some("c"), ..Answer::default() };
            provider.finish(&attempt, answer).await
        };
        assert!(sign_in().await.is_ok());
        // Signs with a key that it does not publish: nobody can know it.
        current.store(1, Ordering::SeqCst);
        assert_eq!(sign_in().await, Err(Refusal::Signature), "{id}");
        assert_eq!(hostile.asked_for("/keys"), 1, "they are from within this minute");
        clock.advance(60);
        assert_eq!(sign_in().await, Err(Refusal::Signature));
        assert_eq!(sign_in().await, Err(Refusal::Signature));
        assert_eq!(hostile.asked_for("/keys"), 2);
        published.store(1, Ordering::SeqCst);
        clock.advance(60);
        assert!(sign_in().await.is_ok(), "{id}");
        assert!(sign_in().await.is_ok());
        assert_eq!(hostile.asked_for("/keys"), 3);
        // One that was withdrawn is good for an hour at most.
        published.store(0, Ordering::SeqCst);
        clock.set(Timestamp(NOW));
        clock.advance(3600);
        clock.set(Timestamp(NOW));
        assert_eq!(sign_in().await, Err(Refusal::Signature));
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
        let hostile = Hostile::new(|issuer| {
            Box::new(move |_, _| {
                let mut document = document(&issuer);
                document["token_endpoint_auth_methods_supported"] = offered.clone();
                json_of(&document)
            })
        })
        .await;
        let mut settings = settings(&hostile.issuer(), id);
        settings.client_secret = readonce::oidc::ClientSecret::new(secret).unwrap();
        settings.client_auth = chosen;
        let discovery = Discovery::read(
            &settings.issuer,
            &object(&{
                let mut document = document(&hostile.issuer());
                document["token_endpoint_auth_methods_supported"] = methods.clone();
                document
            }),
        )
        .unwrap();
        let provider = Provider::new(settings, "http://127.0.0.1/back".into(), clock());
        let (attempt, address) = provider.start().await.unwrap();
        let state = parameter(&address, "state");
        let answer = Answer { state: Some(&state), code: Some("c"), ..Answer::default() };
        assert_eq!(provider.finish(&attempt, answer).await, Err(Refusal::NoIdToken));
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
