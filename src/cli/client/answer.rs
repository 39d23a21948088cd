//! A server's response, and the error it means.
//!
//! Upstream answers every error with 404, so the `message` decides; proxies in between answer in HTML.

use std::io::Read as _;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use ureq::Body;
use ureq::http::{Response, StatusCode, Uri, header};
use zeroize::Zeroizing;

use super::error::{ClientError, Exit, excerpt};
use super::wire::ErrorBody;

/// More than any server gives out.
const LARGEST: u64 = 64 * 1024 * 1024;

/// What was asked for. All but the first have an effect, so that an unknown outcome is an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RequestKind {
    /// Nothing that changes: safe to repeat.
    Read,
    /// A new secret.
    Create,
    /// A secret's value.
    Claim,
    /// A secret's end.
    Burn,
}

impl RequestKind {
    /// What to do when nobody knows what came of it; as the proxies' pages say it (deploy/pages/unknown.html).
    fn advice(self) -> Option<&'static str> {
        match self {
            Self::Read => None,
            Self::Create => Some(
                "it may have done it, so that there is a link which nobody knows, or which is on its way to --recipient; this is not repeated by itself: share it again",
            ),
            Self::Claim => Some(
                "it may have done it; this is not repeated by itself: try again, and if it is gone then, this try may have used it up unseen, so tell whoever sent the link",
            ),
            Self::Burn => {
                Some("it may have done it; this is not repeated by itself: `readonce receipt` tells")
            }
        }
    }

    /// The error of a request that was sent, and of which nobody knows what came: `what` happened instead, and perhaps when
    /// to come back.
    pub(super) fn lost(self, what: &str, retry_after: Option<Duration>) -> ClientError {
        let wait = retry_after.map(|wait| format!("after {}", super::ttl::to_text(wait.as_secs())));
        match (self.advice(), wait) {
            (None, wait) => {
                let hint = wait.as_deref().unwrap_or("try again later");
                ClientError::new(Exit::Unreachable, format!("{what}\nhint: {hint}"))
            }
            (Some(advice), wait) => {
                let wait = wait.map(|wait| format!("{wait}; ")).unwrap_or_default();
                ClientError::new(
                    Exit::OutcomeUnknown,
                    format!("the outcome is unknown: {what}\nhint: {wait}{advice}"),
                )
            }
        }
    }
}

/// An answer, read to its end. Its body may hold a value: it is wiped when dropped.
pub(super) struct Answer {
    origin: String,
    asked: RequestKind,
    status: StatusCode,
    retry_after: Option<Duration>,
    /// The other server that a redirect points to.
    redirect: Option<String>,
    body: Zeroizing<Vec<u8>>,
}

impl Answer {
    pub(super) fn read(
        mut response: Response<Body>,
        origin: &str,
        asked: RequestKind,
    ) -> Result<Self, ClientError> {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let retry_after = header(header::RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        let redirect = header(header::LOCATION).and_then(site);
        let length = header(header::CONTENT_LENGTH).and_then(|text| text.parse().ok()).unwrap_or(16 * 1024);
        let mut answer = Self {
            origin: origin.to_owned(),
            asked,
            status: response.status(),
            retry_after: retry_after.map(Duration::from_secs),
            redirect,
            body: Zeroizing::new(Vec::with_capacity(usize::min(length, 1024 * 1024) + 1)),
        };
        let mut reader = response.body_mut().with_config().limit(LARGEST).reader();
        if let Err(error) = reader.read_to_end(&mut answer.body) {
            let what = format!("the answer of `{origin}` ({}) was cut off: {error}", answer.status);
            return Err(asked.lost(&what, answer.retry_after));
        }
        Ok(answer)
    }

    /// The body as it came.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// When to come back, if the server says so.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Whether waiting helps: limits, overload, a server that is being replaced.
    pub(super) fn is_passing(&self) -> bool {
        self.status == StatusCode::TOO_MANY_REQUESTS
            || self.status.is_server_error()
            || self.refusal().is_some_and(|refusal| refusal.is_limit() || refusal.is_undone())
    }

    /// The body of a success, as `T`; everything else as the failure that it is.
    pub(super) fn success<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        if self.status != StatusCode::OK {
            return Err(self.failure());
        }
        // Without the library's words, which may quote the body.
        serde_json::from_slice(&self.body).map_err(|_| self.not_v1())
    }

    /// The server's error message.
    fn refusal(&self) -> Option<ErrorBody> {
        serde_json::from_slice::<ErrorBody>(&self.body).ok().filter(|refusal| refusal.text().is_some())
    }

    fn failure(&self) -> ClientError {
        let Self { origin, status, .. } = self;
        if status.is_redirection() {
            let to = self.redirect.as_deref().map_or("another page".to_owned(), |site| format!("`{site}`"));
            return ClientError::new(
                Exit::Failed,
                format!(
                    "`{origin}` sends on to {to}, which is not followed\nhint: name the right address yourself, if you trust it"
                ),
            );
        }
        let Some(refusal) = self.refusal() else { return self.silent() };
        let message = excerpt(refusal.text().unwrap_or_default());
        if refusal.is_unknown_path() {
            return self.not_v1();
        }
        if refusal.is_unknown_secret() {
            return ClientError::new(Exit::Gone, message);
        }
        if refusal.is_wrong_passphrase() {
            return ClientError::new(Exit::WrongPassphrase, message);
        }
        let said = format!("`{origin}` says: {message}");
        let exit = match *status {
            // Only words that are known to mean it: any proxy may put others in the place of an answer.
            _ if refusal.is_undone() => Exit::Unreachable,
            _ if refusal.is_damaged() => Exit::Failed,
            status if status.is_server_error() => return self.asked.lost(&said, self.retry_after),
            _ => Exit::Refused,
        };
        ClientError::new(exit, format!("{said}{}", self.hint(&refusal)))
    }

    fn hint(&self, refusal: &ErrorBody) -> String {
        match self.retry_after {
            Some(wait) => format!("\nhint: after {}", super::ttl::to_text(wait.as_secs())),
            None if refusal.is_not_authorized() => {
                "\nhint: --user, and READONCE_TOKEN or --token-file; --anonymous sends none".into()
            }
            None => String::new(),
        }
    }

    /// An error that is not of a v1 server: a proxy's.
    fn silent(&self) -> ClientError {
        let Self { origin, status, .. } = self;
        if status.is_server_error() {
            return self.asked.lost(
                &format!("`{origin}` answers {status}, and not what came of it: it may have happened"),
                self.retry_after,
            );
        }
        let refused = [401, 403, 407, 413, 429].contains(&status.as_u16());
        if refused {
            return ClientError::new(
                Exit::Refused,
                format!("`{origin}` answers {status}{}", self.hint(&ErrorBody::default())),
            );
        }
        self.not_v1()
    }

    fn not_v1(&self) -> ClientError {
        let Self { origin, status, .. } = self;
        ClientError::new(
            Exit::Failed,
            format!(
                "`{origin}` answers {status}, and not as a v1 server does\nhint: is that the right address, with its path?"
            ),
        )
    }
}

/// Scheme, host and port of an address. The rest is never shown: a redirect to a login page holds the address to return to, and
/// that holds a key.
fn site(location: &str) -> Option<String> {
    let uri: Uri = location.parse().ok()?;
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}://{}{port}", uri.scheme_str()?, uri.host()?))
}

/// Any JSON object, for those who only want to know that it is one.
#[derive(Deserialize)]
pub(super) struct Anything {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_redirect_only_the_server_is_shown() {
        for (location, expected) in [
            ("https://sso.example/login?rd=/secret/KEY", Some("https://sso.example")),
            ("https://sso.example:8443?rd=/secret/KEY", Some("https://sso.example:8443")),
            ("https://ann:KEY@sso.example/", Some("https://sso.example")),
            ("//sso.example/secret/KEY", None),
            ("/oauth2/sign_in?rd=%2Fapi%2Fv1%2Fsecret%2FKEY", None),
            ("/secret/KEY", None),
            ("secret/KEY", None),
            ("?rd=KEY", None),
            ("https:\\\\sso.example\\secret\\KEY", None),
            ("", None),
        ] {
            assert_eq!(site(location).as_deref(), expected, "{location}");
        }
    }
}
