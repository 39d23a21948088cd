//! A blocking HTTP/1.1 client that does exactly what it is told: it never repeats a request, and follows nothing.

use std::cell::Cell;
use std::io::{self, BufReader, ErrorKind, Write as _};
use std::net::SocketAddr;
use std::time::Duration;

use super::answer::Answer;
use super::stream::{PATIENCE, Stream, Way};
use super::text::{base64, form};

/// One connection, for those who want to write bytes themselves.
pub(crate) struct Connection(BufReader<Stream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        Self::over(&Way::to(address))
    }

    pub(crate) fn over(way: &Way) -> io::Result<Self> {
        Ok(Self(BufReader::new(way.open()?)))
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.0.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// Reads an answer with its body.
    pub(crate) fn answer(&mut self) -> io::Result<Answer> {
        Answer::read(&mut self.0, true)
    }

    /// Reads an answer that has none, such as that to HEAD, or `100 Continue`.
    pub(crate) fn head(&mut self) -> io::Result<Answer> {
        Answer::read_head(&mut self.0)
    }

    /// Whether nothing comes for so long, not even its end.
    pub(crate) fn is_quiet_for(&self, span: Duration) -> bool {
        let stream = self.0.get_ref().tcp();
        stream.set_read_timeout(Some(span)).expect("a socket");
        let peeked = stream.peek(&mut [0]);
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Whether the server has closed it.
    pub(crate) fn is_closed(&self) -> bool {
        let stream = self.0.get_ref().tcp();
        let peeked = stream.set_nonblocking(true).and_then(|()| stream.peek(&mut [0]));
        stream.set_nonblocking(false).is_err()
            || !matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }
}

/// The keys of a shared secret.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) secret: String,
    pub(crate) receipt: String,
}

impl Shared {
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        Self { secret: answer.member("secret_key"), receipt: answer.member("metadata_key") }
    }
}

/// A caller with its own kept connection. One thread each.
pub(crate) struct Client {
    way: Way,
    authorization: Option<String>,
    kept: Cell<Option<Connection>>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self::over(Way::to(address))
    }

    pub(crate) fn over(way: Way) -> Self {
        Self { way, authorization: None, kept: Cell::new(None) }
    }

    pub(crate) fn signed_in(self, user: &str, token: &str) -> Self {
        self.with_authorization(&format!("Basic {}", base64(format!("{user}:{token}").as_bytes())))
    }

    /// Sends this `Authorization` with every request.
    pub(crate) fn with_authorization(mut self, value: &str) -> Self {
        self.authorization = Some(value.to_owned());
        self
    }

    /// Sends a request and reads its answer. Headers are sent as given; a body brings its Content-Length.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> io::Result<Answer> {
        let length = body.map(|body| body.len().to_string());
        let first = [("Host", self.way.name())];
        let authorization = self.authorization.as_deref().map(|value| ("Authorization", value));
        let length = length.as_deref().map(|length| ("Content-Length", length));
        let lines = first.iter().chain(&authorization).chain(headers).chain(&length);
        let lines: Vec<_> = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("{method} {path} HTTP/1.1\r\n{}\r\n", lines.concat());
        let mut connection = match self.kept.take() {
            Some(kept) if !kept.is_closed() => kept,
            _ => Connection::over(&self.way)?,
        };
        connection.send(&[head.as_bytes(), body.unwrap_or_default()].concat())?;
        let answer = if method == "HEAD" { connection.head()? } else { connection.answer()? };
        if answer.header("connection") != Some("close") {
            self.kept.set(Some(connection));
        }
        Ok(answer)
    }

    /// The same, when the server is known to be there.
    #[track_caller]
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        self.request(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    /// An urlencoded form, under `/api/v1`.
    pub(crate) fn try_post(&self, path: &str, parameters: &[(&str, &str)]) -> io::Result<Answer> {
        let media = ("Content-Type", "application/x-www-form-urlencoded");
        self.request("POST", &format!("/api/v1{path}"), &[media], Some(form(parameters).as_bytes()))
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        self.try_post(path, parameters).unwrap_or_else(|error| panic!("POST {path}: {error}"))
    }

    #[track_caller]
    pub(crate) fn share(&self, value: &str) -> Shared {
        Shared::of(&self.post("/share", &[("secret", value)]).ok())
    }

    #[track_caller]
    pub(crate) fn share_locked(&self, value: &str, passphrase: &str) -> Shared {
        Shared::of(&self.post("/share", &[("secret", value), ("passphrase", passphrase)]).ok())
    }

    #[track_caller]
    pub(crate) fn reveal(&self, shared: &Shared) -> Answer {
        self.post(&format!("/secret/{}", shared.secret), &[])
    }

    #[track_caller]
    pub(crate) fn unlock(&self, shared: &Shared, passphrase: &str) -> Answer {
        self.post(&format!("/secret/{}", shared.secret), &[("passphrase", passphrase)])
    }

    #[track_caller]
    pub(crate) fn burn(&self, shared: &Shared) -> Answer {
        self.post(&format!("/private/{}/burn", shared.receipt), &[])
    }

    #[track_caller]
    pub(crate) fn receipt(&self, shared: &Shared) -> Answer {
        self.get(&format!("/api/v1/private/{}", shared.receipt))
    }

    /// The `state` of the receipt.
    #[track_caller]
    pub(crate) fn state(&self, shared: &Shared) -> String {
        self.receipt(shared).ok().member("state")
    }

    /// Reads the value, which has to be there, and sees that it is gone then.
    #[track_caller]
    pub(crate) fn reads_once(&self, shared: &Shared, value: &str) {
        assert_eq!(self.reveal(shared).ok().member("value"), value);
        self.reveal(shared).unknown();
    }
}
