//! A stand-in that answers exactly as the contract says upstream v0.23.6 does: 404 to everything that fails, a `shrimp` in
//! form errors, stale states, `viewed` and the plaintext on the first look at a receipt, no JSON bodies, no `/receipt`.
//!
//! It keeps its secrets in memory and forgets none by time. What it was asked is kept for the tests.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;
use readonce::domain::key::generate_pair;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::text::base64;

/// When everything here happens.
const NOW: u64 = 1_795_248_429;
/// The account it knows.
pub(crate) const USER: &str = "golden@example.com";
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// How it is on a given day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As recorded.
    Usual,
    /// Numbers as text, as the documentation shows them.
    TextNumbers,
    /// A proxy in front that finds nobody behind it.
    BadGateway,
    /// Over its limit, in the words of v0.23.
    Limited,
    /// Its store is out, in the words of v0.23.
    Out,
    /// Somebody else's address by now.
    Moved,
    /// A proxy wants a login first, and remembers where the caller wanted to go.
    SignIn,
    /// A proxy that wants a log-in of its own.
    Guarded,
    /// Answers half of what it says it does.
    CutOff,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) parameters: HashMap<String, String>,
}

struct Kept {
    value: String,
    passphrase: String,
    metadata: Map<String, Value>,
    looked_at: bool,
}

#[derive(Default)]
struct Inside {
    mood: Option<Mood>,
    heard: Vec<Heard>,
    kept: Vec<Kept>,
}

/// The running stand-in. Dropped, it ends.
pub(crate) struct Upstream {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Upstream {
    pub(crate) fn start() -> Self {
        let inside = Arc::<Mutex<Inside>>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&inside));
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    served = axum::serve(listener, router) => served.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        Self { address, inside, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes its ways from now on.
    pub(crate) fn feel(&self, mood: Mood) {
        self.inside.lock().unwrap().mood = Some(mood);
    }

    /// What it was asked so far.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.inside.lock().unwrap().heard.clone()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

async fn answer(
    State(inside): State<Arc<Mutex<Inside>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let media = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = if media.starts_with("application/json") { &b""[..] } else { &body };
    let pairs = [uri.query().unwrap_or_default().as_bytes(), form];
    let parameters = pairs.into_iter().flat_map(|text| form_urlencoded::parse(text).into_owned()).collect();
    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let heard = Heard { path: uri.path().to_owned(), authorization, parameters };
    let mut inside = inside.lock().unwrap();
    inside.heard.push(heard.clone());
    let mood = inside.mood.unwrap_or(Mood::Usual);
    match mood {
        Mood::Usual => {}
        Mood::TextNumbers => {
            let (status, mut body) = inside.handle(&method, &heard);
            numbers_to_text(&mut body);
            return response(status, &body);
        }
        Mood::BadGateway => return html(502, "<html><h1>502 Bad Gateway</h1></html>"),
        Mood::Guarded => return html(401, "<html><h1>Please log in</h1></html>"),
        Mood::Limited => return response(404, &json!({"message": "Cripes! You have been rate limited."})),
        Mood::Out => return response(404, &json!({"message": "We'll be back shortly!"})),
        Mood::Moved => {
            let to = format!("http://elsewhere.example{}", uri.path());
            return Response::builder().status(308).header("Location", to).body(Body::empty()).unwrap();
        }
        Mood::SignIn => {
            let to = format!("/oauth2/sign_in?rd={}", uri.path());
            return Response::builder().status(302).header("Location", to).body(Body::empty()).unwrap();
        }
        Mood::CutOff => {
            let (_, body) = inside.handle(&method, &heard);
            let text = body.to_string();
            let half = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
            let parts = futures_util::stream::iter([Ok(half), Err(std::io::Error::other("gone"))]);
            return Response::builder()
                .header("Content-Length", text.len())
                .body(Body::from_stream(parts))
                .unwrap();
        }
    }
    let (status, body) = inside.handle(&method, &heard);
    response(status, &body)
}

fn html(status: u16, text: &'static str) -> Response {
    Response::builder().status(status).header("Content-Type", "text/html").body(Body::from(text)).unwrap()
}

fn response(status: u16, body: &Value) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("Content-Type", "application/json; charset=utf-8")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn numbers_to_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(values) => values.iter_mut().for_each(numbers_to_text),
        Value::Object(members) => members.values_mut().for_each(numbers_to_text),
        _ => {}
    }
}

fn form_error(message: &str) -> (u16, Value) {
    (404, json!({"shrimp": "5lcse2pwt8d7exo7nbky889sybot38yvhz84tf7lp3oc8n1e0p", "message": message}))
}

fn unknown(key: &str) -> (u16, Value) {
    (404, json!({"secret_key": key, "message": "Unknown secret"}))
}

impl Inside {
    fn handle(&mut self, method: &Method, heard: &Heard) -> (u16, Value) {
        let right = format!("Basic {}", base64(format!("{USER}:{TOKEN}").as_bytes()));
        let signed_in = heard.authorization.is_some();
        let path = heard.path.strip_prefix("/api/v1").unwrap_or_default().to_owned();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let unauthorized = (404, json!({"message": "Not authorized"}));
        if signed_in && heard.authorization.as_deref() != Some(&right) {
            return unauthorized;
        }
        match (method.as_str(), parts.as_slice()) {
            ("GET", ["status"]) => (200, json!({"status": "nominal", "locale": "en"})),
            ("GET", ["private" | "metadata", "recent"]) if !signed_in => unauthorized,
            // A constant that is missing there.
            ("GET", ["private" | "metadata", "recent"]) => form_error("An unexpected error occurred :["),
            ("POST", ["share"]) => self.share(heard, signed_in, None),
            ("POST", ["generate"]) => self.share(heard, signed_in, Some("SG2S&7vq3sub")),
            ("POST", ["secret", key]) => self.reveal(key, heard),
            ("GET" | "POST", ["private" | "metadata", key]) => self.look(key),
            ("POST", ["private" | "metadata", key, "burn"]) => self.burn(key, heard),
            _ => (404, json!({"error": "Not Found"})),
        }
    }

    fn share(&mut self, heard: &Heard, signed_in: bool, generated: Option<&str>) -> (u16, Value) {
        let given = |name: &str| heard.parameters.get(name).cloned().unwrap_or_default();
        let value = generated.map_or_else(|| given("secret"), str::to_owned);
        let recipient = given("recipient");
        if !recipient.is_empty() && !signed_in {
            return form_error("An account is required to send emails.");
        }
        if !given("share_domain").is_empty() && given("share_domain") != "links.example.org" {
            return form_error(&format!("Unknown domain: {}", given("share_domain")));
        }
        if value.is_empty() {
            return form_error("You did not provide anything to share");
        }
        let most = if signed_in { 1_209_600 } else { 604_800 };
        let ttl = heard.parameters.get("ttl").map_or(604_800, |ttl| ttl.parse::<u64>().unwrap_or(0));
        let ttl = ttl.clamp(60, most);
        let (secret, receipt) = generate_pair();
        // What has no address in it is dropped without a word.
        let recipient = if recipient.contains('@') { json!(["so*****@e*****.org"]) } else { json!([]) };
        let passphrase = given("passphrase");
        let metadata = json!({
            "custid": if signed_in { USER } else { "anon" }, "metadata_key": receipt.expose(),
            "secret_key": secret.expose(), "ttl": ttl, "metadata_ttl": 2 * ttl, "secret_ttl": ttl, "state": "new",
            "updated": NOW, "created": NOW, "recipient": recipient, "share_domain": given("share_domain"),
            "passphrase_required": !passphrase.is_empty(),
        });
        let Value::Object(mut metadata) = metadata else { unreachable!() };
        let mut told = metadata.clone();
        if generated.is_some() {
            told.insert("value".into(), json!(value));
            metadata.insert("state".into(), json!("viewed"));
        }
        self.kept.push(Kept { value, passphrase, metadata, looked_at: generated.is_some() });
        (200, Value::Object(told))
    }

    fn find(&mut self, name: &str, key: &str) -> Option<&mut Kept> {
        self.kept.iter_mut().find(|kept| kept.metadata.get(name).is_some_and(|known| known == key))
    }

    fn reveal(&mut self, key: &str, heard: &Heard) -> (u16, Value) {
        let Some(kept) = self.find("secret_key", key) else { return unknown(key) };
        let tried = heard.parameters.get("passphrase").map_or("", String::as_str);
        if !kept.passphrase.is_empty() && tried != kept.passphrase {
            return unknown(key);
        }
        for gone in ["secret_key", "secret_ttl", "passphrase_required"] {
            kept.metadata.remove(gone);
        }
        kept.metadata.insert("state".into(), json!("received"));
        kept.metadata.insert("received".into(), json!(NOW + 12));
        (200, json!({"value": kept.value, "secret_key": key, "share_domain": "http://127.0.0.1:7143"}))
    }

    fn look(&mut self, key: &str) -> (u16, Value) {
        let Some(kept) = self.find("metadata_key", key) else { return unknown(key) };
        let first = !std::mem::replace(&mut kept.looked_at, true);
        if kept.metadata["state"] == "new" {
            kept.metadata.insert("state".into(), json!("viewed"));
        }
        let mut told = kept.metadata.clone();
        if first && kept.passphrase.is_empty() && kept.metadata["state"] == "viewed" {
            told.insert("value".into(), json!(kept.value));
        }
        (200, Value::Object(told))
    }

    fn burn(&mut self, key: &str, heard: &Heard) -> (u16, Value) {
        let Some(kept) = self.find("metadata_key", key) else { return unknown(key) };
        if !["new", "viewed"].contains(&kept.metadata["state"].as_str().unwrap()) {
            return unknown(key);
        }
        if !kept.passphrase.is_empty() && heard.parameters.get("passphrase") != Some(&kept.passphrase) {
            return form_error("Double check that passphrase");
        }
        let mut stale = kept.metadata.clone();
        stale.remove("passphrase_required");
        stale.insert("secret_ttl".into(), Value::Null);
        let short = stale["secret_key"].as_str().unwrap()[..6].to_owned();
        kept.metadata.clone_from(&stale);
        kept.metadata.insert("state".into(), json!("burned"));
        kept.metadata.insert("secret_key".into(), json!(""));
        (200, json!({"state": stale, "secret_shortkey": short}))
    }
}
