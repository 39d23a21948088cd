//! Requests that come just when kept connections end: at the proxy's own edge and at readonce's, behind a line that takes 2 ms each way.
//! `scripts/test long`.

use std::thread;
use std::time::{Duration, Instant};

use super::behind::nobody;
use super::front::{Front, Kind};
use super::installation::Installation;
use crate::support::slow_line::SlowLine;
use crate::support::{UNLIMITED, in_threads};

/// The proxies keep connections for 4 s; readonce keeps them for a second longer here, where it is 75 s by default.
const EDGES: [Duration; 2] = [Duration::from_secs(4), Duration::from_secs(5)];
const IDLE_TIMEOUT: (&str, &str) = ("READONCE_HTTP__IDLE_TIMEOUT", "5");
const EACH_WAY: Duration = Duration::from_millis(2);
const CALLERS: u64 = 50;
const ROUNDS: u64 = 20;

macro_rules! trickle {
    ($($name:ident: $kind:expr;)+) => {
        $(#[test]
        #[ignore = "scripts/test long"]
        fn $name() {
            let failed = trickle(&Installation::new(&[UNLIMITED, &[IDLE_TIMEOUT]].concat()), |at| Front::new($kind, [at, nobody()]));
            eprintln!("{:?}: {} of {} failed", $kind, failed.len(), CALLERS * ROUNDS);
            assert!(failed.is_empty(), "{failed:#?}");
        })+
    };
}

trickle! {
    behind_nginx: Kind::Nginx;
    behind_the_compose_files_nginx: Kind::Compose;
    behind_caddy: Kind::Caddy;
    behind_haproxy: Kind::Haproxy;
    behind_apache: Kind::Apache;
    behind_varnish: Kind::Varnish;
    behind_squid: Kind::Squid;
    behind_lighttpd: Kind::Lighttpd;
}

/// The same sees what it is for: a proxy that keeps connections for longer than readonce meets those that close.
#[test]
#[ignore = "scripts/test long"]
fn a_proxy_that_keeps_them_too_long_meets_the_end() {
    let failed = trickle(&Installation::new(&[UNLIMITED, &[IDLE_TIMEOUT]].concat()), |at| {
        Front::with(Kind::Nginx, [at, nobody()], &[("keepalive_timeout 4s;", "keepalive_timeout 60s;")])
    });
    eprintln!("nginx with 60 s: {} of {} failed", failed.len(), CALLERS * ROUNDS);
    assert!(!failed.is_empty());
}

/// What failed.
fn trickle(installation: &Installation, front: impl Fn(std::net::SocketAddr) -> Front) -> Vec<String> {
    let server = installation.instance();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let line = runtime.block_on(SlowLine::to(vec![server.address()], EACH_WAY));
    let front = front(line.address());
    front.serving();
    let failed = in_threads(0..CALLERS, |caller| {
        let mut failed = Vec::new();
        for round in 0..ROUNDS {
            let shared = server.client().share("kept");
            let answered = Instant::now();
            // From 5 ms before the edge to 5 ms after it.
            let off = Duration::from_micros((caller * 211 + round * 1_013) % 10_000);
            let due = answered + EDGES[usize::from(round % 2 == 1)] + off;
            thread::sleep(due.saturating_duration_since(Instant::now() + Duration::from_millis(5)));
            // On a new connection to the proxy each: it is the one to readonce that is tried.
            let client = front.client(2);
            let (method, path) = match round / 2 % 2 {
                0 => ("GET", "/api/v1/status".to_owned()),
                _ => ("POST", format!("/api/v1/secret/{}", shared.secret)),
            };
            let answer = client.request(method, &path, &[], (method == "POST").then_some(b""));
            if !answer.as_ref().is_ok_and(|answer| answer.status == 200) {
                let state = server.client().state(&shared);
                failed.push(format!("{method} in round {round}, the secret is {state}: {answer:?}"));
            }
        }
        failed
    });
    server.stop();
    failed.concat()
}
