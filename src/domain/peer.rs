//! Where a server listens, who is at the other end of a connection, and which of them are trusted proxies.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// At an address and a port.
    Tcp(SocketAddr),
    /// At a socket in the file system.
    Unix(PathBuf),
}

/// What stands before a path.
const UNIX: &str = "unix:";

impl Listen {
    /// Reads `127.0.0.1:7143`, or `unix:/run/readonce/readonce.sock`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix(UNIX) {
            Some("") => None,
            Some(path) => Some(Self::Unix(PathBuf::from(path))),
            None => text.parse().ok().map(Self::Tcp),
        }
    }

    /// Whether only this machine gets there.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().is_loopback(),
            Self::Unix(_) => true,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => write!(f, "{UNIX}{}", path.display()),
        }
    }
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Somebody with an address.
    Address(IpAddr),
    /// Somebody on this machine, who may open the server's socket.
    Unix,
    /// Nobody with a name: a balancer that speaks for itself.
    Unnamed,
}

impl Peer {
    /// Its address, an IPv4 one as such.
    #[must_use]
    pub fn ip(self) -> Option<IpAddr> {
        if let Self::Address(address) = self { Some(address.to_canonical()) } else { None }
    }

    /// Whether it is one of these.
    #[must_use]
    pub fn is_trusted(self, trusted: &[TrustedProxy]) -> bool {
        trusted.iter().any(|proxy| match proxy {
            TrustedProxy::Network(network) => self.ip().is_some_and(|address| network.contains(&address)),
            TrustedProxy::Unix => self == Self::Unix,
        })
    }
}

/// Proxies whose word about the client's address is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustedProxy {
    /// Those with an address in this network.
    Network(IpNet),
    /// Whoever may open the server's socket.
    Unix,
}

impl TrustedProxy {
    /// Reads `unix`, a network, or one address. Bits beyond the prefix are dropped: `10.1.2.3/8` is `10.0.0.0/8`; so is
    /// `::ffff:10.1.2.3/104`, as peers' addresses are read.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "unix" {
            return Some(Self::Unix);
        }
        let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
        Some(Self::Network(as_ipv4(network).unwrap_or(network).trunc()))
    }
}

/// An IPv4 network written as one of IPv6.
fn as_ipv4(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(network) = network else { return None };
    let IpAddr::V4(address) = network.addr().to_canonical() else { return None };
    IpNet::new(address.into(), network.prefix_len().checked_sub(96)?).ok()
}

impl fmt::Display for TrustedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) => network.fmt(f),
            Self::Unix => f.write_str("unix"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv4_network_is_one_however_it_is_written() {
        for (text, network) in [
            ("10.1.2.3/8", "10.0.0.0/8"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:10.1.2.3", "10.1.2.3/32"),
            ("::ffff:0.0.0.0/96", "0.0.0.0/0"),
            ("2001:db8::1/64", "2001:db8::/64"),
            ("::/0", "::/0"),
            ("unix", "unix"),
        ] {
            let read = TrustedProxy::parse(text).unwrap_or_else(|| panic!("{text} is refused"));
            assert_eq!(read.to_string(), network, "{text}");
        }
        assert_eq!(TrustedProxy::parse("unix:"), None);
    }

    #[test]
    fn a_socket_has_a_path() {
        for text in ["127.0.0.1:7143", "[::]:7143", "unix:/run/readonce/readonce.sock", "unix:here.sock"] {
            assert_eq!(Listen::parse(text).unwrap().to_string(), text);
        }
        for text in ["unix:", "unix", "UNIX:/x", "/run/x.sock", "127.0.0.1", ""] {
            assert_eq!(Listen::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nobody_without_a_name_is_trusted() {
        let everybody: Vec<_> =
            ["0.0.0.0/0", "::/0", "unix"].iter().filter_map(|text| TrustedProxy::parse(text)).collect();
        assert!(Peer::Unix.is_trusted(&everybody) && !Peer::Unix.is_trusted(&everybody[..2]));
        assert!(!Peer::Unnamed.is_trusted(&everybody));
    }
}
