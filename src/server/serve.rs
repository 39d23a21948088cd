//! Accepts connections and serves them, until a stop.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use rustix::net::sockopt::set_tcp_user_timeout;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::connection::Handler;
use super::idle::Waiting;
use super::normaliser;
use super::room::Room;
use crate::domain::ClientNetwork;
use crate::http::client_ip::is_trusted;

/// Connections served at once; one more waits to be accepted.
pub const MAX_CONNECTIONS: usize = 4096;
/// How long a peer may take nothing of what it was sent. hyper sets no deadline for writing, so the kernel keeps this one.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(20);
/// Before `accept` is tried again when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a connection that was taken in before a stop has to send a request: hyper closes one that has not sent
/// anything yet, though its request may be on the way. A proxy's is there within a millisecond.
const SETTLING: Duration = Duration::from_millis(200);
/// How long requests in flight may take to end after a stop.
const GRACE: Duration = Duration::from_secs(10);

/// Which connections are served, and for how long.
#[derive(Clone, Debug)]
pub struct Connections {
    /// So many at once.
    pub most: usize,
    /// How long one may idle between two requests.
    pub idle_timeout: Duration,
    /// Who brings other people's requests, and so may have more connections than one of them.
    pub trusted_proxies: Vec<IpNet>,
}

/// Serves `connections` until `stop`, then lets what is in flight end; an `abort` ends at once. Paths of requests begin with
/// `base_path`, or do not.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    base_path: String,
    connections: Connections,
    stop: CancellationToken,
    abort: CancellationToken,
) {
    let room = Room::of(connections.most);
    let graceful = GracefulShutdown::new();
    let normaliser = Arc::new(normaliser(&base_path));
    let begin = |stream: TcpStream, place: Option<OwnedSemaphorePermit>, peer: SocketAddr| {
        let waiting = Arc::<Waiting>::default();
        let is_proxy = is_trusted(peer.ip(), &connections.trusted_proxies);
        let network = (!is_proxy).then(|| ClientNetwork::of(peer.ip()));
        let seat = place.map(|place| room.seat(place, network, Arc::clone(&waiting)));
        let handler = Handler { router: router.clone(), normaliser: Arc::clone(&normaliser), peer, waiting };
        let connection = graceful.watch(handler.serve(stream, connections.idle_timeout));
        tokio::spawn(async move {
            let _seat = seat;
            // An error here is a client that went away or sent no HTTP; hyper has answered what can be answered.
            drop(connection.await);
        });
    };
    loop {
        tokio::select! {
            (stream, place, peer) = accept(&listener, &room) => begin(stream, Some(place), peer),
            () = stop.cancelled() => break,
        }
    }
    // The kernel has already taken them in, and their requests with them: a listener that closed now would reset them.
    for (stream, peer) in waiting(listener) {
        begin(stream, None, peer);
    }
    tokio::select! {
        () = tokio::time::sleep(SETTLING) => {}
        () = abort.cancelled() => {}
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("some requests did not end in time and were cut off"),
        () = abort.cancelled() => {}
    }
}

/// The connections that nobody has accepted yet; no more come after them. The kernel bounds their number.
fn waiting(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    let accept = || {
        let (stream, peer) = listener.accept().ok()?; // it never blocks: none left is an error too
        stream.set_nonblocking(true).ok()?;
        let stream = TcpStream::from_std(stream).ok()?;
        prepare(&stream);
        Some((stream, peer))
    };
    std::iter::from_fn(accept).collect()
}

/// Waits for a place and a connection. Errors of `accept` pass by themselves; that there are no file descriptors left is
/// logged once, not twenty times a second.
async fn accept(listener: &TcpListener, room: &Room) -> (TcpStream, OwnedSemaphorePermit, SocketAddr) {
    let mut is_logged = false;
    let place = room.place().await;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                prepare(&stream);
                return (stream, place, peer);
            }
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

/// Options without which a connection works too.
fn prepare(stream: &TcpStream) {
    drop(stream.set_nodelay(true));
    let timeout = u32::try_from(UNREAD_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
    let _ = set_tcp_user_timeout(stream, timeout);
}
