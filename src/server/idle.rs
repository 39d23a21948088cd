//! How long a connection may wait for a request: apart for one that is kept, for one that never sent any, and for a head that has
//! begun (docs/decisions/0007-deadlines-of-requests.md).
//!
//! hyper has one deadline for all three, which begins where it begins to wait for a head. What tells them apart is when the first
//! byte came; so [`Waiting`] notes that, and [`HeadTimer`] is the clock that hyper asks. The trap: a connection may be told to
//! close only while nothing of a request is there. hyper asks the clock after it has read all there was, so the answer is right.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use hyper::rt::{Sleep, Timer};
use pin_project_lite::pin_project;
use tokio::time::{Instant, sleep_until};

/// What a connection waits for.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    /// Whether a request was served on it.
    is_kept: bool,
    /// Whether the peer may go on sending after its last answer.
    lingers: bool,
    /// Of hyper's wait for a head.
    waker: Option<Waker>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Phase {
    /// Nothing: a request is worked on.
    #[default]
    Served,
    /// A request, of which nothing is there.
    Idle { since: Instant },
    /// The rest of a head.
    Head { since: Instant },
    /// Its end: somebody else needs its place.
    Told,
}

impl Waiting {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Some bytes came.
    pub(super) fn read(&self) {
        let mut state = self.state();
        if matches!(state.phase, Phase::Idle { .. } | Phase::Told) {
            state.phase = Phase::Head { since: Instant::now() };
        }
    }

    /// A head is there.
    pub(super) fn served(&self) {
        let mut state = self.state();
        (state.phase, state.is_kept) = (Phase::Served, true);
    }

    /// The peer may go on sending what nobody read.
    pub(super) fn linger(&self) {
        self.state().lingers = true;
    }

    /// Whether it may.
    pub(super) fn lingers(&self) -> bool {
        self.state().lingers
    }

    /// Since when nothing of a request has come.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        if let Phase::Idle { since } = self.state().phase { Some(since) } else { None }
    }

    /// Closes it, unless something has come since.
    pub(super) fn close(&self, idle_since: Instant) {
        let mut state = self.state();
        if matches!(state.phase, Phase::Idle { since } if since == idle_since) {
            state.phase = Phase::Told;
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
        }
    }

    /// Begins to wait for a head; whether it is the first.
    fn begin(&self, now: Instant) -> bool {
        let mut state = self.state();
        state.phase = Phase::Idle { since: now };
        !state.is_kept
    }

    fn look(&self, waker: &Waker) -> Phase {
        let mut state = self.state();
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
        state.phase
    }
}

/// How long a connection may wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// From the first byte of a head to its last, and from the beginning of a connection to the end of its first head.
    pub(super) head: Duration,
    /// From an answer to the first byte of the next request.
    pub(super) idle: Duration,
}

/// The clock of one connection.
#[derive(Debug)]
pub(super) struct HeadTimer {
    pub(super) waiting: Arc<Waiting>,
    pub(super) patience: Patience,
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(std::time::Instant::now() + duration)
    }

    /// hyper's http1 measures nothing but the wait for a head. Which deadline that has is decided here, whatever it thinks.
    fn sleep_until(&self, _: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        let now = Instant::now();
        let is_first = self.waiting.begin(now);
        let Patience { head, idle } = self.patience;
        let sleep = sleep_until(now + if is_first { head } else { idle });
        Box::pin(HeadSleep { sleep, waiting: Arc::clone(&self.waiting), head, has_begun: is_first })
    }
}

pin_project! {
    /// Ends with the time there is for a head.
    struct HeadSleep {
        #[pin]
        sleep: tokio::time::Sleep,
        waiting: Arc<Waiting>,
        head: Duration,
        // Whether the deadline is that of the head.
        has_begun: bool,
    }
}

impl Future for HeadSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        match this.waiting.look(context.waker()) {
            Phase::Told => return Poll::Ready(()),
            Phase::Head { since } if !*this.has_begun => {
                *this.has_begun = true;
                this.sleep.as_mut().reset(since + *this.head);
            }
            _ => {}
        }
        this.sleep.poll(context)
    }
}

impl Sleep for HeadSleep {}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Body;
    use axum::response::Response;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;
    use crate::server::stream::Watched;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const HEAD: Duration = Duration::from_millis(200);
    const IDLE: Duration = Duration::from_secs(3);

    /// A connection to a server that answers with nothing, and what the server knows of it.
    fn connect() -> (DuplexStream, Arc<Waiting>) {
        let (client, server) = duplex(4096);
        let waiting = Arc::<Waiting>::default();
        let timer =
            HeadTimer { waiting: Arc::clone(&waiting), patience: Patience { head: HEAD, idle: IDLE } };
        let known = Arc::clone(&waiting);
        let service = service_fn(move |_| {
            known.served();
            async { Ok::<_, Infallible>(Response::new(Body::empty())) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(timer)
            .header_read_timeout(HEAD)
            .serve_connection(TokioIo::new(Watched::new(server, Arc::clone(&waiting))), service);
        tokio::spawn(connection);
        (client, waiting)
    }

    async fn ask(client: &mut DuplexStream) {
        client.write_all(REQUEST).await.unwrap();
        answered(client).await;
    }

    async fn answered(client: &mut DuplexStream) {
        let mut answer = [0; 4096];
        let length = client.read(&mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 "), "{:?}", &answer[..length]);
    }

    /// How long the server leaves it open; it sends nothing by itself.
    async fn is_closed_after(client: &mut DuplexStream) -> Duration {
        let began = Instant::now();
        assert_eq!(client.read(&mut [0; 16]).await.unwrap(), 0);
        began.elapsed()
    }

    /// A turn of the server's task, which is on this thread.
    async fn until_idle(waiting: &Waiting) -> Instant {
        loop {
            if let Some(since) = waiting.idle_since() {
                return since;
            }
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_kept_connection_may_idle_for_longer_than_a_head_may_take() {
        let (mut client, _) = connect();
        ask(&mut client).await;
        let took = is_closed_after(&mut client).await;
        assert!(took + HEAD > IDLE && took < 2 * IDLE, "{took:?}");
    }

    #[tokio::test]
    async fn a_head_that_has_begun_has_its_own_deadline() {
        let (mut client, waiting) = connect();
        for _ in 0..2 {
            ask(&mut client).await;
            until_idle(&waiting).await;
        }
        client.write_all(&REQUEST[..9]).await.unwrap();
        let took = is_closed_after(&mut client).await;
        assert!(took > HEAD / 2 && took < IDLE / 2, "{took:?}");
    }

    #[tokio::test]
    async fn a_connection_that_never_asked_is_no_kept_one() {
        for first in ["", "GET / HT"] {
            let (mut client, _) = connect();
            client.write_all(first.as_bytes()).await.unwrap();
            let took = is_closed_after(&mut client).await;
            assert!(took > HEAD / 2 && took < IDLE / 2, "{took:?} after {first:?}");
        }
    }

    #[tokio::test]
    async fn who_is_told_to_close_does_unless_a_request_has_come() {
        let (mut client, waiting) = connect();
        ask(&mut client).await;
        let since = until_idle(&waiting).await;
        waiting.close(since);
        ask(&mut client).await; // it came before the server looked
        let again = until_idle(&waiting).await;
        waiting.close(since); // that was about an earlier wait
        client.write_all(&REQUEST[..9]).await.unwrap();
        while waiting.idle_since().is_some() {
            tokio::task::yield_now().await;
        }
        waiting.close(again); // half a head is not idle
        client.write_all(&REQUEST[9..]).await.unwrap();
        answered(&mut client).await;
        let last = until_idle(&waiting).await;
        waiting.close(last);
        let took = is_closed_after(&mut client).await;
        assert!(took < IDLE / 2, "{took:?}");
    }
}
