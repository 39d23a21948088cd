//! The pages as a surface: how they find who asks, and their extractors for forms.

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Uri};

use super::Pages;
use super::error::PageError;
use super::visitor::Visitor;
use crate::http::admit::{Admit, Surface, anonymous, read_value};
use crate::http::body;
use crate::http::body::budget::Reservation;
use crate::http::params::Params;
use crate::http::state::AppState;
use crate::service::{Caller, CreatePermit};

impl Surface for Pages {
    type Rejection = PageError;

    fn app(&self) -> &AppState {
        &self.0.app
    }

    /// Credentials are for the API: somebody may have put the pages behind a proxy's own log-in, whose credentials browsers
    /// then send along. Sessions are for pages that know people.
    async fn caller(&self, parts: &Parts) -> Result<Caller, PageError> {
        let visitor = parts.extensions.get::<Visitor>();
        let signed_in = visitor.map(Visitor::signed_in).transpose()?.flatten();
        Ok(Caller { signed_in, ..anonymous(&self.0.app, parts) })
    }
}

/// What an address says; nothing where it cannot be read.
pub(super) fn query(uri: &Uri) -> Params {
    Params::parse(uri.query(), None, b"").unwrap_or_default()
}

/// A form as browsers send it, where no value is sent. Parameters of the query are none of it: they would be in histories
/// and logs.
pub(super) struct Form(pub(super) Params);

impl FromRequest<Pages> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &Pages) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let media = form_type(&parts)?;
        Ok(Self(params(media, &body::read_small(body).await?)?))
    }
}

/// The form with the value, up to what its caller may share, and a permit to share it.
pub(super) struct SharingForm {
    /// The permit, and what is to be kept until the request is answered; or why not now.
    pub(super) admitted: Result<(CreatePermit, Reservation), PageError>,
    pub(super) params: Params,
}

impl FromRequest<Pages> for SharingForm {
    type Rejection = PageError;

    /// Who comes too often, or is signed in no more, is read all the same, as far as every request may send: what was typed goes back
    /// to them (ADR 0057).
    async fn from_request(request: Request, pages: &Pages) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        match Admit::<CreatePermit>::from_request_parts(&mut parts, pages).await {
            Ok(Admit(permit)) => {
                let (body, held) = read_value(&permit, body, pages.app()).await?;
                Ok(Self { admitted: Ok((permit, held)), params: params(form_type(&parts)?, &body)? })
            }
            Err(refused) if refused.is_passing() || refused == PageError::NeedsAccount => {
                let media = form_type(&parts)?;
                let body = body::read_small(body).await.map_err(|_| refused)?;
                Ok(Self { admitted: Err(refused), params: params(media, &body)? })
            }
            Err(refused) => Err(refused),
        }
    }
}

/// The content type, if it is that of a form.
fn form_type(parts: &Parts) -> Result<&[u8], PageError> {
    let media = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let kind = media.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let is_form = kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded");
    if is_form { Ok(media) } else { Err(PageError::NotAForm) }
}

fn params(media: &[u8], body: &[u8]) -> Result<Params, PageError> {
    let params = Params::parse(None, Some(media), body)?;
    // Two of a name, or one with brackets, is nothing that a form of ours sends.
    params.require_texts(&[
        "secret",
        "passphrase",
        "protect",
        "ttl",
        "length",
        "do",
        "mark",
        "letters",
        "token",
        "recipient",
        "form",
        "email",
        "to",
        "name",
        "read",
        "burned",
        "expired",
    ])?;
    Ok(params)
}
