//! The provider that the settings describe.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use zeroize::Zeroizing;

use crate::config::Settings;
use crate::domain::SystemClock;
use crate::domain::address::BaseUrl;
use crate::domain::text::{STRAY_END_HINT, stray_end};
use crate::oidc::{self, ClientSecret, Provider};
use crate::web;

/// The longest secret, in bytes: more is another file.
const LONGEST: usize = 4096;

/// A provider, where `oidc.issuer` is set. Asks nothing yet.
pub(super) fn provider(settings: &Settings, base_url: &BaseUrl) -> anyhow::Result<Option<Arc<Provider>>> {
    let section = &settings.oidc;
    let (Some(issuer), Some(file)) = (&section.issuer, &section.client_secret_file) else { return Ok(None) };
    let settings = oidc::Settings {
        issuer: issuer.clone(),
        client_id: section.client_id.clone(),
        client_secret: secret(file)?,
        scopes: section.scopes.clone(),
        allowed: section.allowed.rule(),
        trust_email: section.trust_email,
        client_auth: section.client_auth,
    };
    let redirect_uri = format!("{}{}", base_url.as_str(), web::CALLBACK);
    Ok(Some(Arc::new(Provider::new(settings, redirect_uri, Arc::new(SystemClock)))))
}

/// The one line of a file.
fn secret(file: &Path) -> anyhow::Result<ClientSecret> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read `{shown}`\nhint: it is named by `oidc.client_secret_file`"))?;
    let text = Zeroizing::new(text);
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if let Some(stray) = stray_end(line) {
        bail!("the secret in `{shown}` {stray}\nhint: {STRAY_END_HINT}");
    }
    match ClientSecret::new(line).filter(|_| line.len() <= LONGEST && !line.contains(char::is_control)) {
        Some(secret) => Ok(secret),
        None => bail!(
            "there is no secret in `{shown}`\nhint: one line, as the provider shows it; `oidc.client_secret_file` names the file"
        ),
    }
}
