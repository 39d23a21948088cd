//! Stylesheet, script and icon: in the program, under names that change with what is in them, so that browsers may keep
//! them for ever. Nothing else is ever cached.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use super::error::PageError;

/// A file that pages refer to.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its name, such as `style-0123456789abcdef.css`.
    pub(super) name: String,
    media: &'static str,
    text: &'static str,
}

pub(super) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("assets/style.css")));
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("script", "js", "text/javascript; charset=utf-8", include_str!("assets/script.js"))
});
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg")));

const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, text: &'static str) -> Self {
        let digest: [u8; 32] = Sha256::digest(text).into();
        let hash = digest[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        Self { name: format!("{stem}-{hash:016x}.{extension}"), media, text }
    }
}

/// `GET /assets/{file}`.
pub(super) async fn send(Path(file): Path<String>) -> Response {
    let Some(asset) = [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.name == file) else {
        return PageError::NotFound.bare();
    };
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(asset.media)), (header::CACHE_CONTROL, CACHED)];
    (headers, asset.text).into_response()
}

/// `GET /robots.txt`: nothing here is for search engines.
pub(super) async fn robots() -> Response {
    let text: (HeaderName, HeaderValue) =
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    ([text], ROBOTS).into_response()
}
