//! Allocations on the thread that serves a request, from the router's door to the last byte of the answer, with the log line;
//! the store's own threads are not counted. And of what a request is made of: sealing, opening, reading a form.
//!
//! The first requests fill caches, and a channel allocates for many messages at once, so what is held to a ceiling is the
//! median of many counts, which is the same in every run.

use std::io;
use std::time::Duration;

use allocation_counter::measure;
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use readonce::domain::key::generate_pair;
use readonce::domain::{ClientNetwork, Plaintext, Timestamp, TokenName};
use readonce::http::params::Params;
use readonce::metrics::{Build, Limit, Metrics, Operation, SecretEvent, StoreErrorKind, StoreOp};
use readonce::service::TokenMade;
use readonce::vault::{HashPool, Keyring, Vault};
use tokio::runtime::{Builder, Runtime};
use tracing::subscriber::with_default;
use zeroize::Zeroizing;

use crate::api_v1::app::App;

const TIMES: usize = 101;

/// The median of many counts.
fn median(count: impl FnMut(usize) -> u64) -> u64 {
    let mut counts: Vec<u64> = (0..TIMES).map(count).collect();
    counts.sort_unstable();
    counts[TIMES / 2]
}

/// What was counted is not more than `ceiling`; much less is told, too, since a ceiling that is far away holds nothing.
#[track_caller]
fn within(what: &str, counted: u64, ceiling: u64) {
    eprintln!("{what}: {counted} allocations, ceiling {ceiling}");
    assert!(
        counted <= ceiling,
        "{what} allocates {counted} times, and {ceiling} is the ceiling\nhint: look for a copy or a box that is new on \
         this path; if it has to be, raise the ceiling in {} and say why in the commit",
        file!()
    );
    assert!(
        counted * 4 >= ceiling * 3,
        "{what} allocates {counted} times only\nhint: well done; lower its ceiling of {ceiling} in {} to {}",
        file!(),
        counted + counted / 10
    );
}

/// A thread's whole server: nothing of it runs elsewhere but the store.
struct Served {
    runtime: Runtime,
    app: App,
}

impl Served {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let app = runtime.block_on(async { App::new() });
        Self { runtime, app }
    }

    fn share(&self) -> (String, String) {
        self.runtime.block_on(self.app.share(&format!("secret={}", "x".repeat(100))))
    }

    /// The allocations of one request, which has to be answered with 200. The line is logged, as it is by default.
    fn count(&self, request: Request<Body>) -> u64 {
        let mut status = None;
        let logger = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_writer(io::sink)
            .with_target(false)
            .with_ansi(false)
            .finish();
        let counted = with_default(logger, || {
            measure(|| status = Some(self.runtime.block_on(self.app.send(request)).status))
        });
        assert_eq!(status.unwrap(), 200);
        counted.count_total
    }

    fn post(&self, path: &str, body: String) -> u64 {
        let form = "application/x-www-form-urlencoded";
        self.count(Request::post(path).header("content-type", form).body(Body::from(body)).unwrap())
    }
}

#[test]
fn a_ping() {
    let served = Served::new();
    let counted = median(|_| served.count(Request::get("/api/v1/status").body(Body::empty()).unwrap()));
    within("a ping", counted, 16);
}

#[test]
fn a_share() {
    let served = Served::new();
    let counted = median(|turn| served.post("/api/v1/share", format!("secret={turn:0100}")));
    within("a share", counted, 29);
}

#[test]
fn signing_in_by_whichever_token() {
    let served = Served::new();
    let (email, accounts) = ("ann@example.org", served.app.service.accounts());
    let named = |number: usize| {
        let name = TokenName::parse(&format!("number {number}")).unwrap();
        served.runtime.block_on(async {
            let me = accounts.find(email).await.unwrap().unwrap();
            match accounts.add_token(&me.id, name, None).await.unwrap() {
                TokenMade::Made { token, .. } => token.expose().to_owned(),
                other => panic!("{other:?}"),
            }
        })
    };
    let first = served.runtime.block_on(served.app.account(email, "default"));
    let counted = |token: &str| {
        let credentials = format!("Basic {}", STANDARD.encode(format!("{email}:{token}")));
        median(|_| {
            let request = Request::get("/api/v1/authcheck").header("authorization", &credentials);
            served.count(request.body(Body::empty()).unwrap())
        })
    };
    let alone = counted(&first);
    within("signing in", alone, 23);
    let tokens: Vec<_> = (0..20).map(named).collect();
    for token in [&first, &tokens[0], &tokens[19]] {
        assert_eq!(counted(token), alone, "one of many costs as much as the only one");
    }
}

#[test]
fn metadata() {
    let served = Served::new();
    let (_, metadata) = served.share();
    let counted = median(|_| served.post(&format!("/api/v1/private/{metadata}"), String::new()));
    within("metadata", counted, 22);
}

#[test]
fn a_read() {
    let served = Served::new();
    let counted = median(|_| {
        let (secret, _) = served.share();
        served.post(&format!("/api/v1/secret/{secret}"), String::new())
    });
    within("a read", counted, 23);
}

/// By v2, whose answers are four times as long, with links in them.
#[test]
fn v2_conceal_look_receipt_and_reveal() {
    let served = Served::new();
    let json = |path: String, body: String| {
        Request::post(path).header("content-type", "application/json").body(Body::from(body)).unwrap()
    };
    let conceal = |turn: usize| {
        let body = format!("{{\"secret\":{{\"secret\":\"{turn:0100}\"}}}}");
        served.count(json("/api/v2/secret/conceal".to_owned(), body))
    };
    within("a conceal", median(conceal), 40);
    let (secret, metadata) = served.share();
    let get = |path: String| served.count(Request::get(path).body(Body::empty()).unwrap());
    within("a look", median(|_| get(format!("/api/v2/secret/{secret}"))), 22);
    within("a receipt of v2", median(|_| get(format!("/api/v2/receipt/{metadata}"))), 45);
    let reveal = |_| {
        let (secret, _) = served.share();
        served.count(json(format!("/api/v2/secret/{secret}/reveal"), "{\"continue\":true}".to_owned()))
    };
    within("a reveal of v2", median(reveal), 30);
}

#[test]
fn sealing_and_opening() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let (now, later) = (Timestamp(1_000), Timestamp(2_000));
    let vault = Vault::new(Keyring::generate(now), HashPool::new(4));
    let (key, _) = generate_pair();
    let network = ClientNetwork::of([192, 0, 2, 1].into());
    let text = Plaintext::new(Zeroizing::new("x".repeat(100)));
    let seal = || runtime.block_on(vault.seal(&key, &text, None, now, later, network)).unwrap();
    within("sealing", median(|_| measure(|| drop(seal())).count_total), 2);
    let envelope = seal();
    let open = || vault.ring().open(&key, &envelope, now).unwrap();
    assert_eq!(open().expose(), text.expose());
    within("opening", median(|_| measure(|| drop(open())).count_total), 2);
}

#[test]
fn reading_a_form() {
    let body = format!("secret={}&ttl=3600", "x".repeat(100));
    let read = || Params::parse(None, Some(b"application/x-www-form-urlencoded"), body.as_bytes()).unwrap();
    assert_eq!(read().text("ttl"), Some("3600"));
    within("reading a form", median(|_| measure(|| drop(read())).count_total), 6);
}

/// All handles are made in advance, but for the counter of a route's first answer of each status.
#[test]
fn recording_metrics() {
    let metrics =
        Metrics::enabled(&Build { version: "1.2.3", region: "eu", started: Timestamp(1_795_248_429) });
    let record = || {
        let operation = Some(Operation::Reveal);
        metrics.answered("/api/v1/secret/{key}", operation, "POST", 200, Duration::from_millis(2));
        drop(metrics.time(StoreOp::Take));
        metrics.store_error(StoreErrorKind::Unavailable);
        metrics.secret(SecretEvent::Revealed);
        metrics.rate_limited(Limit::Read);
        metrics.wrong_passphrase();
        metrics.failed_login();
    };
    record();
    assert_eq!(measure(|| (0..TIMES).for_each(|_| record())).count_total, 0);
}
