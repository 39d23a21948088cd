//! `[oidc]`: sign-in by an OpenID Connect provider.

use std::path::PathBuf;

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::text::{self, FromText, Refusal};
use crate::oidc::{Allowed, ClientAuth, Issuer};

/// Whom this server is a client of, and whom it lets in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSection {
    /// The provider; `None` means that nobody signs in so.
    #[serde(deserialize_with = "text::optional")]
    pub issuer: Option<Issuer>,
    /// This server's name at the provider; there whenever `issuer` is.
    pub client_id: String,
    /// The file with its password there; there whenever `issuer` is.
    #[serde(deserialize_with = "text::optional")]
    pub client_secret_file: Option<PathBuf>,
    /// How it is sent.
    #[serde(deserialize_with = "text::required")]
    pub client_auth: ClientAuth,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Who of the provider's people may sign in.
    pub allowed: AllowedSection,
    /// Whether addresses count that the provider did not check.
    pub trust_email: bool,
}

/// `oidc.allowed`: a claim and its values; both empty is everybody.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedSection {
    /// The claim's name.
    pub claim: String,
    /// Values that let in.
    pub values: Vec<String>,
}

impl AllowedSection {
    /// As the provider's room takes it; `None` is everybody.
    #[must_use]
    pub fn rule(&self) -> Option<Allowed> {
        let Self { claim, values } = self.clone();
        (!claim.is_empty()).then_some(Allowed { claim, values })
    }
}

impl OidcSection {
    /// `signs_in`: whether people sign in at the pages at all.
    pub(super) fn check(&self, signs_in: bool, check: &Check<'_>) -> Result<(), Error> {
        let about =
            |key: &str, problem: &str, origin: &str| Err(Error::about(key, problem, &check.origin(origin)));
        let has_secret = self.client_secret_file.is_some();
        match &self.issuer {
            None if !self.client_id.is_empty() || has_secret => {
                let set = if has_secret { "oidc.client_secret_file" } else { "oidc.client_id" };
                return about("oidc.issuer", &format!("empty, but `{set}` is set"), set);
            }
            None => return Ok(()),
            Some(_) if !signs_in => {
                let problem =
                    "it signs people in at the pages, and `access.session` is 0 or `web.enabled` false";
                return about("oidc.issuer", problem, "oidc.issuer");
            }
            Some(_) => {}
        }
        for (key, is_there) in
            [("oidc.client_id", !self.client_id.is_empty()), ("oidc.client_secret_file", has_secret)]
        {
            if !is_there {
                let problem = "empty, but `oidc.issuer` is set\nhint: the provider gives a client both an id and a secret";
                return about(key, problem, "oidc.issuer");
            }
        }
        let key = "oidc.scopes";
        if let Some(bad) = self.scopes.iter().position(|scope| !is_scope(scope)) {
            let key = format!("{key}[{bad}]");
            return about(&key, "expected the name of one scope, without blanks and quotes", "oidc.scopes");
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            let problem = "`openid` is missing\nhint: without it, a provider does not say who somebody is";
            return about(key, problem, key);
        }
        match (self.allowed.claim.is_empty(), self.allowed.values.is_empty()) {
            (true, false) => {
                about("oidc.allowed.claim", "empty, but `oidc.allowed.values` is set", "oidc.allowed.values")
            }
            // Nobody would get in, which no one means.
            (false, true) => about(
                "oidc.allowed.values",
                "empty, but `oidc.allowed.claim` is set\nhint: name the values that let in",
                "oidc.allowed.claim",
            ),
            _ => Ok(()),
        }
    }
}

/// RFC 6749 §3.3.
fn is_scope(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

impl FromText for Issuer {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).map_err(|error| Refusal::new(&error.to_string()))
    }
}

impl FromText for ClientAuth {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text {
            "auto" => Ok(Self::Auto),
            "basic" => Ok(Self::Basic),
            "post" => Ok(Self::Post),
            _ => Err(Refusal::expected("`auto`, `basic` or `post`", text)),
        }
    }
}
