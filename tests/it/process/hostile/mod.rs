//! Hundreds of requests that nobody should send, over raw sockets, on both stores: no answer is an error of the server, none
//! hangs, none tells a secret, and what was shared before can still be read once afterwards (security-design.md §3, P8).
//!
//! The requests are generated from tables, a file each. A table says what a request is, not what its answer is: that is
//! `wire`'s business. What has to hold for all of them is here.

use std::io::Write as _;
use std::net::SocketAddr;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::secrecy::nothing_of;
use super::shared_store::{DURABLE, Region};
use super::wire::proper;
use crate::support::{Account, Answer, Client, Connection, Home, Server, Shared, UNLIMITED, in_threads};

mod bodies;
mod credentials;
mod heads;
mod pages;
mod paths;
mod v2;
mod values;

/// No answer may take longer.
const AT_MOST: Duration = Duration::from_secs(5);
const MARKERS: [&str; 5] =
    ["canary-PLAIN-4Xw8", "canary-LOCKED-7Ub2", "canary-PASS-9Kf5", "canary-OWN-3Gd6", "canary-GUARDED-8Te1"];

/// What has to come back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    /// The head is one: an answer in JSON, below 500 (or a 503 that says why).
    Json,
    /// The same, and it is a refusal.
    Refused,
    /// A page, below 500.
    Page,
    /// It is no HTTP: closed, or hyper's own refusal without a body.
    NoHttp,
    /// Its head is borderline: either.
    Either,
}

/// One hostile request.
struct Shot {
    bytes: Vec<u8>,
    expected: Expected,
}

impl Shot {
    fn new(expected: Expected, bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), expected }
    }

    /// A POST with a body of this length.
    fn post(expected: Expected, path: &str, fields: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head =
            format!("POST /api/v1{path} HTTP/1.1\r\nHost: x\r\n{fields}Content-Length: {length}\r\n\r\n");
        Self::new(expected, [head.as_bytes(), body].concat())
    }
}

/// What the requests are aimed at.
struct Targets {
    secret: String,
    receipt: String,
    account: Account,
}

fn every_shot(targets: &Targets) -> Vec<Shot> {
    [
        heads::shots(targets),
        paths::shots(targets),
        bodies::shots(targets),
        values::shots(),
        credentials::shots(targets),
        pages::shots(targets),
        v2::shots(targets),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Sends one, and sees to what has to hold for all.
fn fire(address: SocketAddr, shot: &Shot) -> Vec<Answer> {
    let told = shot.bytes[..shot.bytes.len().min(300)].escape_ascii();
    let started = Instant::now();
    let mut connection = Connection::open(address).unwrap();
    // The server may refuse and close before it has it all.
    let sent = connection.send(&shot.bytes).is_ok();
    let mut answers = Vec::new();
    let is_head = shot.bytes.starts_with(b"HEAD ");
    loop {
        let answer = if is_head { connection.head() } else { connection.answer() };
        assert!(started.elapsed() < AT_MOST, "{:?} for {told}", started.elapsed());
        let Ok(answer) = answer else { break };
        let goes_on = answer.status == 100;
        answers.push(answer);
        if !goes_on {
            break;
        }
    }
    let Some(answer) = answers.last() else {
        let may_be_closed = !sent || matches!(shot.expected, Expected::NoHttp | Expected::Either);
        assert!(may_be_closed, "no answer to {told}");
        return answers;
    };
    assert!(answer.status < 500 || answer.status == 503, "{told}: {answer:?}");
    if answer.status == 503 {
        answer.clone().unavailable();
    }
    let bare = answer.body.is_empty() && !is_head;
    match shot.expected {
        Expected::NoHttp => assert!(bare && matches!(answer.status, 400 | 414 | 431), "{told}: {answer:?}"),
        Expected::Either if bare => assert!(matches!(answer.status, 400 | 414 | 431), "{told}: {answer:?}"),
        Expected::Refused => assert!(proper(answer.clone()).status >= 400, "{told}: {answer:?}"),
        Expected::Json | Expected::Either => drop(proper(answer.clone())),
        Expected::Page => {
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{told}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{told}: {policy}");
        }
    }
    answers
}

struct Canaries {
    account: Account,
    plain: Shared,
    locked: Shared,
    own: Shared,
    guarded: Shared,
}

impl Canaries {
    fn share(server: &Server, account: Account) -> Self {
        let (anyone, owner) = (server.client(), server.client_of(&account));
        Self {
            plain: anyone.share(MARKERS[0]),
            locked: anyone.share_locked(MARKERS[1], MARKERS[2]),
            own: owner.share(MARKERS[3]),
            guarded: owner.share_locked(MARKERS[4], MARKERS[2]),
            account,
        }
    }

    /// Each can be read, once.
    fn live(&self, server: &Server) {
        let reads = |client: &Client, shared: &Shared, value: &str| {
            assert_eq!(client.state(shared), "new");
            assert_eq!(client.unlock(shared, MARKERS[2]).ok().member("value"), value);
            client.unlock(shared, MARKERS[2]).unknown();
            assert_eq!(client.state(shared), "received");
        };
        let (anyone, owner) = (server.client(), server.client_of(&self.account));
        reads(&anyone, &self.plain, MARKERS[0]);
        reads(&anyone, &self.locked, MARKERS[1]);
        reads(&owner, &self.own, MARKERS[3]);
        reads(&owner, &self.guarded, MARKERS[4]);
    }
}

fn nothing_breaks(home: &Home) {
    let account = home.account("owner@example.com");
    let server = home.serve_with(&[UNLIMITED, &[("RUST_LOG", "trace")]].concat());
    let address = server.address();
    let canaries = Canaries::share(&server, account);
    let mut heard = Vec::new();
    let (mut fired, failed) = (0, AtomicUsize::new(0));
    for target in [&canaries.plain, &canaries.locked, &canaries.own] {
        let targets = Targets {
            secret: target.secret.clone(),
            receipt: target.receipt.clone(),
            account: canaries.account.clone(),
        };
        let shots = every_shot(&targets);
        fired += shots.len();
        let next = AtomicUsize::new(0);
        let volleys = in_threads(0..4, |_| {
            let mut heard = Vec::new();
            while let Some(shot) = shots.get(next.fetch_add(1, Ordering::Relaxed)) {
                // All that fail are told, not the first only.
                let fired = catch_unwind(|| fire(address, shot));
                failed.fetch_add(usize::from(fired.is_err()), Ordering::Relaxed);
                for answer in fired.unwrap_or_default() {
                    writeln!(heard, "{:?}", answer.headers).unwrap();
                    heard.extend(answer.body);
                }
            }
            heard
        });
        heard.extend(volleys.into_iter().flatten());
    }
    assert_eq!(failed.into_inner(), 0, "requests that went wrong, told above");
    let each = fired / 3;
    eprintln!("{each} requests at each of 3 secrets");
    assert!(each >= 300, "only {each} requests");

    let mut markers = MARKERS.map(str::to_owned).to_vec();
    markers.push(canaries.account.token.clone());
    nothing_of(&markers, &[("the answers".to_owned(), heard)], "heard");
    canaries.live(&server);
    let ran = server.stop();
    let told =
        [("the log".to_owned(), ran.stdout.into_bytes()), ("stderr".to_owned(), ran.stderr.into_bytes())];
    nothing_of(&markers, &told, "told");
    let log = String::from_utf8_lossy(&told[0].1);
    assert!(!log.contains("a panic"), "a request caused a panic");
}

#[test]
fn nothing_breaks_on_sqlite() {
    nothing_breaks(&Home::new());
}

#[test]
fn nothing_breaks_on_redis() {
    let region = Region::new(DURABLE);
    nothing_breaks(&region.home);
}
