//! Opens the listening socket, with a queue for bursts: in two steps, so that an address that cannot be had is told before
//! anything is made, and no connection is taken in before there is somebody to answer it.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

/// Connections that wait to be taken; the kernel lowers it to its `net.core.somaxconn`, 4096 unless changed.
///
/// The usual 128 of the libraries is met by a burst of clients, or by a proxy that comes back: who finds the queue full tries again a
/// second later, and one that the kernel answered with a cookie meanwhile believes in a connection that nobody has.
const QUEUE: u32 = 4096;

/// Takes the address, and no connections yet: they are refused. It may have been another server's a moment ago.
pub fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Listens, with room for bursts.
pub fn listen(socket: TcpSocket) -> io::Result<TcpListener> {
    socket.listen(QUEUE)
}
