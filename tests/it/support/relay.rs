//! A relay in front of a provider, which hands on what comes, and makes one thing of it wrong when it is told to: tokens are signed
//! anew, with a key that it adds to the provider's.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::signer::Signer;

/// What is wrong with what passes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wrong {
    Nothing,
    /// A claim of the ID token has this value.
    Claim(&'static str, Value),
    /// The ID token's header is this, signed with the relay's key.
    Header(Value),
    /// Somebody else signed the ID token.
    Key,
    /// The ID token has no signature.
    Unsigned,
    /// A claim of userinfo has this value.
    Userinfo(&'static str, Value),
    /// A parameter of the address that leads back has this value.
    Back(&'static str, &'static str),
    /// Whatever a server asks, the answer is this status and HTML; people get theirs.
    Status(u16),
}

/// A running relay. Dropped, it is away, and its port is closed.
pub(crate) struct Relay {
    address: SocketAddr,
    inner: Arc<Inner>,
    runtime: Option<Runtime>,
}

struct Inner {
    wrong: Mutex<Wrong>,
    target: Mutex<Option<SocketAddr>>,
    ours: Signer,
    other: Signer,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Relay {
    pub(crate) fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            wrong: Mutex::new(Wrong::Nothing),
            target: Mutex::new(None),
            ours: Signer::new("the-relays"),
            other: Signer::new("the-relays"),
            client: Client::builder(TokioExecutor::new()).build_http(),
        });
        let router = axum::Router::new().fallback(hand_on).with_state(Arc::clone(&inner));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, inner, runtime: Some(runtime) }
    }

    /// The issuer, as everybody sees it.
    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Who is behind it.
    pub(crate) fn hand_to(&self, port: u16) {
        *self.inner.target.lock().unwrap() = Some(SocketAddr::from(([127, 0, 0, 1], port)));
    }

    /// From now on.
    pub(crate) fn be(&self, wrong: Wrong) {
        *self.inner.wrong.lock().unwrap() = wrong;
    }

    /// Is away from now on: its port is closed.
    pub(crate) fn go_away(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.go_away();
    }
}

async fn hand_on(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let wrong = inner.wrong.lock().unwrap().clone();
    let is_for_servers =
        ["/.well-known/openid-configuration", "/jwks", "/token", "/me"].contains(&request.uri().path());
    if let Wrong::Status(status) = wrong
        && is_for_servers
    {
        let mut response = Response::new(Body::from("<html><script>alert('broken')</script>"));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        return response;
    }
    let target = inner.target.lock().unwrap().expect("somebody is behind the relay");
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let behind = format!("http://{target}{}", parts.uri.path_and_query().unwrap());
    parts.uri = behind.parse().unwrap();
    let body = body.collect().await.unwrap().to_bytes();
    let answer = inner.client.request(Request::from_parts(parts, Full::new(body))).await.unwrap();
    let (mut parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    if let Wrong::Back(name, value) = wrong
        && let Some(back) = parts.headers.get(header::LOCATION).and_then(|address| address.to_str().ok())
        && let Some((address, query)) = back.split_once("/back?")
    {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let mut changed = form_urlencoded::Serializer::new(String::new());
        changed.extend_pairs(pairs.map(|(key, old)| {
            let new = if key == name { value.into() } else { old };
            (key, new)
        }));
        let changed = format!("{address}/back?{}", changed.finish());
        parts.headers.insert(header::LOCATION, HeaderValue::from_str(&changed).unwrap());
    }
    let body = match serde_json::from_slice(&body) {
        Ok(Value::Object(object)) => {
            Bytes::from(inner.change(&path, Value::Object(object), &wrong).to_string())
        }
        _ => body,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::TRANSFER_ENCODING);
    Response::from_parts(parts, Body::from(body))
}

impl Inner {
    fn change(&self, path: &str, mut body: Value, wrong: &Wrong) -> Value {
        match (path, wrong) {
            ("/.well-known/openid-configuration", _) => {
                body["id_token_signing_alg_values_supported"].as_array_mut().unwrap().push(json!("ES256"));
            }
            ("/jwks", _) => body["keys"].as_array_mut().unwrap().push(self.ours.jwk()),
            ("/me", Wrong::Userinfo(claim, value)) => body[claim] = value.clone(),
            ("/token", wrong) => {
                if let Some(token) = body["id_token"].as_str().and_then(|token| self.token(token, wrong)) {
                    body["id_token"] = json!(token);
                }
            }
            _ => {}
        }
        body
    }

    fn token(&self, token: &str, wrong: &Wrong) -> Option<String> {
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let mut claims: Value = serde_json::from_slice(&payload).unwrap();
        let header = json!({"alg": "ES256", "kid": "the-relays"});
        match wrong {
            Wrong::Claim(claim, value) => {
                claims[claim] = value.clone();
                Some(self.ours.sign(&header, &claims))
            }
            Wrong::Header(header) => Some(self.ours.sign(header, &claims)),
            Wrong::Key => Some(self.other.sign(&header, &claims)),
            Wrong::Unsigned => {
                let signed = self.ours.sign(&json!({"alg": "none"}), &claims);
                Some(signed[..=signed.rfind('.').unwrap()].to_owned())
            }
            _ => None,
        }
    }
}
