//! Drains the unread request body before an early error response, so that clients do not see a connection reset.
//!
//! hyper closes a connection whose request body is left unread. Many clients send head and body in two writes; the second
//! one then fails, and its user reads of a broken connection instead of "Not authorized". So the rest is read and dropped
//! before the answer, up to a limit; past it the answer says that the connection ends, and [`StillSending`] that
//! the peer may not know that yet, such as one who expected to be asked for the body and sent it all the same.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use hyper::body::{Frame, SizeHint};

/// So much is read only to be dropped: a file that somebody took for a secret. None of it is kept, so that what bounds the
/// cost is the time.
const LIMIT: u64 = 16 * 1024 * 1024;
/// And for so long.
const DEADLINE: Duration = Duration::from_secs(2);

/// Beside an answer that ends its connection: the peer may be sending at this moment, and must have time to read it.
#[derive(Clone, Copy, Debug)]
pub struct StillSending;

/// Where the unread rest of a request's body ends up.
pub struct Unread {
    expects: bool,
    rest: Option<Arc<Mutex<Option<Rest>>>>,
}

/// Tracks how much of the body is read. A request without one costs nothing.
#[must_use]
pub fn track(request: &mut Request) -> Unread {
    // A proxy that hands this on may be sending all the same, and its client with it, who reads no answer before that is done: it is
    // asked for the rest, which costs an upload at most. Somebody who asks for themselves is believed to wait.
    let headers = request.headers();
    let expects = headers.contains_key(header::EXPECT) && !headers.contains_key("x-forwarded-for");
    if request.body().is_end_stream() {
        return Unread { expects, rest: None };
    }
    let rest = Arc::default();
    let body = std::mem::take(request.body_mut());
    *request.body_mut() =
        Body::new(TrackedBody { body, asked: false, stalled: false, ended: false, rest: Arc::clone(&rest) });
    Unread { expects, rest: Some(rest) }
}

impl Unread {
    /// Reads and drops it, once the answer is known.
    pub async fn drain(self, response: &mut Response) {
        let Some(rest) = self.rest else { return };
        let rest = rest.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Rest { body, asked, stalled }) = rest else { return };
        // Who waits to be asked for the body must not be asked for it now; who was waited for in vain has had the time.
        let waits = (self.expects && !asked) || stalled;
        // Boxed: it is hardly ever needed, and every request would carry its size.
        if waits || !Box::pin(drop_all(body)).await {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response.extensions_mut().insert(StillSending);
        }
    }
}

/// Reads to the end; `false` when that is too far off.
async fn drop_all(mut body: Body) -> bool {
    let reading = async {
        let mut length = body.size_hint().lower();
        while length <= LIMIT {
            match body.frame().await {
                None => return true,
                Some(Err(_)) => return false,
                Some(Ok(frame)) => {
                    let taken = frame.data_ref().map_or(0, |data| data.len() as u64);
                    length = length.max(body.size_hint().lower()).saturating_add(taken);
                }
            }
        }
        false
    };
    tokio::time::timeout(DEADLINE, reading).await.unwrap_or(false)
}

/// What was not read of a body, whether its reading had begun, and whether it was given up for want of bytes.
struct Rest {
    body: Body,
    asked: bool,
    stalled: bool,
}

/// A body that leaves its unread rest behind when it is dropped.
struct TrackedBody {
    body: Body,
    asked: bool,
    stalled: bool,
    ended: bool,
    rest: Arc<Mutex<Option<Rest>>>,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.asked = true;
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.stalled = polled.is_pending();
        if let Poll::Ready(None | Some(Err(_))) = polled {
            self.ended = true;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        if !self.ended && !self.body.is_end_stream() {
            let body = std::mem::take(&mut self.body);
            let rest = Rest { body, asked: self.asked, stalled: self.stalled };
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(rest);
        }
    }
}
