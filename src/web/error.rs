//! What goes wrong, as pages. An error only says what it is; the layer here, which knows the reader's language, makes a
//! page of it, also of a panic.

use std::time::Duration;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::visitor::Visitor;
use super::{Pages, answer};
use crate::http::body::BodyError;
use crate::http::params::ParamsError;
use crate::http::status;
use crate::service::Error;

/// Why there is no other page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// No such page.
    NotFound,
    /// A page, but not with this method.
    NotAllowed,
    /// No such secret: read, burned, expired, never there.
    Gone,
    /// No such receipt.
    NoReceipt,
    /// Nothing is left to be burned.
    NothingToBurn,
    /// Only people with an account may.
    NeedsAccount,
    /// Another site sent the form.
    CrossSite,
    /// Not the kind of body that forms have.
    NotAForm,
    /// The form cannot be read, or holds what ours do not.
    Malformed,
    /// The form is longer than any may be.
    TooLarge,
    /// The form did not come in time.
    TooSlow,
    /// Too many requests or tries.
    Limited(Duration),
    /// Too much to do.
    Busy(Duration),
    /// The store cannot be used; nothing was done.
    Unavailable(Duration),
    /// Nobody knows whether it was done.
    OutcomeUnknown(Duration),
    /// The secret is there and cannot be opened by this instance now.
    CannotOpen(Duration),
    /// The stored record is damaged.
    Damaged,
    /// A mistake of ours.
    Failed,
}

impl Trouble {
    /// Status, and the names of heading and text.
    fn words(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::NotFound => (S::NOT_FOUND, "error-not-found", "error-not-found-text"),
            Self::NotAllowed => (S::METHOD_NOT_ALLOWED, "error-not-found", "error-not-found-text"),
            Self::Gone => (S::NOT_FOUND, "gone-title", "gone-text"),
            Self::NoReceipt => (S::NOT_FOUND, "receipt-none", "receipt-none-text"),
            Self::NothingToBurn => (S::NOT_FOUND, "burn-late", "burn-late-text"),
            Self::NeedsAccount => (S::FORBIDDEN, "closed-title", "closed-text"),
            Self::CrossSite => (S::FORBIDDEN, "error-cross-site", "error-cross-site-text"),
            Self::NotAForm => (S::UNSUPPORTED_MEDIA_TYPE, "error-malformed", "error-malformed-text"),
            Self::Malformed => (S::BAD_REQUEST, "error-malformed", "error-malformed-text"),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "error-large", "error-large-text"),
            Self::TooSlow => (S::REQUEST_TIMEOUT, "error-slow", "error-slow-text"),
            Self::Limited(_) => (S::TOO_MANY_REQUESTS, "error-limited", "error-limited-text"),
            Self::Busy(_) => (S::SERVICE_UNAVAILABLE, "error-busy", "error-busy-text"),
            Self::Unavailable(_) => (S::SERVICE_UNAVAILABLE, "error-store", "error-store-text"),
            Self::OutcomeUnknown(_) => (S::SERVICE_UNAVAILABLE, "error-outcome", "error-outcome-text"),
            Self::CannotOpen(_) => (S::SERVICE_UNAVAILABLE, "error-key", "error-key-text"),
            Self::Damaged => (S::SERVICE_UNAVAILABLE, "error-damaged", "error-damaged-text"),
            Self::Failed => (S::INTERNAL_SERVER_ERROR, "error-failed", "error-failed-text"),
        }
    }

    fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Limited(wait)
            | Self::Busy(wait)
            | Self::Unavailable(wait)
            | Self::OutcomeUnknown(wait)
            | Self::CannotOpen(wait) => Some(wait),
            _ => None,
        }
    }

    /// The page, without the headers of pages.
    pub(super) fn page(self, p: &Visitor) -> Response {
        let (status, heading, text) = self.words();
        let wait = match self {
            Self::Limited(wait) => Some(p.say_with("error-wait", "wait", p.duration(seconds(wait)))),
            _ => None,
        };
        let hint = matches!(self, Self::Gone).then(|| p.say("gone-hint"));
        let text = p.say(text);
        let template = Page { p, switch: true, heading: p.say(heading), text, more: wait.or(hint) };
        let mut response = answer::page(status, &template);
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds(wait).into());
        }
        response
    }

    /// The status alone, where no page belongs.
    pub(super) fn bare(self) -> Response {
        self.words().0.into_response()
    }
}

/// Whole seconds, at least one.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs().max(1)
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    p: &'a Visitor,
    switch: bool,
    heading: String,
    text: String,
    more: Option<String>,
}

/// Leaves a note for [`dress`].
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.bare();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        status::log(&error);
        let (_, wait) = status::of(&error);
        let wait = wait.unwrap_or_default();
        match error {
            Error::NotAuthorized => Self::NeedsAccount,
            Error::UnknownSecret => Self::Gone,
            Error::Limited { .. } => Self::Limited(wait),
            Error::Busy { .. } => Self::Busy(wait),
            Error::Unavailable(_) => Self::Unavailable(wait),
            Error::OutcomeUnknown(_) | Error::PerhapsMailed(_) | Error::Unconfirmed => {
                Self::OutcomeUnknown(wait)
            }
            Error::UnknownKey(_) => Self::CannotOpen(wait),
            Error::Unreadable(_) => Self::Damaged,
            // What a form of ours can say wrongly is told beside the form; these it cannot say.
            Error::WrongPassphrase
            | Error::Empty
            | Error::TooBig { .. }
            | Error::PassphraseTooLong
            | Error::BadPasswordRule(_)
            | Error::MailNeedsAccount
            | Error::Undeliverable(_)
            | Error::NoMail
            | Error::UnknownDomain(_)
            | Error::ForeignDomain(_) => Self::Malformed,
        }
    }
}

impl From<ParamsError> for Trouble {
    fn from(_: ParamsError) -> Self {
        Self::Malformed
    }
}

impl From<BodyError> for Trouble {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::TooLarge,
            BodyError::TooSlow => Self::TooSlow,
            BodyError::Broken => Self::Malformed,
        }
    }
}

/// What is left after a panic, which ended this request only.
pub(super) fn panicked() -> Response {
    Trouble::Failed.into_response()
}

/// The layer that refuses forms of other sites (security.md §8), makes pages of errors and adds the headers of pages.
pub(super) async fn dress(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let visitor = Visitor::of(&pages, request.uri(), request.headers());
    let mut response = if request.method() == Method::POST && is_cross_site(&request) {
        Trouble::CrossSite.into_response()
    } else {
        next.run(request).await
    };
    if let Some(trouble) = response.extensions_mut().remove::<Trouble>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = trouble.page(&visitor);
        response.headers_mut().extend(allow.map(|methods| (header::ALLOW, methods)));
    }
    answer::with_headers(response)
}

fn is_cross_site(request: &Request) -> bool {
    let sites = request.headers().get_all("sec-fetch-site");
    sites.iter().any(|site| site == HeaderValue::from_static("cross-site"))
}
