//! What handlers take from a request, in this order: who may do it, the key of the path, the form.
//!
//! Credentials are for the API: somebody may have put the pages behind a proxy's own log-in, whose credentials browsers
//! then send along.

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};

use super::Pages;
use super::error::Trouble;
use crate::domain::{ReceiptKey, SecretKey};
use crate::http::body;
use crate::http::client_ip::client_network;
use crate::http::params::Params;
use crate::service::{Caller, CreatePermit, ReadPermit, ReceiptPermit};

fn caller(parts: &Parts, pages: &Pages) -> Caller {
    Caller { network: client_network(parts, pages.app().trusted_proxies()), signed_in: None }
}

/// Who may create a secret.
pub(super) struct Creating(pub(super) CreatePermit);

impl FromRequestParts<Pages> for Creating {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Trouble> {
        Ok(Self(pages.app().service().admit_create(caller(parts, pages))?))
    }
}

/// Who may ask for a secret.
pub(super) struct Reading(pub(super) ReadPermit);

impl FromRequestParts<Pages> for Reading {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Trouble> {
        Ok(Self(pages.app().service().admit_read(caller(parts, pages))?))
    }
}

/// Who may ask for a receipt, or burn with it.
pub(super) struct Holding(pub(super) ReceiptPermit);

impl FromRequestParts<Pages> for Holding {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Trouble> {
        Ok(Self(pages.app().service().admit_receipt(caller(parts, pages))?))
    }
}

/// The `{key}` of a link's path. Anything else is no page.
pub(super) struct Secret(pub(super) SecretKey);

impl FromRequestParts<Pages> for Secret {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Trouble> {
        key(parts, pages).await.and_then(|key| SecretKey::parse(&key)).map(Self).ok_or(Trouble::NotFound)
    }
}

/// The `{key}` of a receipt's path.
pub(super) struct Receipt(pub(super) ReceiptKey);

impl FromRequestParts<Pages> for Receipt {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Trouble> {
        key(parts, pages).await.and_then(|key| ReceiptKey::parse(&key)).map(Self).ok_or(Trouble::NotFound)
    }
}

async fn key(parts: &mut Parts, pages: &Pages) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, pages).await.ok()?;
    params.iter().find(|(name, _)| *name == "key").map(|(_, key)| key.to_owned())
}

/// A form as browsers send it. Parameters of the query are none of it: they would be in histories and logs.
pub(super) struct Form(pub(super) Params);

impl FromRequest<Pages> for Form {
    type Rejection = Trouble;

    async fn from_request(request: Request, pages: &Pages) -> Result<Self, Trouble> {
        let (parts, body) = request.into_parts();
        let media = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
        let kind = media.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if !kind.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
            return Err(Trouble::NotAForm);
        }
        let bytes = body::read(body, pages.app().body_limit()).await?;
        let params = Params::parse(None, Some(media), &bytes)?;
        // Two of a name, or one with brackets, is nothing that a form of ours sends.
        params.require_texts(&["secret", "passphrase", "ttl", "do", "mark", "letters"])?;
        Ok(Self(params))
    }
}

/// Whether an `Accept` names HTML, as browsers do and API clients do not.
pub(super) fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("text/html")))
}
