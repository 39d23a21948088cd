//! Answers recorded from upstream v0.26.6, next to ours: status, members in order, their types, texts of refusals.
//!
//! Where we differ on purpose, `explain` names the rule of v2-contract.md; a difference that no rule names fails, and so does a
//! rule that nothing needs any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::BufReader;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::ids;
use crate::api_v1::app::{self, App};
use crate::support::redis::{Server, open};
use crate::support::{self, Shape};

mod before;
mod explain;
mod walk;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/recorded-v2");
const USER: &str = "golden@example.com";
const USER2: &str = "second@example.com";

#[tokio::test]
async fn answers_have_the_shape_of_upstreams() {
    replayed(App::new()).await;
}

#[tokio::test]
async fn answers_have_the_shape_of_upstreams_on_redis() {
    let server = Server::start().await;
    replayed(App::in_real_time(Arc::new(open(&server.url()).await))).await;
}

/// The keys of a secret, and which API made it.
type Keys = BTreeMap<String, (String, String)>;

/// The accounts, each as `user:token`.
struct Accounts {
    user: String,
    user2: String,
}

async fn replayed(app: App) {
    let accounts = Accounts {
        user: format!("{USER}:{}", app.account(USER, "default").await),
        user2: format!("{USER2}:{}", app.account(USER2, "default").await),
    };
    let index: Value = serde_json::from_slice(&fs::read(format!("{FOLDER}/index.json")).unwrap()).unwrap();
    let cases = index["cases"].as_array().unwrap();
    assert!(cases.len() > 150, "the recordings are there");
    let mut keys = before::unrecorded(&app, &accounts, cases).await;
    let (mut unexplained, mut used) = (Vec::new(), BTreeSet::new());
    for case in cases {
        let name = case["name"].as_str().unwrap();
        before::before(&app, &accounts, name, &keys).await;
        let recorded = fs::read(format!("{FOLDER}/{}", case["file"].as_str().unwrap())).unwrap();
        let theirs = support::Answer::read(&mut BufReader::new(&*recorded), true).unwrap();
        let ours = replay(&app, &accounts, case, &keys).await;
        if let (Some(keep), 200) = (case["keep"].as_str(), ours.status.as_u16()) {
            keys.insert(keep.to_owned(), ids(&ours));
        }
        for difference in differences(&theirs, &ours) {
            match explain::rule(name, &difference) {
                Some(rule) => drop(used.insert(rule)),
                None => unexplained.push(format!("{name}: {difference}")),
            }
        }
    }
    assert!(unexplained.is_empty(), "{} unexplained:\n{}", unexplained.len(), unexplained.join("\n"));
    let idle: Vec<_> = explain::rules().filter(|rule| !used.contains(rule)).collect();
    assert!(idle.is_empty(), "rules that nothing needs any more: {idle:?}");
}

/// As it reaches the routes.
fn normalised(path: &str) -> axum::http::Uri {
    readonce::server::normaliser("").normalise(path.parse().unwrap())
}

/// The domain that upstream did not know is our own address here.
const FOREIGN: (&str, &str) = ("secrets.example.org", "elsewhere.example.org");

async fn replay(app: &App, accounts: &Accounts, case: &Value, keys: &Keys) -> app::Answer {
    let fill = |text: &str| {
        keys.iter().fold(text.replace(FOREIGN.0, FOREIGN.1), |text, (name, (secret, receipt))| {
            text.replace(&format!("{{{name}.S}}"), secret).replace(&format!("{{{name}.R}}"), receipt)
        })
    };
    let method = Method::try_from(case["method"].as_str().unwrap()).unwrap();
    let mut request =
        Request::builder().method(method).uri(normalised(&fill(case["path"].as_str().unwrap())));
    if let Some(who) = case["auth"].as_str() {
        request = request.header("authorization", authorization(who, accounts));
    }
    for header in case["headers"].as_array().unwrap() {
        request = request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
    }
    if let Some(media) = case["content_type"].as_str() {
        request = request.header("content-type", media);
    }
    app.send(request.body(body(&case["body"], fill)).unwrap()).await
}

fn authorization(who: &str, Accounts { user, user2 }: &Accounts) -> String {
    let basic = |credentials: &str| format!("Basic {}", STANDARD.encode(credentials));
    let token = user.split_once(':').unwrap().1;
    match who {
        "user" => basic(user),
        "user2" => basic(user2),
        "custid" => basic(&format!("ur6jf42t7kmfkookdnu05t5yd51:{token}")),
        "bad" => basic(&format!("{USER}:wrong")),
        "emptyuser" => basic(&format!(":{token}")),
        "upperuser" => basic(&format!("{}:{token}", USER.to_uppercase())),
        other => other.to_owned(),
    }
}

fn body(body: &Value, fill: impl Fn(&str) -> String) -> Body {
    if let Some(text) = body["latin1"].as_str() {
        return Body::from(
            text.chars().map(|character| u8::try_from(character).unwrap()).collect::<Vec<_>>(),
        );
    }
    if let Some(repeated) = body["repeat"].as_str() {
        let count = usize::try_from(body["count"].as_u64().unwrap()).unwrap();
        let [prefix, suffix] = ["prefix", "suffix"].map(|part| body[part].as_str().unwrap());
        return Body::from(format!("{prefix}{}{suffix}", repeated.repeat(count)));
    }
    body.as_str().map_or_else(Body::empty, |text| Body::from(fill(text)))
}

/// In what ours is not theirs, each in a line: a status, a member, a text.
fn differences(theirs: &support::Answer, ours: &app::Answer) -> Vec<String> {
    let status = ours.status.as_u16();
    let mut found = Vec::new();
    if theirs.status != status {
        found.push(format!("status {} > {status}", theirs.status));
        if status >= 400 {
            let body = ours.json();
            assert!(body["error"].is_string() && body["error_type"].is_string(), "{}", ours.text);
        }
        return found;
    }
    if theirs.body.is_empty() {
        return vec!["an empty body".to_owned()];
    }
    if status >= 400 {
        let ours = serde_json::from_str(&ours.text.replace(FOREIGN.1, FOREIGN.0)).unwrap();
        walk::refusal(&theirs.json(), &ours, &mut found);
    } else {
        walk::shapes("", &Shape::of(&theirs.body), &Shape::of(ours.text.as_bytes()), &mut found);
    }
    found
}
