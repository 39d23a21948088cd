//! Takes connections in from a listener, and those that wait when it closes.

use std::io::{self, ErrorKind};
use std::time::Duration;

use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::net::{TcpStream, UnixStream};
use tokio_util::either::Either;

use super::listen::Listener;
use crate::domain::Peer;

/// How long a peer may take nothing of what it was sent. hyper sets no deadline for writing, so the kernel keeps this one.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(20);
/// Before `accept` is tried again when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(50);

/// A connection of either kind.
pub(super) type Stream = Either<TcpStream, UnixStream>;

impl Listener {
    /// Waits for a connection. Errors of `accept` pass by themselves; that there are no file descriptors left is logged once, not
    /// twenty times a second.
    pub(super) async fn accept(&self) -> (Stream, Peer) {
        let mut is_logged = false;
        loop {
            match self.accept_one().await {
                Ok(accepted) => return accepted,
                // Of a client that went away while it waited: the next one may be there already.
                Err(error)
                    if matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) => {}
                Err(error) => {
                    if !std::mem::replace(&mut is_logged, true) {
                        tracing::warn!(%error, "no connection can be accepted at the moment");
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn accept_one(&self) -> io::Result<(Stream, Peer)> {
        Ok(match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                prepare(&stream);
                (Either::Left(stream), Peer::Address(peer.ip()))
            }
            Self::Unix(listener, _) => (Either::Right(listener.accept().await?.0), Peer::Unix),
        })
    }

    /// The connections that nobody has accepted yet; no more come after them. The kernel bounds their number. It never blocks:
    /// none left is an error too.
    pub(super) fn waiting(self) -> Vec<(Stream, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let Ok(listener) = listener.into_std() else { return Vec::new() };
                let accept = || {
                    let (stream, peer) = listener.accept().ok()?;
                    stream.set_nonblocking(true).ok()?;
                    let stream = TcpStream::from_std(stream).ok()?;
                    prepare(&stream);
                    Some((Either::Left(stream), Peer::Address(peer.ip())))
                };
                std::iter::from_fn(accept).collect()
            }
            Self::Unix(listener, file) => {
                drop(file); // from here on, whoever comes is refused
                let Ok(listener) = listener.into_std() else { return Vec::new() };
                let accept = || {
                    let (stream, _) = listener.accept().ok()?;
                    stream.set_nonblocking(true).ok()?;
                    Some((Either::Right(UnixStream::from_std(stream).ok()?), Peer::Unix))
                };
                std::iter::from_fn(accept).collect()
            }
        }
    }
}

/// Options without which a connection works too.
fn prepare(stream: &TcpStream) {
    drop(stream.set_nodelay(true));
    let timeout = u32::try_from(UNREAD_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
    let _ = set_tcp_user_timeout(stream, timeout);
}
