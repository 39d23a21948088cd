//! An SMTP connection: connect, TLS, log-in, and mail transactions.
//!
//! The trap: a positive reply that belongs to something else must never pass for "accepted", so every command says which
//! replies it takes.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

use super::failure::Stage;
use super::offers::{Mechanism, Offers};
use super::settings::{SetupError, SmtpSettings};
use super::tls::Tls;
use super::wire::{Stream, Wire};
use crate::domain::Failure;
use crate::domain::address::{Credentials, HostPort, SmtpSecurity, is_host_name};
use crate::mail::SendError;
use crate::mail::compose::ComposedEmail;

/// The server, and what is needed to connect to it.
pub(super) struct Server {
    security: SmtpSecurity,
    address: HostPort,
    tls: Option<Tls>,
    login: Option<Credentials>,
    ehlo_name: String,
    step: Duration,
    /// Log-ins go one after the other.
    turn: Mutex<()>,
    /// How many of them were refused.
    refused: AtomicU64,
    /// Connections that are being closed.
    closing: TaskTracker,
}

impl Server {
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, SetupError> {
        let tls = match settings.url.security() {
            SmtpSecurity::None => None,
            SmtpSecurity::StartTlsRequired | SmtpSecurity::Tls => Some(Tls::new(settings)?),
        };
        Ok(Self {
            security: settings.url.security(),
            address: settings.url.server().clone(),
            tls,
            login: settings.url.login().cloned(),
            ehlo_name: ehlo_name(&settings.public_host),
            step: settings.deadlines.step,
            turn: Mutex::default(),
            refused: AtomicU64::default(),
            closing: TaskTracker::new(),
        })
    }

    /// Connects, with TLS and log-in as configured.
    pub(super) async fn connect(&self) -> Result<Connection, SendError> {
        let refused = self.refused.load(Ordering::Relaxed);
        let tcp: Box<dyn Stream> = Box::new(self.connect_tcp().await?);
        let stream = match (self.security, &self.tls) {
            (SmtpSecurity::Tls, Some(tls)) => tls.over(tcp, self.step).await?,
            _ => tcp,
        };
        let mut wire = Wire::new(stream, self.step, false);
        let greeting = wire.ask(Stage::Greeting, b"", &[220]).await;
        self.or_quit(&mut wire, greeting)?;
        let hello = self.hello(&mut wire).await;
        let mut offers = self.or_quit(&mut wire, hello)?;
        if let (SmtpSecurity::StartTlsRequired, Some(tls)) = (self.security, &self.tls) {
            wire = self.start_tls(wire, &offers, tls).await?;
            let hello = self.hello(&mut wire).await;
            offers = self.or_quit(&mut wire, hello)?;
        }
        if let Some(login) = &self.login {
            let logged_in = self.log_in(&mut wire, &offers, login, refused).await;
            self.or_quit(&mut wire, logged_in)?;
        }
        Ok(Connection { wire, takes_utf8: offers.utf8, emails: 0, since: Instant::now() })
    }

    /// Closes a connection without anybody waiting for it, except [`Self::closed`].
    pub(super) fn close(&self, connection: Connection) {
        self.closing.spawn(connection.wire.quit());
    }

    /// Waits until connections that are being closed are, no longer than a step.
    pub(super) async fn closed(&self) {
        self.closing.close();
        drop(timeout(self.step, self.closing.wait()).await);
        self.closing.reopen();
    }

    /// Without Nagle's algorithm: what a command's last bytes have to wait for is the reply to its first ones.
    async fn connect_tcp(&self) -> Result<TcpStream, SendError> {
        let connecting = TcpStream::connect((self.address.host.as_str(), self.address.port));
        let unreachable = |error| SendError::new(Failure::Unreachable, error);
        let connected = timeout(self.step, connecting).await;
        let stream = connected.map_err(|elapsed| SendError::new(Failure::Unreachable, elapsed))?;
        let stream = stream.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        Ok(stream)
    }

    async fn hello(&self, wire: &mut Wire) -> Result<Offers, SendError> {
        let command = format!("EHLO {}\r\n", self.ehlo_name);
        Ok(Offers::of(&wire.ask(Stage::Hello, command.as_bytes(), &[250]).await?))
    }

    async fn start_tls(&self, mut wire: Wire, offers: &Offers, tls: &Tls) -> Result<Wire, SendError> {
        let ready = if offers.starttls {
            wire.ask(Stage::StartTls, b"STARTTLS\r\n", &[220]).await.map(drop)
        } else {
            Err(SendError::new(Failure::Tls, "the server does not offer STARTTLS"))
        };
        self.or_quit(&mut wire, ready)?;
        let stream = wire.into_stream().ok_or_else(|| {
            SendError::new(Failure::Tls, "there were more words in the clear behind the answer to STARTTLS")
        })?;
        Ok(Wire::new(tls.over(stream, self.step).await?, self.step, true))
    }

    /// Logs in. Of callers that wait while another one is refused, none tries the same password again: `refused` is how
    /// many had been when they came.
    async fn log_in(
        &self,
        wire: &mut Wire,
        offers: &Offers,
        login: &Credentials,
        refused: u64,
    ) -> Result<(), SendError> {
        let encoded = |text: &[u8]| Zeroizing::new(STANDARD.encode(text));
        let line = |word: &str, text: &str| Zeroizing::new(format!("{word}{text}\r\n"));
        let Credentials { user, password } = login;
        let _turn = self.turn.lock().await;
        if self.refused.load(Ordering::Relaxed) != refused {
            return Err(SendError::new(Failure::Login, "another log-in was refused meanwhile"));
        }
        let done = match offers.login {
            Some(Mechanism::Plain) => {
                let both = Zeroizing::new(format!("\0{}\0{}", user.as_str(), password.as_str()));
                let command = line("AUTH PLAIN ", &encoded(both.as_bytes()));
                wire.ask(Stage::Login, command.as_bytes(), &[235]).await
            }
            Some(Mechanism::Login) => {
                wire.ask(Stage::Login, b"AUTH LOGIN\r\n", &[334]).await?;
                wire.ask(Stage::Login, line("", &encoded(user.as_bytes())).as_bytes(), &[334]).await?;
                wire.ask(Stage::Login, line("", &encoded(password.as_bytes())).as_bytes(), &[235]).await
            }
            None => {
                return Err(SendError::new(Failure::NoLogin, "the server offers neither PLAIN nor LOGIN"));
            }
        };
        if let Err(SendError { failure: Failure::Login, .. }) = done {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        done.map(drop)
    }

    /// What came of a step; when it failed, the server is told goodbye all the same.
    fn or_quit<T>(&self, wire: &mut Wire, done: Result<T, SendError>) -> Result<T, SendError> {
        if done.is_err() {
            self.closing.spawn(wire.take().quit());
        }
        done
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:?}", self.address, self.security)
    }
}

/// A connection ready for a mail transaction.
pub(super) struct Connection {
    wire: Wire,
    /// Whether addresses and headers may hold other letters than ASCII ones (RFC 6531).
    pub(super) takes_utf8: bool,
    /// How many emails it has brought.
    pub(super) emails: u32,
    /// Since when it has been idle.
    pub(super) since: Instant,
}

impl Connection {
    /// Whether the server still answers (`NOOP`).
    pub(super) async fn answers(&mut self) -> bool {
        self.wire.answers().await
    }

    /// Begins a mail transaction. When it fails, nothing of the email was sent.
    pub(super) async fn begin(&mut self, composed: &ComposedEmail) -> Result<(), SendError> {
        let is_ascii = composed.message.is_ascii() && composed.to.to_string().is_ascii();
        let parameters = if is_ascii { "" } else { " SMTPUTF8 BODY=8BITMIME" };
        let command = format!("MAIL FROM:<{}>{parameters}\r\n", composed.from);
        self.wire.ask(Stage::Sender, command.as_bytes(), &[250]).await.map(drop)
    }

    /// Finishes it. `Ok`: the server accepted the message. The last reply is limited only by the caller's deadline.
    pub(super) async fn finish(&mut self, composed: &ComposedEmail) -> Result<(), SendError> {
        let command = format!("RCPT TO:<{}>\r\n", composed.to);
        self.wire.ask(Stage::Recipient, command.as_bytes(), &[250, 251]).await?;
        self.wire.ask(Stage::Data, b"DATA\r\n", &[354]).await?;
        self.wire.message(&with_dot(&composed.message)).await?;
        self.emails += 1;
        self.since = Instant::now();
        Ok(())
    }
}

/// A message as it stands behind `DATA`: every line ended by CR LF, those that begin with a dot given another one, and the
/// dot that ends it (RFC 5321 §4.5.2).
fn with_dot(message: &[u8]) -> Zeroizing<Vec<u8>> {
    // Room for all of it from the start, so that no copy of the link stays behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(3 * message.len() + 5));
    let message = message.strip_suffix(b"\n").unwrap_or(message);
    for line in message.split(|byte| *byte == b'\n') {
        // A CR by itself is an end of line to some servers.
        for line in line.strip_suffix(b"\r").unwrap_or(line).split(|byte| *byte == b'\r') {
            if line.starts_with(b".") {
                bytes.push(b'.');
            }
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

/// The name for `EHLO`: this machine's if it is fully qualified, as some servers require, else the public host's.
fn ehlo_name(public_host: &str) -> String {
    let full =
        |name: &str| is_host_name(name) && name.contains('.') && name.parse::<std::net::IpAddr>().is_err();
    match hostname::get().ok().and_then(|name| name.into_string().ok()) {
        Some(name) if full(&name) => name,
        _ if full(public_host) => public_host.to_owned(),
        Some(name) if is_host_name(&name) => name,
        _ => "[127.0.0.1]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_dot;

    #[test]
    fn no_line_of_a_message_ends_it() {
        for (message, sent) in [
            (&b"a\r\nb\r\n"[..], &b"a\r\nb\r\n.\r\n"[..]),
            (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
            (b".\r\n..x", b"..\r\n...x\r\n.\r\n"),
            (b"a\n.\nb", b"a\r\n..\r\nb\r\n.\r\n"),
            (b"a\r.\rb\n", b"a\r\n..\r\nb\r\n.\r\n"),
            (b"\r\n\r\n", b"\r\n\r\n.\r\n"),
        ] {
            assert_eq!(*with_dot(message), sent, "{message:?}");
        }
    }
}
