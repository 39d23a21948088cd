//! Asks a server on this very machine: no proxy is on the way, and it may be at a socket in the file system.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use ureq::Agent;

use super::client::agent;
use crate::domain::Listen;

/// The longest answer that is read.
const LONGEST: u64 = 64 * 1024;

/// What it answers to a GET: the status and the body. `path` begins with a slash.
pub(super) fn ask(at: &Listen, path: &str, timeout: Duration) -> io::Result<(u16, String)> {
    match at {
        Listen::Tcp(address) => {
            let config = agent::config(timeout).proxy(None).build();
            let answer = Agent::from(config).get(format!("http://{address}{path}")).call();
            let mut answer = answer.map_err(ureq::Error::into_io)?;
            let body = answer.body_mut().with_config().limit(LONGEST).read_to_string();
            Ok((answer.status().as_u16(), body.map_err(ureq::Error::into_io)?))
        }
        Listen::Unix(socket) => ask_socket(socket, path, timeout),
    }
}

/// The same over a socket, which the library does not know: one request of HTTP/1.0, whose answer ends with the connection.
fn ask_socket(socket: &Path, path: &str, timeout: Duration) -> io::Result<(u16, String)> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(timeout))?;
    stream.set_write_timeout(Some(timeout))?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.take(LONGEST).read_to_string(&mut answer)?;
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    match (status, answer.split_once("\r\n\r\n")) {
        (Some(status), Some((_, body))) => Ok((status, body.to_owned())),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "what came was not HTTP")),
    }
}

/// Where a server that listens there is met from this machine.
pub(super) fn reachable(listen: &Listen) -> Listen {
    let Listen::Tcp(address) = listen else { return listen.clone() };
    let host = match address.ip() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    };
    Listen::Tcp(SocketAddr::new(host, address.port()))
}
