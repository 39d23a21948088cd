//! A restart keeps everything; a stop lets what is in flight end; health tells which of it is going on.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::text::form;
use crate::support::{Account, Connection, Home, SOON, Server, Shared, UNLIMITED, wait_for};

#[test]
fn a_restart_keeps_secrets_receipts_accounts_and_lists() {
    let home = Home::new();
    let account = home.account("owner@example.com");
    let server = home.serve_with(UNLIMITED);
    let owner = server.client_of(&account);
    let unread = owner.share("kept");
    let locked = owner.share_locked("kept and locked", "open sesame");
    let read = owner.share("read before");
    let burned = owner.share("burned before");
    let anonymous = server.client().share("of nobody");
    owner.reveal(&read).ok();
    owner.burn(&burned).ok();
    server.client().unlock(&locked, "wrong").unknown();
    let before: Vec<_> =
        [&unread, &locked, &read, &burned, &anonymous].map(|shared| lasting(&server, shared)).into();
    server.stop();

    let server = home.serve_with(UNLIMITED);
    let after: Vec<_> =
        [&unread, &locked, &read, &burned, &anonymous].map(|shared| lasting(&server, shared)).into();
    assert_eq!(before, after);
    let owner = server.client_of(&account);
    owner.get("/api/v1/authcheck").ok();
    let recent = owner.get("/api/v1/private/recent").ok().json();
    let listed: Vec<_> = recent
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["metadata_key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        listed,
        [burned.receipt.clone(), read.receipt.clone(), locked.receipt.clone(), unread.receipt.clone()]
    );

    let anyone = server.client();
    anyone.reads_once(&unread, "kept");
    anyone.reads_once(&anonymous, "of nobody");
    anyone.reveal(&locked).unknown();
    assert_eq!(anyone.unlock(&locked, "open sesame").ok().member("value"), "kept and locked");
    anyone.reveal(&read).unknown();
    anyone.reveal(&burned).unknown();
    server.stop();
}

/// The receipt without what time changes.
fn lasting(server: &Server, shared: &Shared) -> serde_json::Value {
    let mut receipt = server.client().receipt(shared).ok().json();
    let members = receipt.as_object_mut().unwrap();
    members.remove("metadata_ttl");
    members.remove("secret_ttl");
    receipt
}

#[test]
fn a_stop_lets_the_request_in_flight_end() {
    for signal in [Signal::TERM, Signal::INT] {
        let home = Home::new();
        let server = home.serve_with(UNLIMITED);
        let idle = server.client();
        idle.get("/health/live").ok();
        let mut in_flight = InFlight::begin(&server, "in flight");

        server.signal(signal);
        wait_for("a closed listener", SOON, || Connection::open(server.address()).is_err().then_some(()));
        let shared = in_flight.end();

        let ran = server.ended().succeeded();
        assert!(ran.stderr.contains("stopped"), "{ran:?}");
        let server = home.serve_with(UNLIMITED);
        server.client().reads_once(&shared, "in flight");
        server.stop();
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let kept = server.client().share("kept");
    let _in_flight = InFlight::begin(&server, "cut off");
    server.signal(Signal::TERM);
    wait_for("a closed listener", SOON, || Connection::open(server.address()).is_err().then_some(()));

    let told = Instant::now();
    server.signal(Signal::TERM);
    let ran = server.ended();

    assert!(told.elapsed() < Duration::from_secs(5), "it took {:?}", told.elapsed());
    assert_eq!(ran.code, Some(130), "{ran:?}");
    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&kept, "kept");
    server.stop();
}

#[test]
fn a_draining_server_says_so_and_still_works() {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_DRAIN__DELAY", "600")]].concat());
    let client = server.client();
    assert_eq!(client.get("/health/live").ok().json()["status"], "live");
    assert_eq!(client.get("/health/ready").ok().json()["status"], "ready");

    server.signal(Signal::TERM);
    let draining = wait_for("a server that drains", SOON, || {
        Some(client.get("/health/ready")).filter(|answer| answer.status != 200)
    });
    assert_eq!((draining.status, draining.json()["status"].as_str()), (503, Some("draining")));
    client.get("/health/live").ok();
    let shared = server.client().share("shared while draining");
    server.signal(Signal::TERM);
    assert_eq!(server.ended().code, Some(130));

    let server = home.serve_with(UNLIMITED);
    server.client().reads_once(&shared, "shared while draining");
    server.stop();
}

#[test]
fn health_needs_no_account_and_counts_no_credentials() {
    let home = Home::new();
    let server = home.serve();
    let stranger = server.client_of(&Account { email: "nobody@example.com".into(), token: "0".repeat(40) });
    for path in ["/health/live", "/health/ready", "/health/live/"] {
        stranger.get(path).ok();
    }
    server.stop();
}

/// A share of which the server has the head and half the body.
struct InFlight {
    connection: Connection,
    rest: String,
}

impl InFlight {
    fn begin(server: &Server, value: &str) -> Self {
        let body = form(&[("secret", value)]);
        let (half, rest) = body.split_at(body.len() / 2);
        let mut connection = Connection::open(server.address()).unwrap();
        // The server asks for the body once the handler waits for it: from then on the request is in flight.
        let head = format!(
            "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        connection.send(head.as_bytes()).unwrap();
        assert_eq!(connection.head().unwrap().status, 100);
        connection.send(half.as_bytes()).unwrap();
        Self { connection, rest: rest.to_owned() }
    }

    fn end(&mut self) -> Shared {
        self.connection.send(self.rest.as_bytes()).unwrap();
        Shared::of(&self.connection.answer().unwrap().ok())
    }
}
