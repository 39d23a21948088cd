//! An SMTP connection: connect, TLS, log-in, and mail transactions, each step with its own deadline.
//!
//! The trap: of its async connections, lettre limits only the connecting in time. And every reply is checked for the
//! exact status that belongs there: one out of step would else pass for "accepted".

use std::fmt;
use std::future::Future;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::failure::{Stage, classify};
use super::guard::Guard;
use super::settings::{SetupError, SmtpSettings};
use crate::domain::Failure;
use crate::domain::address::{HostPort, SmtpSecurity, is_host_name};
use crate::mail::SendError;
use crate::mail::compose::ComposedEmail;

/// The server, and what is needed to connect to it.
pub(super) struct Server {
    security: SmtpSecurity,
    address: HostPort,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    ehlo_name: ClientId,
    step: Duration,
}

impl Server {
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, SetupError> {
        let tls = match settings.url.security() {
            SmtpSecurity::None => None,
            SmtpSecurity::StartTlsRequired | SmtpSecurity::Tls => Some(tls(settings)?),
        };
        let login = settings.url.login();
        Ok(Self {
            security: settings.url.security(),
            address: settings.url.server().clone(),
            tls,
            credentials: login
                .map(|login| Credentials::new(login.user.to_string(), login.password.to_string())),
            ehlo_name: ehlo_name(&settings.public_host),
            step: settings.deadlines.step,
        })
    }

    /// Connects, with TLS and log-in as configured.
    pub(super) async fn connect(&self) -> Result<Connection, SendError> {
        let mut connection = match (self.security, &self.tls) {
            (SmtpSecurity::StartTlsRequired, Some(tls)) => self.connect_starttls(tls).await?,
            (SmtpSecurity::Tls, Some(tls)) => self.connect_tls(tls).await?,
            _ => {
                let stream = Box::new(self.connect_tcp().await?);
                let greeting = AsyncSmtpConnection::connect_with_transport(stream, &self.ehlo_name);
                with_deadline(self.step, Stage::Greeting, greeting).await?
            }
        };
        if let Some(credentials) = &self.credentials {
            let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            with_deadline(self.step, Stage::Login, login).await?;
        }
        Ok(Connection { connection, step: self.step })
    }

    async fn connect_tcp(&self) -> Result<TcpStream, SendError> {
        match timeout(self.step, TcpStream::connect((self.address.host.as_str(), self.address.port))).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(SendError::new(Failure::Unreachable, error)),
            Err(elapsed) => Err(SendError::new(Failure::Unreachable, elapsed)),
        }
    }

    async fn connect_starttls(&self, tls: &TlsParameters) -> Result<AsyncSmtpConnection, SendError> {
        let (guard, opener) = Guard::new(self.connect_tcp().await?);
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(guard), &self.ehlo_name);
        let mut connection = with_deadline(self.step, Stage::Greeting, greeting).await?;
        with_deadline(self.step, Stage::StartTls, connection.starttls(tls.clone(), &self.ehlo_name)).await?;
        opener.open();
        Ok(connection)
    }

    async fn connect_tls(&self, tls: &TlsParameters) -> Result<AsyncSmtpConnection, SendError> {
        let server = (self.address.host.as_str(), self.address.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(self.step),
            &self.ehlo_name,
            Some(tls.clone()),
            None,
        );
        // Two steps: connecting, which lettre limits by itself, and the rest.
        with_deadline(2 * self.step, Stage::Greeting, connecting).await
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:?}", self.address, self.security)
    }
}

/// A connection ready for a mail transaction. Dropped in the middle of one it is closed, and not reused.
pub(super) struct Connection {
    connection: AsyncSmtpConnection,
    step: Duration,
}

impl Connection {
    /// Whether addresses and headers may hold other letters than ASCII ones (RFC 6531).
    pub(super) fn takes_utf8(&self) -> bool {
        self.connection.server_info().supports_feature(Extension::SmtpUtfEight)
    }

    /// Whether the server still answers (`NOOP`).
    pub(super) async fn answers(&mut self) -> bool {
        timeout(self.step, self.connection.test_connected()).await.unwrap_or(false)
    }

    /// Runs one mail transaction. `Ok`: the server accepted the message. The last reply is limited only by the caller's
    /// deadline.
    pub(super) async fn send(&mut self, composed: &ComposedEmail) -> Result<(), SendError> {
        let mut parameters = Vec::new();
        if !composed.message.is_ascii() || !composed.to.to_string().is_ascii() {
            parameters.push(MailParameter::SmtpUtfEight);
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let (connection, step) = (&mut self.connection, self.step);
        let mail = connection.command(Mail::new(Some(composed.from.clone()), parameters));
        expect(&with_deadline(step, Stage::Transaction, mail).await?, &[250])?;
        let recipient = connection.command(Rcpt::new(composed.to.clone(), Vec::new()));
        expect(&with_deadline(step, Stage::Transaction, recipient).await?, &[250, 251])?;
        let data = connection.command(Data);
        expect(&with_deadline(step, Stage::Transaction, data).await?, &[354])?;
        let taken = connection.message(&composed.message).await;
        expect(&taken.map_err(|error| classify(Stage::Transaction, error))?, &[250])
    }

    /// Sends `QUIT`, and waits for the reply no longer than a step.
    pub(super) async fn quit(mut self) {
        drop(timeout(self.step, self.connection.quit()).await);
    }
}

async fn with_deadline<T>(
    limit: Duration,
    stage: Stage,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, SendError> {
    match timeout(limit, work).await {
        Ok(done) => done.map_err(|error| classify(stage, error)),
        Err(elapsed) => Err(SendError::new(Failure::Silent, elapsed)),
    }
}

fn expect(answer: &Response, statuses: &[u16]) -> Result<(), SendError> {
    if statuses.iter().any(|status| answer.has_code(*status)) {
        return Ok(());
    }
    Err(SendError::new(Failure::Silent, format!("an answer out of step: {}", answer.code())))
}

fn tls(settings: &SmtpSettings) -> Result<TlsParameters, SetupError> {
    let mut builder: TlsParametersBuilder = TlsParameters::builder(settings.url.server().host.clone());
    if let Some(pem) = &settings.ca {
        // A file without a certificate in it would be read as an empty list, and then trust nobody.
        if !pem.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
            return Err(SetupError::Ca);
        }
        let certificate = Certificate::from_pem(pem).map_err(|_| SetupError::Ca)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|error| SetupError::Tls(error.to_string()))
}

/// The name for `EHLO`: this machine's if it is fully qualified, as some servers require, else the public host's.
fn ehlo_name(public_host: &str) -> ClientId {
    let full =
        |name: &str| is_host_name(name) && name.contains('.') && name.parse::<std::net::IpAddr>().is_err();
    match ClientId::default() {
        ClientId::Domain(name) if full(&name) => ClientId::Domain(name),
        _ if full(public_host) => ClientId::Domain(public_host.to_owned()),
        ClientId::Domain(name) if is_host_name(&name) => ClientId::Domain(name),
        _ => ClientId::Ipv4(std::net::Ipv4Addr::LOCALHOST),
    }
}
