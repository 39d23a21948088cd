//! Stylesheet, script and icon: in the program, under names that change with what is in them, so that browsers may keep
//! them for ever. Nothing else is ever cached.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// A file that pages refer to.
#[derive(Debug)]
pub(super) struct Asset {
    /// Its name, such as `style-0123456789abcdef.css`.
    pub(super) name: String,
    pub(super) media: &'static str,
    pub(super) text: &'static str,
}

pub(super) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("assets/style.css")));
pub(super) static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("script", "js", "text/javascript; charset=utf-8", include_str!("assets/script.js"))
});
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg")));

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, text: &'static str) -> Self {
        let digest: [u8; 32] = Sha256::digest(text).into();
        let hash = digest[..8].iter().fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        Self { name: format!("{stem}-{hash:016x}.{extension}"), media, text }
    }
}

/// The file of this name.
pub(super) fn find(name: &str) -> Option<&'static Asset> {
    [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.name == name)
}
