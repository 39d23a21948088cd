//! The client's address, behind trusted proxies too (security-design.md §6).
//!
//! It is the peer's, unless that is a trusted proxy. Then `X-Forwarded-For` is read from the right, past trusted hops; what
//! stands left of the first untrusted hop was written by that one. `Forwarded`, `X-Real-IP` and the like are never believed.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::domain::{ClientNetwork, Peer, TrustedProxy};

/// The network of a request's client. All who cannot be told apart are one.
#[must_use]
pub fn client_network(parts: &Parts, trusted: &[TrustedProxy]) -> ClientNetwork {
    let peer = parts.extensions.get::<Peer>().copied().unwrap_or(Peer::Unnamed);
    let client = client_ip(peer, &parts.headers, trusted);
    ClientNetwork::of(client.unwrap_or(Ipv4Addr::UNSPECIFIED.into()))
}

/// The address limits go by; none of a peer without one, of whose client nobody says anything.
#[must_use]
pub fn client_ip(peer: Peer, headers: &HeaderMap, trusted: &[TrustedProxy]) -> Option<IpAddr> {
    let mut client = peer.ip();
    if !peer.is_trusted(trusted) {
        return client;
    }
    let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
    for line in lines.into_iter().rev() {
        // A line that is no text was not written by a proxy: whatever is behind it is not known.
        let Ok(text) = line.to_str() else { return client };
        for hop in text.rsplit(',') {
            let Some(address) = parse_hop(hop) else { return client };
            client = Some(address);
            if !Peer::Address(address).is_trusted(trusted) {
                return client;
            }
        }
    }
    client
}

/// An address as proxies write it: plain, with a port, or an IPv6 one in brackets.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let plain = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    plain.or_else(with_port).or_else(bracketed).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<_> = trusted.iter().map(|text| TrustedProxy::parse(text).unwrap()).collect();
        let peer = if peer == "unix" { Peer::Unix } else { Peer::Address(peer.parse().unwrap()) };
        client_ip(peer, &headers, &trusted).map_or("nobody".to_owned(), |address| address.to_string())
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(seen("192.0.2.9", &["198.51.100.1"], &[]), "192.0.2.9");
        assert_eq!(seen("192.0.2.9", &["198.51.100.1"], &["10.0.0.0/8"]), "192.0.2.9");
    }

    #[test]
    fn trusted_hops_are_walked_from_the_right() {
        let ours = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"], &ours), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.5, 198.51.100.1, 10.0.0.2"], &ours), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &["203.0.113.5", "198.51.100.1", "10.0.0.2"], &ours), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.1:4711"], &ours), "198.51.100.1");
        assert_eq!(seen("fd00::1", &["[2001:db8::1]:80"], &ours), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"], &ours), "10.0.0.3", "all ours: the leftmost");
        assert_eq!(seen("10.0.0.1", &[], &ours), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, rubbish"], &ours), "10.0.0.1");
    }

    #[test]
    fn a_socket_is_believed_when_it_is_named() {
        assert_eq!(seen("unix", &["198.51.100.1"], &["0.0.0.0/0", "::/0"]), "nobody");
        assert_eq!(seen("unix", &["203.0.113.5, 198.51.100.1"], &["unix"]), "198.51.100.1");
        assert_eq!(seen("unix", &["198.51.100.1, 10.0.0.2"], &["unix", "10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(seen("unix", &[], &["unix"]), "nobody");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"], &["unix"]), "10.0.0.1");
    }
}
