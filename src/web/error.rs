//! Error pages: their statuses and texts, and the middleware that renders them.
//!
//! An error that leaves a handler only says what it is; the middleware, which knows the reader's language, makes a page of
//! it, also of a panic. The statuses are the pages' own: an API has to answer as its clients expect, a page as browsers do.

use std::any::Any;
use std::time::Duration;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::page_context::PageContext;
use super::{Pages, answer};
use crate::http::body::{BodyError, NO_ROOM_RETRY};
use crate::http::errors;
use crate::http::origin;
use crate::http::params::ParamsError;
use crate::http::path_key::PathError;
use crate::http::request_checks::Refusal;
use crate::service::Error;

/// Why another page is shown than the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
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
    /// Only people who signed in may.
    NeedsSignIn,
    /// The form is of somebody who is signed in no more.
    SignedOut,
    /// The form is of another session than the browser's.
    OtherSession,
    /// Another site sent the form.
    CrossSite,
    /// Not the kind of body that forms have.
    NotAForm,
    /// The form cannot be read, or holds what ours do not.
    Malformed,
    /// Address and headers are longer than any may be.
    HeadTooLarge,
    /// The form is longer than any may be.
    TooLarge,
    /// The form did not come in time.
    TooSlow,
    /// Too many requests.
    Limited(Duration),
    /// Too many wrong passphrases.
    TriesUsedUp(Duration),
    /// The disk is short of room for what is shared.
    DiskShort(Duration),
    /// Too much to do.
    Busy(Duration),
    /// The store cannot be used; nothing was done.
    Unavailable(Duration),
    /// Nobody knows whether it was done.
    OutcomeUnknown(Duration),
    /// The same, of a secret whose recipient is told of it if it was.
    PerhapsMailed(Duration),
    /// The secret is there and cannot be opened by this instance now.
    CannotOpen(Duration),
    /// The stored record is damaged.
    Damaged,
    /// A mistake of ours.
    Failed,
}

impl PageError {
    /// Status, and the messages of heading and text.
    fn table(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::NotFound => (S::NOT_FOUND, "error-not-found", "error-not-found-text"),
            Self::NotAllowed => (S::METHOD_NOT_ALLOWED, "error-not-found", "error-not-found-text"),
            Self::Gone => (S::NOT_FOUND, "gone-title", "gone-text"),
            Self::NoReceipt => (S::NOT_FOUND, "receipt-none", "receipt-none-text"),
            Self::NothingToBurn => (S::NOT_FOUND, "burn-late", "burn-late-text"),
            Self::NeedsAccount => (S::FORBIDDEN, "closed-title", "closed-text"),
            Self::NeedsSignIn => (S::FORBIDDEN, "needs-sign-in", "needs-sign-in-text"),
            Self::SignedOut => (S::FORBIDDEN, "signed-out-meanwhile", "signed-out-meanwhile-text"),
            Self::OtherSession => (S::CONFLICT, "other-session", "other-session-text"),
            Self::CrossSite => (S::FORBIDDEN, "error-cross-site", "error-cross-site-text"),
            Self::NotAForm => (S::UNSUPPORTED_MEDIA_TYPE, "error-malformed", "error-malformed-text"),
            Self::Malformed => (S::BAD_REQUEST, "error-malformed", "error-malformed-text"),
            Self::HeadTooLarge => (S::REQUEST_HEADER_FIELDS_TOO_LARGE, "error-head", "error-head-text"),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "error-large", "error-large-text"),
            Self::TooSlow => (S::REQUEST_TIMEOUT, "error-slow", "error-slow-text"),
            Self::Limited(_) => (S::TOO_MANY_REQUESTS, "error-limited", "error-limited-text"),
            Self::TriesUsedUp(_) => (S::TOO_MANY_REQUESTS, "error-limited", "error-tries-text"),
            Self::DiskShort(_) => (S::SERVICE_UNAVAILABLE, "error-disk", "error-disk-text"),
            Self::Busy(_) => (S::SERVICE_UNAVAILABLE, "error-busy", "error-busy-text"),
            Self::Unavailable(_) => (S::SERVICE_UNAVAILABLE, "error-store", "error-store-text"),
            Self::OutcomeUnknown(_) => (S::SERVICE_UNAVAILABLE, "error-outcome", "error-outcome-text"),
            Self::PerhapsMailed(_) => (S::SERVICE_UNAVAILABLE, "error-outcome", "share-perhaps-mailed"),
            Self::CannotOpen(_) => (S::SERVICE_UNAVAILABLE, "error-key", "error-key-text"),
            Self::Damaged => (S::SERVICE_UNAVAILABLE, "error-damaged", "error-damaged-text"),
            Self::Failed => (S::INTERNAL_SERVER_ERROR, "error-failed", "error-failed-text"),
        }
    }

    fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Limited(wait)
            | Self::TriesUsedUp(wait)
            | Self::DiskShort(wait)
            | Self::Busy(wait)
            | Self::Unavailable(wait)
            | Self::OutcomeUnknown(wait)
            | Self::PerhapsMailed(wait)
            | Self::CannotOpen(wait) => Some(wait),
            _ => None,
        }
    }

    /// What a person is told.
    pub(super) fn told(self, page: &PageContext) -> Told {
        let (_, heading, text) = self.table();
        let (heading, text) = match (self, page.signs_in()) {
            // Sharing is open: what was asked for is a status.
            (Self::NeedsAccount, false) if page.may_share() => ("receipt-closed", "receipt-closed-text"),
            (Self::NeedsAccount, true) if page.may_share() => ("receipt-closed", "receipt-closed-sign-in"),
            (Self::NeedsAccount, true) => (heading, "closed-sign-in"),
            _ => (heading, text),
        };
        let more = match self {
            Self::Limited(wait) | Self::TriesUsedUp(wait) => {
                Some(page.message_with("error-wait", "wait", page.duration(seconds(wait))))
            }
            Self::Gone => Some(page.message("gone-hint")),
            Self::TooLarge => Some(page.message_with("share-too-big", "max", page.max_size())),
            _ => None,
        };
        Told { heading: page.message(heading), text: page.message(text), more }
    }

    /// The page, without the headers of pages.
    pub(super) fn page(self, page: &PageContext) -> Response {
        self.page_with(page, None)
    }

    /// The page, with a way on: address and text.
    pub(super) fn page_with(self, page: &PageContext, way: Option<(String, String)>) -> Response {
        let way = way.or_else(|| page.may_share().then(|| (page.to("/"), page.message("home-link"))));
        let template = ErrorPage { page, switch: true, told: self.told(page), way };
        self.dress(answer::page(StatusCode::OK, &template))
    }

    /// Gives a page the status, and says when to come back where that helps.
    pub(super) fn dress(self, mut response: Response) -> Response {
        *response.status_mut() = self.table().0;
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds(wait).into());
        }
        response
    }

    /// Whether the same form may be taken later: what was typed into it is worth keeping.
    pub(super) fn is_passing(self) -> bool {
        self.retry_after().is_some()
    }

    /// The status alone, where no page belongs.
    pub(super) fn bare(self) -> Response {
        self.table().0.into_response()
    }
}

/// Whole seconds, at least one.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs().max(1)
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: &'a PageContext,
    switch: bool,
    told: Told,
    /// Where to go from here.
    way: Option<(String, String)>,
}

/// An error in words.
pub(super) struct Told {
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) more: Option<String>,
}

/// Stores the error in the extensions of the response; [`render_errors`] turns it into a page.
impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.bare();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Error> for PageError {
    fn from(error: Error) -> Self {
        errors::log(&error);
        let wait = errors::retry_after(&error).unwrap_or_default();
        match error {
            Error::NotAuthorized => Self::NeedsAccount,
            Error::UnknownSecret => Self::Gone,
            Error::Limited { .. } => Self::Limited(wait),
            Error::DiskShort { .. } => Self::DiskShort(wait),
            Error::Busy { .. } => Self::Busy(wait),
            Error::Unavailable(_) => Self::Unavailable(wait),
            Error::OutcomeUnknown(_) | Error::Unconfirmed => Self::OutcomeUnknown(wait),
            Error::PerhapsMailed(_) => Self::PerhapsMailed(wait),
            Error::UnknownKey(_) | Error::NotUnderstood(_) => Self::CannotOpen(wait),
            Error::Unreadable(_) => Self::Damaged,
            // What can be wrong in a form of ours is said beside its field; these it cannot send.
            Error::WrongPassphrase
            | Error::Empty
            | Error::TooBig { .. }
            | Error::BadPassphrase(_)
            | Error::BadPasswordRule(_)
            | Error::MailNeedsAccount
            | Error::Undeliverable(_)
            | Error::NoMail
            | Error::UnknownDomain(_)
            | Error::ForeignDomain(_) => Self::Malformed,
        }
    }
}

impl From<ParamsError> for PageError {
    fn from(_: ParamsError) -> Self {
        Self::Malformed
    }
}

/// A head that is refused before any page is asked for.
impl From<Refusal> for PageError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge => Self::HeadTooLarge,
            Refusal::NotOneHost | Refusal::BadTransferEncoding => Self::Malformed,
            Refusal::Encoded => Self::NotAForm,
            Refusal::CrossSite => Self::CrossSite,
        }
    }
}

/// A path that holds no key is no page.
impl From<PathError> for PageError {
    fn from(_: PathError) -> Self {
        Self::NotFound
    }
}

impl From<BodyError> for PageError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLong => Self::TooLarge,
            BodyError::TooSlow => Self::TooSlow,
            BodyError::Broken => Self::Malformed,
            BodyError::NoRoom => Self::Busy(NO_ROOM_RETRY),
        }
    }
}

/// The answer after a panic, which ended this request only.
pub(super) fn panic_response(_: Box<dyn Any + Send>) -> Response {
    PageError::Failed.into_response()
}

/// The middleware that refuses forms of other sites (security-design.md §8) and renders errors as pages.
pub(super) async fn render_errors(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let context = PageContext::of(&pages, request.uri(), request.headers());
    let path = request.uri().path().to_owned();
    let mut response = if request.method() == Method::POST
        && !origin::is_own_pages(request.headers(), pages.app().service().policy())
    {
        PageError::CrossSite.into_response()
    } else {
        next.run(request).await
    };
    if let Some(error) = response.extensions_mut().remove::<PageError>() {
        let allow = response.headers_mut().remove(header::ALLOW);
        // What passes leads back to where it was met, and not to a form that is something else.
        let signing_in_helps = matches!(error, PageError::NeedsSignIn | PageError::NeedsAccount);
        let again = if signing_in_helps && context.signs_in() {
            Some((context.to_sign_in(&path), context.message("sign-in-link")))
        } else {
            let comes_back = error.is_passing() || error == PageError::OtherSession;
            comes_back.then(|| (context.to(&path), context.message("error-again")))
        };
        response = error.page_with(&context, again);
        response.headers_mut().extend(allow.map(|methods| (header::ALLOW, methods)));
    }
    response
}
