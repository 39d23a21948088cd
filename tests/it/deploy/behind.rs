//! The examples for nginx and Caddy, run for real: links, addresses, limits, refusals, and what the logs do not say.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::OnceLock;

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with};

use super::FORM;
use super::front::{Front, HOST, Kind};
use super::installation::Installation;
use crate::support::document::block_with;
use crate::support::{Client, Connection, SOON, Server, Shared, UNLIMITED, wait_for};

const PUBLIC: &[(&str, &str)] = &[("READONCE_BASE_URL", "https://secrets.example.org")];

macro_rules! suite {
    ($name:ident, $kind:expr, $($test:ident => $body:ident),+ $(,)?) => {
        mod $name {
            use super::Kind;

            $(#[test]
            fn $test() {
                super::$body($kind);
            })+
        }
    };
}

suite!(
    nginx,
    Kind::Nginx,
    limits_go_by_the_clients_address_and_nobody_can_choose_it => limits_go_by_the_clients_address,
    refusals_pass_through_and_the_proxys_own_are_json_too => refusals_pass_through,
    links_are_public_and_nothing_goes_in_the_clear => links_are_public,
    a_sub_path_works => a_sub_path_works,
);
suite!(
    caddy,
    Kind::Caddy,
    limits_go_by_the_clients_address_and_nobody_can_choose_it => limits_go_by_the_clients_address,
    refusals_pass_through_and_the_proxys_own_are_json_too => refusals_pass_through,
    large_uploads_are_refused_in_json_however_they_are_sent => large_uploads_are_refused,
    links_are_public_and_nothing_goes_in_the_clear => links_are_public,
    a_sub_path_works => a_sub_path_works,
);
// TLS and what belongs to it is the business of a proxy before this one.
suite!(
    compose,
    Kind::Compose,
    limits_go_by_the_clients_address_and_nobody_can_choose_it => limits_go_by_the_clients_address,
    refusals_pass_through_and_the_proxys_own_are_json_too => refusals_pass_through,
);

/// Where nobody listens, nor ever will: a port that is merely free may be the proxy's own a moment later.
pub(super) fn nobody() -> SocketAddr {
    static HELD: OnceLock<(OwnedFd, SocketAddr)> = OnceLock::new();
    let (_, address) = HELD.get_or_init(|| {
        let held = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
        bind(&held, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = SocketAddr::try_from(getsockname(&held).unwrap()).unwrap();
        (held, address)
    });
    *address
}

/// One instance behind a proxy that knows of two, which clients must not notice.
struct Running {
    client: Client,
    front: Front,
    server: Server,
    installation: Installation,
}

fn running(kind: Kind) -> Running {
    let installation = Installation::new(&[PUBLIC, UNLIMITED].concat());
    let server = installation.instance();
    let front = Front::new(kind, [server.address(), nobody()]);
    let client = front.serving();
    Running { client, front, server, installation }
}

fn limits_go_by_the_clients_address(kind: Kind) {
    let installation = Installation::new(&[PUBLIC, &[("READONCE_LIMITS__CREATE", "3")]].concat());
    let server = installation.instance();
    // The second instance is not there, which clients must not notice.
    let front = Front::new(kind, [server.address(), nobody()]);
    front.serving();
    let (one, other) = (front.client(2), front.client(3));
    for _ in 0..3 {
        one.share("as many as are allowed");
    }
    let message = "Apologies dear citizen! You have been rate limited.";
    let limited = one.post("/share", &[("secret", "one more")]).refused(429, message);
    assert!(limited.header("retry-after").is_some());
    let claimed = [("X-Forwarded-For", "198.51.100.7"), ("X-Real-IP", "198.51.100.7")];
    for header in claimed {
        one.ask("POST", "/api/v1/share?secret=x", &[header], None).refused(429, message);
    }
    other.share("another client");
    server.stop();
}

/// With what `docs/proxies.md` adds to the example: what the CDN says counts, and what others say does not.
#[test]
fn a_cdn_in_front_of_caddy_is_believed_and_nobody_else() {
    let line = block_with("docs/proxies.md", "caddyfile", "trusted_proxies");
    let line = line.replace("192.0.2.0/24 198.51.100.0/24", "127.0.0.5/32");
    let both = ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1,127.0.0.5");
    let installation = Installation::new(&[PUBLIC, &[both, ("READONCE_LIMITS__CREATE", "1")]].concat());
    let server = installation.instance();
    let place = "\t\theader_up -Idempotency-Key\n";
    let front = Front::with(Kind::Caddy, [server.address(), nobody()], &[(place, &format!("{place}{line}"))]);
    front.serving();
    let (cdn, stranger) = (front.client(5), front.client(6));
    let share = |client: &Client, header: &str| {
        client.ask("POST", "/api/v1/share?secret=x", &[("X-Forwarded-For", header)], Some(b"")).status
    };
    assert_eq!([share(&cdn, "198.51.100.7"), share(&cdn, "198.51.100.8")], [200, 200]);
    assert_eq!(share(&cdn, "198.51.100.7"), 429);
    assert_eq!([share(&stranger, "198.51.100.9"), share(&stranger, "198.51.100.10")], [200, 429]);
    server.stop();
}

/// As curl sends them: `Expect` with what is over 1 MiB, which Caddy hands on, and then sends all of it at once.
fn large_uploads_are_refused(kind: Kind) {
    let Running { installation: _kept, server, front, .. } = running(kind);
    let body = format!("secret={}", "x".repeat(2 * 1024 * 1024));
    let length = body.len();
    for turn in 0..20 {
        let mut connection = Connection::over(&front.way(HOST)).unwrap();
        let head = format!(
            "POST /api/v1/share HTTP/1.1\r\nHost: {HOST}\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        );
        connection.send(head.as_bytes()).unwrap();
        if turn % 2 == 0 {
            drop(connection.send(body.as_bytes())); // it may be answered before that is all there
        }
        let mut answer = connection.answer().unwrap();
        if answer.status == 100 && turn % 2 == 1 {
            drop(connection.send(body.as_bytes()));
        }
        while answer.status == 100 {
            answer = connection.answer().unwrap();
        }
        assert_eq!(answer.status, 413, "{turn}: {}", answer.text());
        assert_eq!(answer.member("message"), "The request is too large", "{turn}");
    }
    server.stop();
}

fn refusals_pass_through(kind: Kind) {
    let Running { installation, server, front, client } = running(kind);

    let shared = client.share("kept on one connection");
    let head = |length: usize| ("X-Long", "x".repeat(length));
    let (name, long) = head(20_000);
    client.ask("GET", "/api/v1/status", &[(name, &long)], None).ok();
    let (name, longer) = head(60_000);
    let refused = client.ask("GET", "/api/v1/status", &[(name, &longer)], None);
    assert_eq!(refused.status, 431, "{}", refused.text());
    if !matches!(kind, Kind::Caddy) {
        refused.refused(431, "The request's head is too large");
    }

    for length in [70_000, 300_000] {
        let body = format!("secret={}", "x".repeat(length));
        let answer = client.ask("POST", "/api/v1/share", &[FORM], Some(body.as_bytes()));
        answer.refused(413, "The request is too large");
    }
    let value = "x".repeat(10_001);
    assert_eq!(client.post("/share", &[("secret", &value)]).status, 404, "too large for a secret");

    // readonce says that the store is out; it is not the proxy's business to say it otherwise.
    installation.redis.pause();
    let direct = server.client().receipt(&shared).unavailable();
    let through = client.receipt(&shared);
    installation.redis.resume();
    if matches!(kind, Kind::Caddy) {
        through.unavailable(); // or Caddy's own: its health checks may have noticed first
    } else {
        assert_eq!(through.unavailable().member("message"), direct.member("message"));
    }
    front.serving();
    client.reads_once(&shared, "kept on one connection");

    server.stop();
    let away = client.receipt(&shared).unavailable();
    assert_eq!(away.member("message"), "The server cannot be reached. Please try again shortly.");
}

fn links_are_public(kind: Kind) {
    let Running { installation: _running, server, front, client } = running(kind);
    let shared = client.share("hello");
    let read = client.reveal(&shared).ok();
    assert_eq!(read.member("share_domain"), "https://secrets.example.org");
    assert!(read.header("strict-transport-security").is_some());
    assert_eq!(read.header("cache-control"), Some("no-store, no-transform"));

    // A client's connection is kept.
    let mut kept = Connection::over(&front.way(HOST)).unwrap();
    for _ in 0..20 {
        kept.send(format!("GET /api/v1/status HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).unwrap();
        kept.answer().unwrap().ok();
    }

    let clear = front.in_the_clear();
    let to = clear.get("/some/page");
    assert_eq!((to.status, to.header("location")), (301, Some("https://secrets.example.org/some/page")));
    // As the default of its port it is asked for any host; it redirects to its own.
    if matches!(kind, Kind::Nginx) {
        let asked = front.in_the_clear_as("evil.example").get("/secret/0123456789");
        assert_eq!(asked.header("location"), Some("https://secrets.example.org/secret/0123456789"));
    }
    let refused = clear.ask("POST", "/api/v1/share?secret=x", &[], None);
    refused.refused(403, "This server is reached by https only");
    server.stop();
}

fn a_sub_path_works(kind: Kind) {
    let below = ("READONCE_BASE_URL", "https://secrets.example.org/ots");
    let installation = Installation::new(&[UNLIMITED, &[below]].concat());
    let server = installation.instance();
    let change = match kind {
        Kind::Nginx | Kind::Compose => {
            ("    location / {\n        proxy_pass", "    location /ots/ {\n        proxy_pass")
        }
        Kind::Caddy => ("\thandle {", "\thandle /ots/* {"),
        kind => unreachable!("{kind:?} hands on what is below a path as it is"),
    };
    let front = Front::with(kind, [server.address(), nobody()], &[change]);
    let client = front.client(2);
    wait_for("a proxy that reaches an instance", SOON, || {
        (client.get("/ots/health/ready").status == 200).then_some(())
    });
    let created = client.ask("POST", "/ots/api/v1/share?secret=below", &[], None).ok();
    let shared = Shared::of(&created);
    let read = client.ask("POST", &format!("/ots/api/v1/secret/{}", shared.secret), &[], None).ok();
    assert_eq!(read.member("value"), "below");
    assert_eq!(read.member("share_domain"), "https://secrets.example.org/ots");
    let beside = client.ask("POST", "/api/v1/share?secret=beside", &[], None);
    assert!(beside.header("x-request-id").is_none(), "readonce was asked: {beside:?}");
    server.stop();
}
