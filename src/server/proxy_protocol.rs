//! The line or block in front of a connection by which a balancer says whose it is: the PROXY protocol, v1 and v2
//! (docs/decisions/0063-proxy-protocol.md).
//!
//! Not a byte behind it is read: what follows is the client's, and hyper's to read. The trap: whoever can send such a header chooses
//! an address, so that it is asked for only from trusted peers, and from them always.

use std::io;
use std::time::Duration;

use proxy_header::{ParseConfig, Protocol, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;

use crate::domain::Peer;

/// What v2 begins with. A v1 header is longer than that, too.
const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
/// Of v2, up to and with its length.
const FIXED: usize = 16;
/// The longest of v1, with its line end.
const LONGEST_LINE: usize = 107;
/// The longest of v2 that is taken: addresses, and what balancers add to them (TLS, names), which is a few hundred bytes.
const LONGEST_BLOCK: usize = 4096;

/// Reads it within `deadline`, and says whose connection it is: nobody's name is a balancer's own, as for its health checks, or one
/// of whose client it says nothing. What is no such header, or too long, is [`io::ErrorKind::InvalidData`].
pub async fn read<S: AsyncRead + Unpin>(stream: &mut S, deadline: Duration) -> io::Result<Peer> {
    let header = timeout(deadline, read_header(stream)).await.map_err(|_| io::ErrorKind::TimedOut)??;
    let (parsed, length) = ProxyHeader::parse(&header, CONFIG).map_err(|_| io::ErrorKind::InvalidData)?;
    if length != header.len() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    match parsed.proxied_address() {
        Some(address) if address.protocol == Protocol::Stream => Ok(Peer::Address(address.source.ip())),
        Some(_) => Err(io::ErrorKind::InvalidData.into()),
        None => Ok(Peer::Unnamed),
    }
}

const CONFIG: ParseConfig = ParseConfig { include_tlvs: false, allow_v1: true, allow_v2: true };

/// The bytes of a header, up to where it ends by its own word.
async fn read_header<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut header = vec![0; SIGNATURE.len()];
    stream.read_exact(&mut header).await?;
    if header == SIGNATURE {
        header.resize(FIXED, 0);
        stream.read_exact(&mut header[SIGNATURE.len()..]).await?;
        let length = FIXED + usize::from(u16::from_be_bytes([header[FIXED - 2], header[FIXED - 1]]));
        if length > LONGEST_BLOCK {
            return Err(io::ErrorKind::InvalidData.into());
        }
        header.resize(length, 0);
        stream.read_exact(&mut header[FIXED..]).await?;
    } else if header.starts_with(b"PROXY ") {
        while !header.ends_with(b"\n") {
            if header.len() == LONGEST_LINE {
                return Err(io::ErrorKind::InvalidData.into());
            }
            header.push(stream.read_u8().await?);
        }
    } else {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(header)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    /// Whose connection these bytes say it is, and what is left for hyper.
    async fn whose(bytes: &[u8]) -> (io::Result<Peer>, &[u8]) {
        let mut left = bytes;
        (read(&mut left, DEADLINE).await, left)
    }

    fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [SIGNATURE, &[command, family][..], &length, rest].concat()
    }

    #[tokio::test]
    async fn of_every_kind_are_read_to_the_byte() {
        let v4: &[u8] = &[192, 0, 2, 1, 10, 0, 0, 1, 0, 80, 1, 187];
        let v6 = [&[0x20, 1, 0xd, 0xb8][..], &[0; 11], &[7], &[0; 16], &[0, 80, 1, 187]].concat();
        for (header, expected) in [
            (b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 7143\r\n".to_vec(), Some("192.0.2.1")),
            (b"PROXY TCP6 2001:db8::7 ::1 4711 7143\r\n".to_vec(), Some("2001:db8::7")),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
            (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n".to_vec(), None),
            (v2(0x21, 0x11, v4), Some("192.0.2.1")),
            (v2(0x21, 0x11, &[v4, &[4, 0, 1, 0]].concat()), Some("192.0.2.1")),
            (v2(0x21, 0x21, &v6), Some("2001:db8::7")),
            (v2(0x20, 0x00, &[]), None),
            (v2(0x20, 0x11, v4), None),
            (v2(0x21, 0x00, &[1, 2, 3]), None),
            (v2(0x21, 0x31, &[0; 216]), None),
        ] {
            let expected = expected.map_or(Peer::Unnamed, |address| Peer::Address(address.parse().unwrap()));
            let whole = [&header, &b"GET / HTTP/1.1\r\n"[..]].concat();
            let (read, left) = whose(&whole).await;
            assert_eq!(read.unwrap(), expected, "{header:?}");
            assert_eq!(left, b"GET / HTTP/1.1\r\n", "{header:?}");
            for cut in 0..header.len() {
                assert!(whose(&header[..cut]).await.0.is_err(), "{cut} bytes of {header:?}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_none_is_refused() {
        for header in [
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.1 10.0.0.1 4711\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.256 10.0.0.1 4711 7143\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.1 10.0.0.1 4711 7143\n".to_vec(),
            b"PROXY UDP4 192.0.2.1 10.0.0.1 4711 7143\r\n".to_vec(),
            [&b"PROXY UNKNOWN "[..], &[b'x'; 200], b"\r\n"].concat(),
            v2(0x11, 0x11, &[0; 12]),
            v2(0x22, 0x11, &[0; 12]),
            v2(0x21, 0x11, &[0; 11]),
            v2(0x21, 0x12, &[0; 12]), // not of a stream
            v2(0x21, 0x41, &[0; 12]),
            v2(0x21, 0x11, &[0; 5000]),
        ] {
            assert!(whose(&header).await.0.is_err(), "{header:?}");
        }
    }

    const STARTS: &[&[u8]] = &[
        b"",
        b"PROXY ",
        b"PROXY TCP4 ",
        b"PROXY TCP6 1:2::3 ::1 1 ",
        b"PROXY UNKNOWN",
        SIGNATURE,
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0",
        b"\r\n\r\n\0\r\nQUIT\n\x20\0\0",
    ];

    proptest! {
        /// Nothing that is sent breaks it, and no more is read than the header has by its own word.
        #[test]
        fn any_bytes_are_a_header_or_none(
            start in proptest::sample::select(STARTS),
            rest in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let bytes = [start, &rest].concat();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let (read, left) = runtime.block_on(whose(&bytes));
            if let Ok(peer) = read {
                let header = &bytes[..bytes.len() - left.len()];
                prop_assert_eq!(runtime.block_on(whose(header)).0.unwrap(), peer);
                prop_assert!(header.starts_with(SIGNATURE) || header.ends_with(b"\r\n"));
            }
        }
    }
}
