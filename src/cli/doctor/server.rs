//! Checks the server that runs at the configured address, if one does: only it knows whether the files that it has open are still
//! those of their names (ADR 0047).

use std::time::Duration;

use super::report::Report;
use crate::cli::local;
use crate::config::Settings;
use crate::domain::Listen;

/// A server answers within the deadline of a request, whatever its store does.
const TIMEOUT: Duration = Duration::from_secs(8);

/// What answers at the address.
#[derive(Clone, Debug)]
pub(super) enum Server {
    /// Nobody, another program, or one that is about to end.
    Away,
    /// One that takes work.
    Ready(Listen),
    /// One that takes none.
    Unready(Listen),
}

/// Asks it, and reports what it says. Where it wants the PROXY protocol it is asked at `metrics.listen`.
pub(super) fn check(settings: &Settings, report: &mut Report) -> Server {
    let at = match (settings.http.proxy_protocol, settings.metrics.listen) {
        (false, _) => settings.listen.clone(),
        (true, Some(metrics)) => Listen::Tcp(metrics),
        (true, None) => {
            report.note(
                "server: not asked, as it takes connections with the PROXY protocol only",
                "with `metrics.listen` set, it answers /health/ready there",
            );
            return Server::Away;
        }
    };
    let server = ask(local::reachable(&at));
    match &server {
        Server::Away => {}
        Server::Ready(at) => report.ok(&format!("server: the one at {at} takes work")),
        Server::Unready(at) => report.fail(
            &format!("server: the one at {at} takes no work, or at least no shares"),
            "its log says why: `not ready: …`; docs/troubleshooting.md says what to do",
        ),
    }
    server
}

fn ask(at: Listen) -> Server {
    match local::ask(&at, "/health/ready", TIMEOUT) {
        Ok((200, body)) if body == r#"{"status":"ready"}"# => Server::Ready(at),
        Ok((503, body)) if body == r#"{"status":"unavailable"}"# => Server::Unready(at),
        _ => Server::Away,
    }
}
