//! Sign-in by a provider: what real ones answered, what hostile ones may, and what a token has to be.

mod flow;
mod hostile;
mod recorded;
mod server;
mod tokens;

use readonce::oidc::{ClientAuth, ClientSecret, Issuer, Settings};
use serde_json::{Map, Value};

/// A client called `client` of this issuer.
pub(crate) fn settings(issuer: &str, client: &str) -> Settings {
    Settings {
        issuer: Issuer::parse(issuer).unwrap(),
        client_id: client.to_owned(),
        client_secret: ClientSecret::new("s3cr3t").unwrap(),
        scopes: ["openid", "email", "profile"].map(str::to_owned).into(),
        allowed: None,
        trust_email: false,
        client_auth: ClientAuth::Auto,
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
