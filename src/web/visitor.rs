//! Who asks for a page that knows people. A layer around the routes of such pages finds out, so that no other page, and none of a
//! reader's, ever looks at a cookie.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use super::Pages;
use super::cookies::Cookie;
use super::error::PageError;
use super::surface::Form;
use crate::http::params::Params;
use crate::service::{Session, SignedIn};

/// Who asks, as the layer found out; or why it could not.
#[derive(Clone, Debug)]
pub(super) struct Visitor(Result<Option<Arc<Session>>, PageError>);

impl Visitor {
    /// Their session, if they signed in.
    pub(super) fn session(&self) -> Result<Option<&Arc<Session>>, PageError> {
        self.0.as_ref().map(Option::as_ref).map_err(|error| *error)
    }

    /// Their account, for the service.
    pub(super) fn signed_in(&self) -> Result<Option<Box<SignedIn>>, PageError> {
        let of =
            |session: &Arc<Session>| Box::new(SignedIn { account: session.account.clone(), token: None });
        Ok(self.session()?.map(of))
    }
}

/// Whoever asks, who has to have signed in.
pub(super) struct Person(pub(super) Arc<Session>);

impl FromRequestParts<Pages> for Person {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &Pages) -> Result<Self, PageError> {
        let visitor = parts.extensions.get::<Visitor>();
        let session = visitor.map(Visitor::session).transpose()?.flatten();
        session.cloned().map(Self).ok_or(PageError::NeedsSignIn)
    }
}

/// A form that one of this person's own pages had sent: it holds the mark of their session. With what it says.
pub(super) struct OwnForm(pub(super) Arc<Session>, pub(super) Params);

impl FromRequest<Pages> for OwnForm {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let Person(session) = Person::from_request_parts(&mut parts, pages).await?;
        let Form(params) = Form::from_request(Request::from_parts(parts, body), pages).await?;
        if is_own(pages, &session, &params) {
            Ok(Self(session, params))
        } else {
            Err(PageError::OtherSession)
        }
    }
}

/// Whether a form is of this session.
pub(super) fn is_own(pages: &Pages, session: &Session, params: &Params) -> bool {
    let sessions = pages.app().service().sessions();
    params.text("form").is_some_and(|token| sessions.is_form_token(session, token))
}

/// The layer: opens the session's cookie, if there is one, and asks the store once whether it holds.
pub(super) async fn find(State(pages): State<Pages>, mut request: Request, next: Next) -> Response {
    // HEAD asks no store anywhere.
    let asks = request.method() != Method::HEAD;
    let found = match pages.cookie(request.headers(), Cookie::Session) {
        Some(sealed) if asks => pages.app().service().sessions().find(sealed).await,
        _ => Ok(None),
    };
    let visitor = Visitor(found.map(|session| session.map(Arc::new)).map_err(PageError::from));
    request.extensions_mut().insert(visitor);
    next.run(request).await
}
