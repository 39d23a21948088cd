//! A provider of a test's own: it answers what a script says, and notes what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use readonce::domain::{FakeClock, Timestamp};
use readonce::oidc::{Answer, Person, Provider, Refusal};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::settings;
use crate::support::signer::Signer;

pub(super) const NOW: u64 = 1_795_906_701;

/// What the provider writes for a path, byte for byte; `None` is nothing, ever.
pub(super) type Script = Box<dyn Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync>;

/// A server that says what a test wants, and notes what it was asked.
pub(super) struct Hostile {
    address: SocketAddr,
    pub(super) asked: Arc<Mutex<Vec<String>>>,
}

impl Hostile {
    pub(super) async fn new(script: impl FnOnce(String) -> Script) -> Self {
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

    pub(super) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn provider(&self, clock: &Arc<FakeClock>) -> Provider {
        Provider::new(settings(&self.issuer(), "client"), "http://127.0.0.1/back".into(), clock.clone())
    }

    pub(super) fn asked_for(&self, path: &str) -> usize {
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
pub(super) fn http(status: &str, body: &str) -> Option<Vec<u8>> {
    Some(format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes())
}

pub(super) fn json_of(value: &Value) -> Option<Vec<u8>> {
    http("200 OK\r\nContent-Type: application/json", &value.to_string())
}

pub(super) fn document(issuer: &str) -> Value {
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

pub(super) fn clock() -> Arc<FakeClock> {
    Arc::new(FakeClock::at(Timestamp(NOW)))
}

/// A parameter of an address.
pub(super) fn parameter(address: &str, name: &str) -> String {
    let query = address.split_once('?').unwrap().1;
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).unwrap().1.into_owned()
}

/// A provider that is right but for what `odd` says, and whether the sign-in that begins there ends.
pub(super) async fn sign_in(
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
    (pass(&provider, &nonce).await, hostile)
}

/// A sign-in from its beginning to its end; the provider knows its nonce from `nonce`.
pub(super) async fn pass(provider: &Provider, nonce: &Mutex<String>) -> Result<Person, Refusal> {
    let (attempt, address) = provider.start().await?;
    *nonce.lock().unwrap() = parameter(&address, "nonce");
    let state = parameter(&address, "state");
    let answer = Answer { state: Some(&state), code: Some("c0de"), ..Answer::default() };
    provider.finish(&attempt, answer).await
}
