//! Requests to a server: its address, what is sent to it, and whether the credentials are.
//!
//! The trap: a link says where the secret is, and anybody can write links. Credentials go to the address of `--url` only;
//! a link to another server is requested without them.

use std::io::{self, Read};
use std::time::Duration;

use ureq::http::{HeaderValue, Response};
use ureq::{Agent, Body, SendBody};

use super::address::Address;
use super::agent;
use super::answer::{Answer, RequestKind};
use super::certificate_fault;
use super::credentials::Credentials;
use super::error::{ClientError, Exit};
use super::form::Form;
use super::options::{ServerArguments, TimeoutArguments};
use super::variables::{URL, variable};
use crate::cli::say::tell;

/// The default address of a server.
pub(super) const USUAL: &str = "http://127.0.0.1:7143";
/// For a whole call, unless it says otherwise. Servers take a second for a passphrase; links may be slow.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A parameter that every server ignores. Whoever has nothing to say says this: proxies take a request without a body for one that may
/// be sent twice, or refuse it, and a body that is not empty shows whether anything went out.
pub(super) const NOTHING: (&str, &str) = ("continue", "true");

/// A v1 server.
pub(super) struct Server {
    address: Address,
    authorization: Option<HeaderValue>,
    agent: Agent,
    quiet: bool,
}

impl Server {
    /// The server of the call, or that of a link.
    pub(super) fn of(
        arguments: &ServerArguments,
        timeout: &TimeoutArguments,
        link: Option<Address>,
    ) -> Result<Self, ClientError> {
        let named = arguments.url.clone().map_or_else(|| variable(URL), |url| Ok(Some(url)))?;
        let own = Address::parse(named.as_deref().unwrap_or(USUAL))?;
        let user = Credentials::user(arguments)?;
        let address = link.unwrap_or_else(|| own.clone());
        let note = |text: &str| {
            if !arguments.quiet {
                tell!("{text}");
            }
        };
        if !address.is_https() && !address.is_loopback() {
            note(&format!(
                "warning: `{}` is asked over http, which others on the way can read",
                address.origin()
            ));
        }
        let authorization = match user {
            Some(user) if address == own => Some(Credentials::of(user, arguments)?.header()?),
            Some(_) => {
                note(&format!(
                    "note: the link leads to `{}`, which is not --url: no credentials are sent there",
                    address.origin()
                ));
                None
            }
            None => None,
        };
        let agent = agent::to(&address, timeout.timeout.unwrap_or(TIMEOUT), arguments.ca_file.as_deref())?;
        Ok(Self { address, authorization, agent, quiet: arguments.quiet })
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Whether credentials are sent.
    pub(super) fn is_signed_in(&self) -> bool {
        self.authorization.is_some()
    }

    /// Prints a note to stderr, beside the result.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            tell!("{text}");
        }
    }

    /// Asks for a receipt.
    pub(super) fn read(&self, path: &str) -> Result<Answer, ClientError> {
        self.post(path, &[], RequestKind::Read)
    }

    /// Asks by GET.
    pub(super) fn get(&self, path: &str) -> Result<Answer, ClientError> {
        let mut request = self.agent.get(self.address.endpoint(path));
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.clone());
        }
        self.to_answer(request.call(), true, RequestKind::Read)
    }

    /// Asks by POST, once, whatever happens: what is `asked` for says what silence means.
    pub(super) fn post(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
        asked: RequestKind,
    ) -> Result<Answer, ClientError> {
        let form = Form::of(if parameters.is_empty() { &[NOTHING] } else { parameters });
        let mut body = Watched { bytes: form.as_bytes(), sent: false };
        let mut request = self
            .agent
            .post(self.address.endpoint(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Content-Length", form.as_bytes().len());
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.clone());
        }
        let response = request.send(SendBody::from_reader(&mut body));
        self.to_answer(response, body.sent, asked)
    }

    fn to_answer(
        &self,
        response: Result<Response<Body>, ureq::Error>,
        sent: bool,
        asked: RequestKind,
    ) -> Result<Answer, ClientError> {
        match response {
            Ok(response) => Answer::read(response, self.address.origin(), asked),
            Err(error) => Err(self.silence(&error, sent, asked)),
        }
    }

    /// No answer: was it not asked, or is it not known what happened?
    fn silence(&self, error: &ureq::Error, sent: bool, asked: RequestKind) -> ClientError {
        let (origin, why) = (self.address.origin(), why(error));
        if sent && asked != RequestKind::Read {
            return asked.lost(&format!("`{origin}` was asked and did not answer: {why}"), None);
        }
        let hint = certificate_fault::of(error)
            .map_or("--url, or READONCE_URL", |fault| certificate_fault::told(fault).1);
        ClientError::new(Exit::Unreachable, format!("`{origin}` cannot be reached: {why}\nhint: {hint}"))
    }
}

/// An error of the library in words that never hold an address: the path of one is a secret.
pub(super) fn why(error: &ureq::Error) -> String {
    if let Some(fault) = certificate_fault::of(error) {
        return certificate_fault::told(fault).0.into();
    }
    match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Rustls(error) => error.to_string(),
        ureq::Error::HostNotFound => "there is no such host".into(),
        ureq::Error::Timeout(_) => "it took too long".into(),
        ureq::Error::ConnectProxyFailed(_) => "the proxy did not let the call through".into(),
        ureq::Error::Protocol(_) => "what came was not HTTP, or not all of it".into(),
        _ => "the connection failed".into(),
    }
}

/// A body that knows whether anything of it went out: before that, nothing can have happened.
struct Watched<'a> {
    bytes: &'a [u8],
    sent: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.sent = true;
        self.bytes.read(into)
    }
}
