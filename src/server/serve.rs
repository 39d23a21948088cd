//! Accepts connections and serves them, until a stop.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::accept::Stream;
use super::connection::{HEAD_TIMEOUT, Handler};
use super::idle::Waiting;
use super::listen::Listener;
use super::normaliser;
use super::proxy_protocol;
use super::room::Room;
use super::surfaces::Answers;
use crate::domain::{ClientNetwork, Peer, TrustedProxy};
use crate::http::paths::Normaliser;

/// Connections served at once; one more waits to be accepted.
pub const MAX_CONNECTIONS: usize = 4096;
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
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Whether each begins with the header of the PROXY protocol, from one of them.
    pub proxy_protocol: bool,
}

/// Serves `connections` until `stop`, then lets what is in flight end; an `abort` ends at once. Paths of requests begin with
/// `base_path`, or do not.
pub async fn serve<A: Answers>(
    listener: Listener,
    surfaces: A,
    base_path: String,
    connections: Connections,
    stop: CancellationToken,
    abort: CancellationToken,
) {
    let room = Room::of(connections.most);
    let graceful = GracefulShutdown::new();
    let incoming = Arc::new(Incoming {
        surfaces,
        normaliser: Arc::new(normaliser(&base_path)),
        connections,
        room,
        stop,
    });
    let begin = |accepted, place| {
        let (incoming, watcher) = (Arc::clone(&incoming), graceful.watcher());
        tokio::spawn(async move { incoming.serve(accepted, place, watcher).await });
    };
    loop {
        tokio::select! {
            (accepted, place) = accept(&listener, &incoming.room) => begin(accepted, Some(place)),
            () = incoming.stop.cancelled() => break,
        }
    }
    // The kernel has already taken them in, and their requests with them: a listener that closed now would reset them.
    for accepted in listener.waiting() {
        begin(accepted, None);
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

/// What each connection needs.
struct Incoming<A> {
    surfaces: A,
    normaliser: Arc<Normaliser>,
    connections: Connections,
    room: Arc<Room>,
    stop: CancellationToken,
}

impl<A: Answers> Incoming<A> {
    /// Serves a connection to its end.
    async fn serve(
        self: Arc<Self>,
        (mut stream, peer): (Stream, Peer),
        place: Option<OwnedSemaphorePermit>,
        watcher: Watcher,
    ) {
        let Connections { idle_timeout, trusted_proxies, proxy_protocol, .. } = &self.connections;
        let peer = if *proxy_protocol {
            let Some(peer) = self.introduced(&mut stream, peer).await else { return };
            peer
        } else {
            peer
        };
        let waiting = Arc::<Waiting>::default();
        let network = peer.ip().filter(|_| !peer.is_trusted(trusted_proxies)).map(ClientNetwork::of);
        let _seat = place.map(|place| self.room.seat(place, network, Arc::clone(&waiting)));
        let (surfaces, normaliser) = (self.surfaces.clone(), Arc::clone(&self.normaliser));
        let handler = Handler { surfaces, normaliser, peer, waiting };
        // An error here is a client that went away or sent no HTTP; hyper has answered what can be answered.
        drop(watcher.watch(handler.serve(stream, *idle_timeout)).await);
    }

    /// Whose connection it is, by the word of the peer; `None` when that is not trusted, or says nothing of the kind.
    async fn introduced(&self, stream: &mut Stream, peer: Peer) -> Option<Peer> {
        if !peer.is_trusted(&self.connections.trusted_proxies) {
            refused("its peer is not one of `http.trusted_proxies`");
            return None;
        }
        let settled = async {
            self.stop.cancelled().await;
            tokio::time::sleep(SETTLING).await;
        };
        tokio::select! {
            header = proxy_protocol::read(stream, HEAD_TIMEOUT) => match header {
                Ok(peer) => Some(peer),
                // Nothing at all is how some balancers look whether somebody listens.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => None,
                Err(_) => { refused("it did not begin with a header of the PROXY protocol"); None }
            },
            () = settled => None,
        }
    }
}

/// Says why a connection was closed, once a minute at most: no answer does, as HTTP has not begun.
fn refused(why: &str) {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if last.is_none_or(|last| last.elapsed() > Duration::from_mins(1)) {
        *last = Some(Instant::now());
        tracing::warn!(why, "a connection was refused: `http.proxy_protocol` is on");
    }
}

/// Waits for a place, and then for a connection.
async fn accept(listener: &Listener, room: &Room) -> ((Stream, Peer), OwnedSemaphorePermit) {
    let place = room.place().await;
    (listener.accept().await, place)
}
