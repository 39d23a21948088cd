//! The logo that the settings name.

use std::fs::File;
use std::io::Read as _;

use anyhow::Context as _;

use crate::config::Settings;
use crate::web::Logo;

/// The logo, where `web.logo` is set.
pub(super) fn logo(settings: &Settings) -> anyhow::Result<Option<Logo>> {
    let Some(path) = &settings.web.logo else { return Ok(None) };
    let shown = path.display();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(Logo::MOST).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read `{shown}`\nhint: it is named by `web.logo`"))?;
    Ok(Some(Logo::read(bytes).with_context(|| format!("`{shown}` is no logo"))?))
}
