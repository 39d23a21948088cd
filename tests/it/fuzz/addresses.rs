//! What proxies say of a client: an address is one that stands there, and nobody but a trusted one is believed.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};
use readonce::domain::{Peer, TrustedProxy};
use readonce::http::client_ip::client_ip;
use readonce::server::proxy_protocol;

use super::run::fuzz;

fn trusted() -> Vec<TrustedProxy> {
    ["10.0.0.0/8", "fd00::/8"].map(|network| TrustedProxy::parse(network).unwrap()).into()
}

/// The address that a hop names, however it is written.
fn named(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim().trim_start_matches('[');
    let candidates =
        [hop, hop.split(']').next().unwrap(), hop.rsplit_once(':').map_or(hop, |(address, _)| address)];
    // Without the zone of an IPv6 address.
    let candidates = candidates.map(|text| text.split('%').next().unwrap());
    candidates.iter().find_map(|text| text.parse::<IpAddr>().ok()).map(|address| address.to_canonical())
}

#[test]
fn forwarded() {
    let peer = Peer::Address("10.0.0.1".parse().unwrap());
    let words =
        [",", ":", "[", "]", "::", "10.0.0.7", "192.0.2.1", "unknown", "for=", ";", "%25eth0", "0x7f"];
    fuzz("forwarded", 2000, &words, |input| {
        let mut headers = HeaderMap::new();
        let mut said = Vec::new();
        for line in input.split(|byte| *byte == b'\n') {
            if let Ok(value) = HeaderValue::from_bytes(line) {
                headers.append("x-forwarded-for", value);
                said.extend(String::from_utf8_lossy(line).split(',').filter_map(named));
            }
            // Nobody goes by these.
            for name in ["forwarded", "x-real-ip", "client-ip"] {
                headers.extend(
                    HeaderValue::from_bytes(line)
                        .map(|value| (axum::http::HeaderName::from_static(name), value)),
                );
            }
        }
        let stranger = client_ip(Peer::Address("192.0.2.9".parse().unwrap()), &headers, &trusted());
        assert_eq!(stranger, Some("192.0.2.9".parse().unwrap()), "a stranger was believed");
        let client = client_ip(peer, &headers, &trusted()).expect("a peer has an address");
        if Some(client) == peer.ip() {
            return false;
        }
        assert!(said.contains(&client), "{client} is in none of {said:?}");
        let mut again = HeaderMap::new();
        again.insert("x-forwarded-for", client.to_string().parse().unwrap());
        assert_eq!(client_ip(peer, &again, &trusted()), Some(client), "written out, it is another");
        true
    });
}

/// A header and what the client sends behind it: not a byte of that is read, and what was read is one header.
#[test]
fn proxy() {
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\n\r\n";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let whose = |bytes: &[u8]| {
        let mut left = bytes;
        let read = runtime.block_on(proxy_protocol::read(&mut left, Duration::from_mins(1)));
        read.ok().map(|peer| (peer, bytes.len() - left.len()))
    };
    let words =
        ["PROXY ", "TCP4", "TCP6", "UNKNOWN", "\r\n", "\r\n\r\n\0\r\nQUIT\n", "192.0.2.7", "65536", "::"];
    fuzz("proxy", 2000, &words, |input| {
        let Some((peer, length)) = whose(&[input, REQUEST].concat()) else { return false };
        assert!(length <= 4096, "{length} bytes were read");
        let header = &[input, REQUEST].concat()[..length];
        assert_eq!(whose(header), Some((peer, length)), "alone, it is another");
        assert!(length == 0 || whose(&header[..length - 1]).is_none(), "one byte less does as well");
        true
    });
}
