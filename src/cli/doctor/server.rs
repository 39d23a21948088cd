//! Checks the server that runs at the configured address, if one does: only it knows whether the files that it has open are still
//! those of their names (ADR 0047).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ureq::Agent;

use super::report::Report;
use crate::cli::client::agent;

/// A server answers within the deadline of a request, whatever its store does.
const TIMEOUT: Duration = Duration::from_secs(8);

/// What answers at the address.
#[derive(Clone, Copy, Debug)]
pub(super) enum Server {
    /// Nobody, another program, or one that is about to end.
    Away,
    /// One that takes work.
    Ready(SocketAddr),
    /// One that takes none.
    Unready(SocketAddr),
}

/// Asks it, and reports what it says.
pub(super) fn check(listen: SocketAddr, report: &mut Report) -> Server {
    let server = ask(reachable(listen));
    match server {
        Server::Away => {}
        Server::Ready(at) => report.ok(&format!("server: the one at {at} takes work")),
        Server::Unready(at) => report.fail(
            &format!("server: the one at {at} takes no work, or at least no shares"),
            "its log says why: `not ready: …`; docs/troubleshooting.md says what to do",
        ),
    }
    server
}

/// From this machine a server that listens everywhere is at home.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let host = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    SocketAddr::new(host, listen.port())
}

fn ask(at: SocketAddr) -> Server {
    // It is this machine's: there is no proxy on the way.
    let config = agent::config(TIMEOUT).proxy(None).build();
    let answer = Agent::from(config).get(format!("http://{at}/health/ready")).call();
    let Ok(mut answer) = answer else { return Server::Away };
    let body = answer.body_mut().with_config().limit(1024).read_to_string();
    match (answer.status().as_u16(), body.as_deref()) {
        (200, Ok(r#"{"status":"ready"}"#)) => Server::Ready(at),
        (503, Ok(r#"{"status":"unavailable"}"#)) => Server::Unready(at),
        _ => Server::Away,
    }
}
