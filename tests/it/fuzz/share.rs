//! A share whose body is damaged: refused, it stores nothing; taken, it stores what was read, once, and gives that back.

use axum::body::Body;
use axum::http::Request;
use readonce::domain::Timestamp;
use readonce::http::params::Params;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::run::fuzz_some;
use crate::api_v1::app::{App, NOW};
use crate::support::text::form;

/// One server for all of them, which keeps nothing between two.
struct World {
    runtime: Runtime,
    app: App,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let app = runtime.block_on(async { App::new() });
        Self { runtime, app }
    }

    async fn kept(&self) -> u64 {
        self.app.store.counts(Timestamp(NOW)).await.unwrap().live
    }

    /// Whether it was taken.
    fn share(&self, path: &str, content_type: &str, input: &[u8]) -> bool {
        self.runtime.block_on(async {
            let request = Request::post(path).header("content-type", content_type);
            let answer = self.app.send(request.body(Body::from(input.to_vec())).unwrap()).await;
            assert!(answer.status.as_u16() < 500, "{}", answer.text);
            if answer.status != 200 {
                assert_eq!(self.kept().await, 0, "{} stored something: {}", answer.status, answer.text);
                return false;
            }
            assert_eq!(self.kept().await, 1, "{}", answer.text);
            let params = Params::parse(None, Some(content_type.as_bytes()), input).unwrap().unwrap_secret();
            let told = |name| params.text(name).unwrap_or_default();
            let read = form(&[("passphrase", told("passphrase"))]);
            let key = key_of(&answer.json());
            let value = self.app.post(&format!("/api/v1/secret/{key}"), &read).await;
            assert_eq!(value.status, 200, "{}", value.text);
            assert_eq!(value.field("value"), told("secret"));
            assert_eq!(self.kept().await, 0);
            true
        })
    }
}

/// The secret key, where either API has it.
fn key_of(body: &Value) -> String {
    let key = body["secret_key"].as_str().or(body["record"]["secret"]["identifier"].as_str());
    key.unwrap_or_else(|| panic!("no key in {body}")).to_owned()
}

#[test]
fn a_form_by_v1() {
    let world = World::new();
    let words = ["&", "=", "+", "%41", "[", "]", "secret", "secret[secret]=", "&ttl=", "\0"];
    let kind = "application/x-www-form-urlencoded";
    fuzz_some("form", &["plain", "nested"], 100, &words, |input| world.share("/api/v1/share", kind, input));
}

#[test]
fn json_by_v1() {
    let world = World::new();
    let words = ["{", "}", "[", "]", ",", ":", "null", "\\u0000", "\"secret\":"];
    fuzz_some("json", &["plain", "v2"], 100, &words, |input| {
        world.share("/api/v1/share", "application/json", input)
    });
}

#[test]
fn json_by_v2() {
    let world = World::new();
    let words = ["{", "}", "[", "]", ",", ":", "null", "\\u0000", "\"secret\":"];
    fuzz_some("json", &["v2"], 100, &words, |input| {
        world.share("/api/v2/secret/conceal", "application/json", input)
    });
}
