//! Protection against response injection at STARTTLS: a stream that is read byte by byte until TLS is up.
//!
//! What follows the server's plaintext reply to STARTTLS was injected by somebody in between, to be taken for a reply
//! inside TLS. lettre's buffer would keep it. As this stream returns one byte at a time, no buffer ever holds more than
//! the line that was read; the rest meets the TLS handshake, which fails.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A stream that is read byte by byte until it is opened.
#[derive(Debug)]
pub(super) struct Guard {
    stream: TcpStream,
    open: Arc<AtomicBool>,
}

/// Ends the byte-by-byte reading of its stream.
pub(super) struct Opener(Arc<AtomicBool>);

impl Guard {
    pub(super) fn new(stream: TcpStream) -> (Self, Opener) {
        let open = Arc::new(AtomicBool::new(false));
        (Self { stream, open: Arc::clone(&open) }, Opener(open))
    }
}

impl Opener {
    /// TLS is up: nothing can be injected any more.
    pub(super) fn open(self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl AsyncRead for Guard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.open.load(Ordering::Relaxed) || buffer.remaining() <= 1 {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let mut byte = [0];
        let mut one = ReadBuf::new(&mut byte);
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut one))?;
        buffer.put_slice(one.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Guard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncTokioStream for Guard {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
