//! Opens the listening socket, with a queue for bursts: in two steps, so that a place that cannot be had is told before
//! anything is made, and no connection is taken in before there is somebody to answer it.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, UnixListener};

use super::socket_file::{BoundFile, SocketAccess, SocketFile};
use crate::domain::Listen;

/// Connections that wait to be taken; the kernel lowers it to its `net.core.somaxconn`, 4096 unless changed.
///
/// The usual 128 of the libraries is met by a burst of clients, or by a proxy that comes back: who finds the queue full tries again a
/// second later, and one that the kernel answered with a cookie meanwhile believes in a connection that nobody has.
const QUEUE: u32 = 4096;

/// A place that was taken.
#[derive(Debug)]
pub enum Bound {
    /// An address.
    Tcp(TcpSocket),
    /// A socket in the file system.
    Unix(BoundFile),
}

/// Where connections come in.
#[derive(Debug)]
pub enum Listener {
    /// At an address.
    Tcp(TcpListener),
    /// At a socket in the file system, whose name goes with it.
    Unix(UnixListener, SocketFile),
}

/// Takes the place, and no connections yet: they are refused. An address may have been another server's a moment ago.
pub fn bind(listen: &Listen, access: SocketAccess) -> io::Result<Bound> {
    match listen {
        Listen::Tcp(address) => bind_tcp(*address).map(Bound::Tcp),
        Listen::Unix(path) => BoundFile::at(path, access).map(Bound::Unix),
    }
}

/// The same for an address alone.
pub fn bind_tcp(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

impl Bound {
    /// Where it is: with the port that was free.
    pub fn place(&self) -> io::Result<Listen> {
        Ok(match self {
            Self::Tcp(socket) => Listen::Tcp(socket.local_addr()?),
            Self::Unix(file) => Listen::Unix(file.path().to_owned()),
        })
    }

    /// Listens, with room for bursts.
    pub fn listen(self) -> io::Result<Listener> {
        Ok(match self {
            Self::Tcp(socket) => Listener::Tcp(socket.listen(QUEUE)?),
            Self::Unix(file) => {
                let (listener, file) = file.listen(QUEUE)?;
                Listener::Unix(listener, file)
            }
        })
    }
}
