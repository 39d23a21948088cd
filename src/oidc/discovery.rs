//! Discovery document: what a provider says of itself (OpenID Connect Discovery, section 3).

use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::{Issuer, Refusal};

/// The parts of it that are used. Whatever else is in there may be anything.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// Where browsers are sent.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where more claims are.
    pub userinfo_endpoint: Option<String>,
    /// Where people sign out.
    pub end_session_endpoint: Option<String>,
    /// How clients may prove who they are; `None` where it is not said.
    pub(super) auth_methods: Option<Vec<String>>,
    /// What tokens may be signed with here.
    pub(super) algorithms: Vec<Algorithm>,
    /// Whether its answers always carry `iss` (RFC 9207).
    pub(super) answers_carry_issuer: bool,
}

impl Discovery {
    /// Reads the document of `issuer`, which has to be its own.
    pub fn read(issuer: &Issuer, document: &Map<String, Value>) -> Result<Self, Refusal> {
        let found = document.get("issuer").and_then(Value::as_str).ok_or(Refusal::Discovery("issuer"))?;
        if found != issuer.as_str() {
            let configured = issuer.as_str().to_owned();
            return Err(Refusal::IssuerMismatch { configured, found: found.chars().take(200).collect() });
        }
        let endpoint = |name: &'static str| match document.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(address)) if issuer.may_have(address) => Ok(Some(address.clone())),
            Some(_) => Err(Refusal::Discovery(name)),
        };
        let needed = |name| endpoint(name)?.ok_or(Refusal::Discovery(name));
        let algorithms = match names(document, "id_token_signing_alg_values_supported")? {
            // It is required, and RS256 is required to be in it.
            None => vec![Algorithm::RS256],
            Some(names) => names.iter().filter_map(|name| usable(name)).collect(),
        };
        Ok(Self {
            authorization_endpoint: needed("authorization_endpoint")?,
            token_endpoint: needed("token_endpoint")?,
            jwks_uri: needed("jwks_uri")?,
            userinfo_endpoint: endpoint("userinfo_endpoint")?,
            end_session_endpoint: endpoint("end_session_endpoint")?,
            auth_methods: names(document, "token_endpoint_auth_methods_supported")?,
            algorithms,
            answers_carry_issuer: document.get("authorization_response_iss_parameter_supported")
                == Some(&Value::Bool(true)),
        })
    }
}

/// An algorithm that only the provider can sign with. `none`, and those with a shared secret, are listed by many.
pub(super) fn usable(name: &str) -> Option<Algorithm> {
    let algorithm: Algorithm = name.parse().ok()?;
    (algorithm.family() != jsonwebtoken::AlgorithmFamily::Hmac).then_some(algorithm)
}

/// A list of names, those included that nobody here knows.
fn names(document: &Map<String, Value>, member: &'static str) -> Result<Option<Vec<String>>, Refusal> {
    match document.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(values)) => {
            let name = |value: &Value| value.as_str().map(str::to_owned).ok_or(Refusal::Discovery(member));
            values.iter().map(name).collect::<Result<_, _>>().map(Some)
        }
        Some(_) => Err(Refusal::Discovery(member)),
    }
}
