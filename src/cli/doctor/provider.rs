//! Checks the provider that people sign in with: asks it what a sign-in asks, and says what to register there.

use super::report::Report;
use crate::cli::provider::provider;
use crate::config::Settings;

pub(super) async fn check(settings: &Settings, report: &mut Report) {
    let base_url = settings.base_url_or(&settings.listen);
    let provider = match provider(settings, &base_url) {
        Ok(Some(provider)) => provider,
        Ok(None) => return,
        Err(error) => return report.error(&error, "docs/sign-in.md says what to set"),
    };
    report.ok(&format!(
        "sign-in: the redirect address to register at the provider is {}",
        provider.redirect_uri()
    ));
    if settings.base_url.is_none() {
        report.warn(
            "sign-in: the redirect address begins with the listening address",
            "set `base_url` to the address people use: providers compare it letter by letter",
        );
    }
    match provider.test().await {
        Ok(discovery) => {
            let issuer = provider.settings().issuer.as_str();
            report.ok(&format!("sign-in: the provider answers, is {issuer}, and has keys"));
            if let Some(doubt) = provider.doubts(&discovery) {
                report.warn(
                    &format!("sign-in: {doubt}"),
                    "`oidc.client_auth = \"post\"`, or a secret of letters, digits, `.`, `_` and `-`",
                );
            }
            if discovery.userinfo_endpoint.is_none() && !settings.oidc.trust_email {
                report.note(
                    "sign-in: the provider has no userinfo endpoint",
                    "its ID tokens have to carry `email` and `email_verified`",
                );
            }
        }
        Err(refusal) => report.error(&anyhow::Error::new(refusal).context("sign-in"), "docs/sign-in.md"),
    }
}
