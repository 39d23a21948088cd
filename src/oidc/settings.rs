//! Whom this server is a client of, and whom it lets in.

use std::fmt;

use zeroize::Zeroizing;

use super::Issuer;

/// What the operator registered at the provider, and chose here.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The provider.
    pub issuer: Issuer,
    /// This server's name there.
    pub client_id: String,
    /// Its password there.
    pub client_secret: ClientSecret,
    /// What is asked for; `openid` is among it.
    pub scopes: Vec<String>,
    /// Who of the people there may sign in here; `None` is everybody.
    pub allowed: Option<Allowed>,
    /// Whether an e-mail address counts that the provider does not say it checked.
    pub trust_email: bool,
    /// How the client's secret is sent.
    pub client_auth: ClientAuth,
}

/// The client's secret at the provider.
#[derive(Clone)]
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// `None` when there is nothing in it.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The secret.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret[..]")
    }
}

/// Of whom a claim says one of some values: a group, a role, a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The claim's name.
    pub claim: String,
    /// Any of these lets in. Compared whole.
    pub values: Vec<String>,
}

/// How a client proves to the token endpoint who it is (OpenID Connect Core, section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// What the discovery document offers, and id and secret survive.
    Auto,
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}
