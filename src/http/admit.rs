//! Admission: who calls, and whether they may do what the route is for, before anything else of the request is read.
//!
//! A handler names the permit that its verb takes, as in `Admit(permit): Admit<CreatePermit>`. How a caller is found is the
//! surface's choice: an API looks at credentials, pages at who signed in, and neither at the other's.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use zeroize::Zeroizing;

use super::basic::{Basic, parse_basic};
use super::body::budget::Reservation;
use super::body::{self, BodyError};
use super::client_ip::client_network;
use super::state::AppState;
use crate::service::{
    AccountPermit, Caller, CreatePermit, Error, ReadPermit, ReceiptPermit, Service, SignedIn,
};

/// The state of a surface's handlers: an API version's, or the pages'.
pub trait Surface: Clone + Send + Sync + 'static {
    /// How this surface refuses.
    type Rejection: From<Error> + IntoResponse;

    /// What all surfaces share.
    fn app(&self) -> &AppState;

    /// Who sent a request; an error where credentials were sent that are wrong.
    fn caller(&self, parts: &Parts) -> impl Future<Output = Result<Caller, Self::Rejection>> + Send;
}

/// What a caller can be given before their request is worked on.
pub trait Permit: Sized {
    /// Gives it to `caller`, and counts the request where it is limited; or refuses.
    fn issue(service: &Service, caller: Caller) -> Result<Self, Error>;
}

/// Takes a permit from the request. Stands before the parameters of a handler: a request that is refused is not read.
#[derive(Debug)]
pub struct Admit<P>(pub P);

impl<S: Surface, P: Permit> FromRequestParts<S> for Admit<P> {
    type Rejection = S::Rejection;

    async fn from_request_parts(parts: &mut Parts, surface: &S) -> Result<Self, S::Rejection> {
        let caller = surface.caller(parts).await?;
        Ok(Self(P::issue(surface.app().service(), caller)?))
    }
}

/// A caller without credentials.
#[must_use]
pub fn anonymous(app: &AppState, parts: &Parts) -> Caller {
    Caller { network: client_network(parts, app.trusted_proxies()), signed_in: None }
}

/// The caller of an API. Credentials that are sent are checked on every endpoint; bad ones never count as none
/// (v1-contract.md §3).
pub async fn by_basic(app: &AppState, parts: &Parts) -> Result<Caller, Error> {
    let mut caller = anonymous(app, parts);
    let values = parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
    match parse_basic(values) {
        Basic::None => {}
        Basic::Refused => return Err(Error::NotAuthorized),
        Basic::Credentials { user, token } => {
            let signed_in = app.service().accounts().sign_in(caller.network, &user, token).await?;
            caller.signed_in = Some(Box::new(signed_in));
        }
    }
    Ok(caller)
}

impl Permit for CreatePermit {
    fn issue(service: &Service, caller: Caller) -> Result<Self, Error> {
        service.admit_create(caller)
    }
}

impl Permit for ReadPermit {
    fn issue(service: &Service, caller: Caller) -> Result<Self, Error> {
        service.admit_read(caller)
    }
}

impl Permit for ReceiptPermit {
    fn issue(service: &Service, caller: Caller) -> Result<Self, Error> {
        service.admit_receipt(caller)
    }
}

impl Permit for AccountPermit {
    fn issue(service: &Service, caller: Caller) -> Result<Self, Error> {
        service.admit_account(caller)
    }
}

/// Anybody; only credentials that are sent have to be right. Without a rate limit.
impl Permit for Caller {
    fn issue(_: &Service, caller: Caller) -> Result<Self, Error> {
        Ok(caller)
    }
}

/// Any account. Without a rate limit.
impl Permit for Box<SignedIn> {
    fn issue(_: &Service, caller: Caller) -> Result<Self, Error> {
        caller.signed_in.ok_or(Error::NotAuthorized)
    }
}

/// Reads the body with the value, as long as what the permit's caller may share, and what it holds of the budget: to be kept
/// until the request is answered. After admission, as the limit is the caller's.
pub async fn read_value(
    permit: &CreatePermit,
    body: Body,
    app: &AppState,
) -> Result<(Zeroizing<Vec<u8>>, Reservation), BodyError> {
    let mut held = app.bodies().reserve(permit.caller().network);
    let limit = body::limit_of(app.service().policy().max_size_for(permit.caller().account()));
    Ok((body::read_large(body, limit, &mut held).await?, held))
}
