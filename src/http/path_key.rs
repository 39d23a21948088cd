//! Extracts the `{key}` of a path, as the kind of key that the handler takes.

use std::ops::Range;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::admit::Surface;
use crate::domain::{ReceiptKey, SecretKey, ShareId};

/// Where in a request's path its key stands, as the table of routes found it.
#[derive(Clone)]
pub struct KeyAt(pub Range<usize>);

/// Why a path holds no such key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PathError {
    /// It does not decode.
    #[error("the path is not valid UTF-8")]
    NotUtf8,
    /// It cannot be a key.
    #[error("there is no such key")]
    NotAKey,
}

/// What the text of a path can be read as.
pub trait FromPath: Sized {
    /// Reads it; `None` where it cannot be one.
    fn from_path(text: &str) -> Option<Self>;
}

impl FromPath for String {
    fn from_path(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromPath for SecretKey {
    fn from_path(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl FromPath for ShareId {
    fn from_path(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

impl FromPath for ReceiptKey {
    fn from_path(text: &str) -> Option<Self> {
        Self::parse(text)
    }
}

/// A key in an address that people pass on: programs and people put a full stop, a bracket or a blank behind a link, and
/// take it into the link. No key has any of these, so what is left of them is the key, or nothing is.
pub struct Lenient<K>(pub K);

impl<K: FromPath> FromPath for Lenient<K> {
    fn from_path(text: &str) -> Option<Self> {
        K::from_path(text.trim_end_matches(|character: char| !character.is_alphanumeric())).map(Self)
    }
}

/// Takes the key from the path. No `Debug`: it opens a secret.
pub struct PathKey<K>(pub K);

impl<S, K> FromRequestParts<S> for PathKey<K>
where
    S: Surface,
    S::Rejection: From<PathError>,
    K: FromPath,
{
    type Rejection = S::Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, S::Rejection> {
        let place = parts.extensions.get::<KeyAt>().map(|KeyAt(place)| place.clone());
        let text = place.and_then(|place| parts.uri.path().get(place)).ok_or(PathError::NotAKey)?;
        let text = percent_decode_str(text).decode_utf8().map_err(|_| PathError::NotUtf8)?;
        Ok(Self(K::from_path(&text).ok_or(PathError::NotAKey)?))
    }
}
