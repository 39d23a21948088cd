//! The pages as a surface: how they find who asks, and their extractor for forms.

use axum::extract::{FromRequest, Request};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;

use super::Pages;
use super::error::PageError;
use crate::http::admit::{Surface, anonymous};
use crate::http::body;
use crate::http::params::Params;
use crate::http::state::AppState;
use crate::service::{Caller, Error};

impl Surface for Pages {
    type Rejection = PageError;

    fn app(&self) -> &AppState {
        &self.0.app
    }

    /// Credentials are for the API: somebody may have put the pages behind a proxy's own log-in, whose credentials browsers
    /// then send along.
    async fn caller(&self, parts: &Parts) -> Result<Caller, Error> {
        Ok(anonymous(&self.0.app, parts))
    }
}

/// A form as browsers send it. Parameters of the query are none of it: they would be in histories and logs.
pub(super) struct Form(pub(super) Params);

impl FromRequest<Pages> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let media = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        let kind = media.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if !kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
            return Err(PageError::NotAForm);
        }
        let bytes = body::read(body, pages.app().body_limit()).await?;
        let params = Params::parse(None, Some(media), &bytes)?;
        // Two of a name, or one with brackets, is nothing that a form of ours sends.
        params.require_texts(&["secret", "passphrase", "ttl", "do", "mark", "letters"])?;
        Ok(Self(params))
    }
}
