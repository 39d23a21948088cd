//! Calls to the provider: bounded in size and in time, no redirect followed.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Response, header};
use ureq::tls::{RootCerts, TlsConfig};
use zeroize::Zeroizing;

use super::Refusal;

/// For a whole call: names, connection, handshake, answer.
const CALL: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes. Tokens of people in many groups are the longest, at some tens of thousands.
const LARGEST: u64 = 256 * 1024;

/// What of the provider was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The discovery document.
    Discovery,
    /// The keys its tokens are signed with.
    Keys,
    /// What a code is exchanged for tokens at.
    Token,
    /// More claims.
    Userinfo,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery document",
            Self::Keys => "key set",
            Self::Token => "token endpoint",
            Self::Userinfo => "userinfo endpoint",
        })
    }
}

/// Why there is no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// Nobody answered: no such host, no connection, no TLS.
    #[error("{0}")]
    Unreachable(String),
    /// It took longer than ten seconds.
    #[error("it took longer than {} seconds", CALL.as_secs())]
    TooSlow,
    /// It is larger than any needs to be.
    #[error("the answer is larger than {} kB", LARGEST / 1024)]
    TooLarge,
    /// It says to ask elsewhere.
    #[error("the answer is a redirect, and none is followed")]
    Redirect,
    /// The status, which is none of success.
    #[error("the answer is status {0}")]
    Status(u16),
    /// Not a JSON object.
    #[error("the answer is no JSON object")]
    NotJson,
    /// Too many sign-ins wait for the provider already.
    #[error("too many sign-ins wait for it already")]
    Crowded,
}

/// A status, and the JSON object of the body, if it is one.
pub(super) struct Fetched {
    pub(super) status: u16,
    pub(super) body: Option<serde_json::Map<String, Value>>,
}

/// Asks the provider. Blocking calls on the runtime's threads for them: a provider is asked a few times a sign-in, and the
/// library is here already (ADR 0084).
#[derive(Clone, Debug)]
pub(super) struct Fetcher(Agent);

impl Fetcher {
    pub(super) fn new() -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(provider)
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(CALL))
            .http_status_as_error(false)
            // A redirect would carry code and secret to wherever it points.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            // Its own reading of the environment would send calls to this very machine to a proxy.
            .proxy(None)
            .max_response_header_size(16 * 1024)
            .user_agent(concat!("readonce/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .tls_config(tls)
            .build();
        Self(config.into())
    }

    /// A JSON object, by GET; with an access token where there is one.
    pub(super) async fn get(
        &self,
        endpoint: Endpoint,
        address: &str,
        token: Option<&Zeroizing<String>>,
    ) -> Result<serde_json::Map<String, Value>, Refusal> {
        let mut request = self.0.get(address);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.as_str()));
        }
        let fetched = blocking(endpoint, move || request.call()).await?;
        let failed = |error| Refusal::Unavailable { endpoint, error };
        match (fetched.status, fetched.body) {
            (200, Some(body)) => Ok(body),
            (200, None) => Err(failed(FetchError::NotJson)),
            (status, _) => Err(failed(FetchError::Status(status))),
        }
    }

    /// Sends a form to the token endpoint, with an `Authorization` where there is one.
    pub(super) async fn post(
        &self,
        address: &str,
        form: Zeroizing<String>,
        authorization: Option<Zeroizing<String>>,
    ) -> Result<Fetched, Refusal> {
        let mut request = self.0.post(address).content_type("application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization.as_str());
        }
        blocking(Endpoint::Token, move || request.send(form.as_bytes())).await
    }
}

async fn blocking(
    endpoint: Endpoint,
    call: impl FnOnce() -> Result<Response<ureq::Body>, ureq::Error> + Send + 'static,
) -> Result<Fetched, Refusal> {
    let failed = |error| Refusal::Unavailable { endpoint, error };
    match tokio::task::spawn_blocking(move || call().map_err(|error| why(&error)).and_then(read)).await {
        Ok(fetched) => fetched.map_err(failed),
        Err(_) => Err(failed(FetchError::Unreachable("the call broke off".into()))),
    }
}

fn read(mut response: Response<ureq::Body>) -> Result<Fetched, FetchError> {
    let status = response.status();
    if status.is_redirection() {
        return Err(FetchError::Redirect);
    }
    let body = response.body_mut().with_config().limit(LARGEST).read_to_vec();
    let body = Zeroizing::new(body.map_err(|error| why(&error))?);
    // Errors come with HTML, and with JSON that is called HTML: the body is judged, not its label.
    Ok(Fetched { status: status.as_u16(), body: serde_json::from_slice(&body).ok() })
}

fn why(error: &ureq::Error) -> FetchError {
    let io_kind = |error: &std::io::Error| match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(ureq::Error::BodyExceedsLimit(_)) => FetchError::TooLarge,
        Some(ureq::Error::Timeout(_)) => FetchError::TooSlow,
        _ if error.kind() == std::io::ErrorKind::TimedOut => FetchError::TooSlow,
        _ => FetchError::Unreachable(error.to_string()),
    };
    match error {
        ureq::Error::Timeout(_) => FetchError::TooSlow,
        ureq::Error::BodyExceedsLimit(_) => FetchError::TooLarge,
        ureq::Error::Io(error) => io_kind(error),
        ureq::Error::HostNotFound => FetchError::Unreachable("there is no such host".into()),
        ureq::Error::Rustls(error) => FetchError::Unreachable(error.to_string()),
        ureq::Error::Protocol(_) => {
            FetchError::Unreachable("what came was not HTTP, or not all of it".into())
        }
        _ => FetchError::Unreachable("no connection".into()),
    }
}
