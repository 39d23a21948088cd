//! Stylesheet, script, icon and the operator's logo: under names that change with what is in them, so that browsers may keep
//! them for ever. Nothing else is ever cached.

use std::sync::LazyLock;

use axum::body::Bytes;
use sha2::{Digest as _, Sha256};

use super::logo::Logo;

/// A file that pages refer to.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its name, such as `style-0123456789abcdef.css`.
    pub(super) name: String,
    pub(super) media: &'static str,
    pub(super) body: Bytes,
}

pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "style",
        "css",
        "text/css; charset=utf-8",
        Bytes::from_static(include_bytes!("assets/style.css")),
    )
});
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "script",
        "js",
        "text/javascript; charset=utf-8",
        Bytes::from_static(include_bytes!("assets/script.js")),
    )
});
pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("icon", "svg", "image/svg+xml", Bytes::from_static(include_bytes!("assets/icon.svg")))
});

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, body: Bytes) -> Self {
        let digest: [u8; 32] = Sha256::digest(&body).into();
        let hash = digest[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        Self { name: format!("{stem}-{hash:016x}.{extension}"), media, body }
    }

    pub(super) fn logo(logo: Logo) -> Self {
        Self::new("logo", logo.kind.extension(), logo.kind.media(), logo.bytes)
    }
}

/// The file of this name, which is one of ours or the logo.
pub(super) fn find<'a>(name: &str, logo: Option<&'a Asset>) -> Option<&'a Asset> {
    [&*STYLE, &*SCRIPT, &*ICON].into_iter().chain(logo).find(|asset| asset.name == name)
}
