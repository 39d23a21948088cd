//! Key set: what a provider's tokens are signed with (RFC 7517).

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde_json::{Map, Value};

use super::Refusal;

/// More keys than any provider has.
const MOST: usize = 64;

/// The keys that signatures can be checked with.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

#[derive(Clone, Debug)]
struct Key {
    jwk: Jwk,
    key: DecodingKey,
}

impl Keys {
    /// Reads a set. A key of a kind that is not known here is left out, as is one for something else than signatures.
    pub fn read(set: &Map<String, Value>) -> Result<Self, Refusal> {
        let Some(Value::Array(keys)) = set.get("keys") else { return Err(Refusal::NoKeys) };
        let read = |value: &Value| -> Option<Key> {
            let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
            let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
            let is_public = !matches!(jwk.algorithm, AlgorithmParameters::OctetKey(_));
            let key = DecodingKey::from_jwk(&jwk).ok()?;
            (signs && is_public).then_some(Key { jwk, key })
        };
        let keys: Vec<Key> = keys.iter().take(MOST).filter_map(read).collect();
        if keys.is_empty() { Err(Refusal::NoKeys) } else { Ok(Self(keys)) }
    }

    /// Those that may have signed a token with this header: the one it names, or where it names none, each of its kind.
    pub(super) fn candidates(&self, header: &Header) -> Vec<&DecodingKey> {
        let fits = |key: &&Key| {
            let named = key.jwk.common.key_algorithm;
            named.is_none_or(|named| named == header.alg.into()) && is_of_kind(key, header.alg)
        };
        let of_id = |id: Option<&str>| {
            let keys = self.0.iter().filter(move |key| key.jwk.common.key_id.as_deref() == id);
            keys.filter(fits).map(|key| &key.key).collect::<Vec<_>>()
        };
        match header.kid.as_deref() {
            None => self.0.iter().filter(fits).map(|key| &key.key).collect(),
            Some(id) => {
                let named = of_id(Some(id));
                if named.is_empty() { of_id(None) } else { named }
            }
        }
    }
}

/// Key type and curve of an algorithm (RFC 7518 §3.1, RFC 8037).
fn is_of_kind(key: &Key, algorithm: Algorithm) -> bool {
    let curve = match &key.jwk.algorithm {
        AlgorithmParameters::EllipticCurve(parameters) => Some(&parameters.curve),
        AlgorithmParameters::OctetKeyPair(parameters) => Some(&parameters.curve),
        _ => None,
    };
    let wanted = match algorithm {
        Algorithm::ES256 => Some(&EllipticCurve::P256),
        Algorithm::ES384 => Some(&EllipticCurve::P384),
        Algorithm::EdDSA => Some(&EllipticCurve::Ed25519),
        _ => None,
    };
    key.key.family() == algorithm.family() && curve == wanted
}
