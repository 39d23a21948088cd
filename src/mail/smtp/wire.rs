//! The conversation on a connection: a command out, its reply in, each within the deadline of a step.
//!
//! The trap: a reply that is waited for in vain would be read as that to the next command. A wire knows whether it is in
//! step, and says `QUIT` only then.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::time::timeout;

use super::failure::{Stage, broken, out_of_step, refused, silent};
use super::reply::Reply;
use crate::mail::SendError;

/// What a wire reads and writes: TCP, or TLS over it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

/// A connection on which commands and replies alternate.
pub(super) struct Wire {
    stream: BufReader<Box<dyn Stream>>,
    step: Duration,
    /// Whether every command had its reply.
    in_step: bool,
}

impl Wire {
    /// A wire on which the server speaks first, unless it is `greeted`.
    pub(super) fn new(stream: Box<dyn Stream>, step: Duration, greeted: bool) -> Self {
        Self { stream: BufReader::new(stream), step, in_step: greeted }
    }

    /// Reads the greeting, or sends a command with its line's end, and checks that the reply is one of those `expected`.
    pub(super) async fn ask(
        &mut self,
        stage: Stage,
        command: &[u8],
        expected: &[u16],
    ) -> Result<Reply, SendError> {
        let reply = timeout(self.step, self.exchange(command)).await.map_err(silent)?;
        self.judge(stage, reply, expected)
    }

    /// Sends the message, and checks that it was accepted. Limited only by the caller's deadline.
    pub(super) async fn message(&mut self, bytes: &[u8]) -> Result<Reply, SendError> {
        let reply = self.exchange(bytes).await;
        self.judge(Stage::Message, reply, &[250])
    }

    /// Whether the server still answers (`NOOP`).
    pub(super) async fn answers(&mut self) -> bool {
        self.ask(Stage::Sender, b"NOOP\r\n", &[250]).await.is_ok()
    }

    /// This wire, with nothing left behind but one that is at its end.
    pub(super) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::new(Box::new(tokio::io::empty()), self.step, false))
    }

    /// Hangs up: with `QUIT`, whose reply is waited for no longer than a step, if the wire is in step.
    pub(super) async fn quit(mut self) {
        if self.in_step {
            drop(timeout(self.step, self.exchange(b"QUIT\r\n")).await);
        }
        drop(timeout(self.step, self.stream.get_mut().shutdown()).await);
    }

    /// The stream, for TLS to be laid over it. `None` when there is something to be read already, which was put in by
    /// somebody in between, to be taken for a reply inside TLS.
    pub(super) fn into_stream(self) -> Option<Box<dyn Stream>> {
        self.stream.buffer().is_empty().then(|| self.stream.into_inner())
    }

    async fn exchange(&mut self, command: &[u8]) -> io::Result<Reply> {
        self.in_step = false;
        let stream = self.stream.get_mut();
        stream.write_all(command).await?;
        stream.flush().await?;
        let reply = Reply::read(&mut self.stream).await?;
        self.in_step = true;
        Ok(reply)
    }

    fn judge(
        &mut self,
        stage: Stage,
        reply: io::Result<Reply>,
        expected: &[u16],
    ) -> Result<Reply, SendError> {
        let reply = reply.map_err(broken)?;
        match reply.code {
            code if expected.contains(&code) => Ok(reply),
            400..600 => Err(refused(stage, reply)),
            _ => {
                self.in_step = false;
                Err(out_of_step(&reply))
            }
        }
    }
}
