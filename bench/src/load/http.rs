//! Minimal HTTP/1.1 client. Lean, since the CPU it uses is missing to the server.

use std::net::SocketAddr;
use std::ops::Range;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept connection and its two buffers.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    output: Vec<u8>,
    input: Vec<u8>,
}

/// A response, valid until the next request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, output: Vec::with_capacity(1024), input: Vec::with_capacity(4096) })
    }

    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Response<'_>> {
        self.get_as(None, path).await
    }

    /// The same, with credentials.
    pub(crate) async fn get_as(&mut self, who: Option<&str>, path: &str) -> anyhow::Result<Response<'_>> {
        self.begin(b"GET ", &[path.as_bytes()]);
        self.sign(who);
        self.output.extend_from_slice(b"\r\n");
        self.flush().await?;
        self.receive().await
    }

    /// A POST without a body, to a path and what follows in it.
    pub(crate) async fn post(&mut self, path: &str, key: &[u8]) -> anyhow::Result<Response<'_>> {
        self.send_post(path, key).await?;
        self.receive().await
    }

    /// The same, and the answer is received later.
    pub(crate) async fn send_post(&mut self, path: &str, key: &[u8]) -> anyhow::Result<()> {
        self.begin(b"POST ", &[path.as_bytes(), key]);
        self.output.extend_from_slice(b"content-length: 0\r\n\r\n");
        self.flush().await
    }

    /// A POST of a form, which is given in parts.
    pub(crate) async fn post_form(&mut self, path: &str, form: &[&[u8]]) -> anyhow::Result<Response<'_>> {
        self.post_form_as(None, path, form).await
    }

    /// The same, with credentials.
    pub(crate) async fn post_form_as(
        &mut self,
        who: Option<&str>,
        path: &str,
        form: &[&[u8]],
    ) -> anyhow::Result<Response<'_>> {
        self.begin(b"POST ", &[path.as_bytes()]);
        self.sign(who);
        let length: usize = form.iter().map(|part| part.len()).sum();
        self.output.extend_from_slice(b"content-type: application/x-www-form-urlencoded\r\ncontent-length: ");
        self.output.extend_from_slice(length.to_string().as_bytes());
        self.output.extend_from_slice(b"\r\n\r\n");
        for part in form {
            self.output.extend_from_slice(part);
        }
        self.flush().await?;
        self.receive().await
    }

    fn sign(&mut self, who: Option<&str>) {
        if let Some(who) = who {
            self.output.extend_from_slice(b"authorization: ");
            self.output.extend_from_slice(who.as_bytes());
            self.output.extend_from_slice(b"\r\n");
        }
    }

    fn begin(&mut self, method: &[u8], path: &[&[u8]]) {
        self.output.clear();
        self.output.extend_from_slice(method);
        for part in path {
            self.output.extend_from_slice(part);
        }
        self.output.extend_from_slice(b" HTTP/1.1\r\nhost: localhost\r\n");
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.stream.write_all(&self.output).await?)
    }

    /// Reads the answer to the request that was sent last.
    pub(crate) async fn receive(&mut self) -> anyhow::Result<Response<'_>> {
        self.input.clear();
        loop {
            if self.stream.read_buf(&mut self.input).await? == 0 {
                bail!("the server closed a connection");
            }
            if let Some((status, body)) = complete(&self.input)? {
                return Ok(Response { status, body: &self.input[body] });
            }
        }
    }
}

/// Status and place of the body, once all of it is there.
fn complete(input: &[u8]) -> anyhow::Result<Option<(u16, Range<usize>)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = head.parse(input)? else { return Ok(None) };
    let status = head.code.context("an answer without a status")?;
    let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.context("an answer without Content-Length")?.value;
    let end = start + std::str::from_utf8(length)?.parse::<usize>()?;
    Ok((input.len() >= end).then_some((status, start..end)))
}
