//! ID token: whether it is the provider's, for this server, for this sign-in, and for now (OpenID Connect Core, section 3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{DecodingKey, Header, Validation};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::{Discovery, Keys, Refusal, Settings, discovery, verifier};
use crate::domain::Timestamp;

/// How far clocks may be apart, in seconds.
const LEEWAY: u64 = 120;

/// The longest `sub` (OpenID Connect Core, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The claims of a token that has been checked.
#[derive(Clone)]
pub struct IdToken {
    /// Who it is, at this issuer.
    pub(super) subject: String,
    pub(super) claims: Map<String, Value>,
}

/// Checks a token. `nonce` is that of the browser's sign-in.
pub fn check(
    settings: &Settings,
    discovery: &Discovery,
    keys: &Keys,
    token: &str,
    nonce: &str,
    now: Timestamp,
) -> Result<IdToken, Refusal> {
    verifier::install();
    let header = header(token, discovery)?;
    let claims = verified(settings, keys, token, &header)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    // The library lets a list pass that has ours in it.
    if text("iss") != Some(settings.issuer.as_str()) {
        return Err(Refusal::Issuer);
    }
    let alone = match claims.get("aud") {
        Some(Value::Array(audience)) => audience.len() == 1,
        audience => audience.is_some_and(Value::is_string),
    };
    let authorized = claims.get("azp").is_none_or(|azp| azp.as_str() == Some(&settings.client_id));
    if !alone || !authorized {
        return Err(Refusal::Audience);
    }
    if !text("nonce").is_some_and(|of_token| of_token.as_bytes().ct_eq(nonce.as_bytes()).into()) {
        return Err(Refusal::Nonce);
    }
    in_time(&claims, now)?;
    let subject = text("sub").filter(|sub| !sub.is_empty() && sub.len() <= LONGEST_SUBJECT);
    Ok(IdToken { subject: subject.ok_or(Refusal::Subject)?.to_owned(), claims })
}

/// The header of a token with an algorithm that the provider lists, and only it can sign with.
fn header(token: &str, discovery: &Discovery) -> Result<Header, Refusal> {
    let name = algorithm_name(token).ok_or(Refusal::Malformed)?;
    let usable = discovery::usable(&name).is_some_and(|algorithm| discovery.algorithms.contains(&algorithm));
    if !usable {
        let known: String = name.chars().filter(char::is_ascii_alphanumeric).take(16).collect();
        return Err(Refusal::Algorithm(known));
    }
    jsonwebtoken::decode_header(token).map_err(|_| Refusal::Malformed)
}

/// What the header says, known to the library or not: nothing but a word to tell the operator.
fn algorithm_name(token: &str) -> Option<String> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: Map<String, Value> = serde_json::from_slice(&header).ok()?;
    header.get("alg")?.as_str().map(str::to_owned)
}

/// The claims, if a key of the provider signed them: one of those that may have, tried one after the other, since many a
/// provider does not say which.
fn verified(
    settings: &Settings,
    keys: &Keys,
    token: &str,
    header: &Header,
) -> Result<Map<String, Value>, Refusal> {
    let mut validation = Validation::new(header.alg);
    // By our own clock, below.
    validation.validate_exp = false;
    validation.set_issuer(&[settings.issuer.as_str()]);
    validation.set_audience(&[&settings.client_id]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    let decode = |key: &DecodingKey| jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation);
    for key in keys.candidates(header) {
        let error = match decode(key) {
            Ok(token) => return Ok(token.claims),
            Err(error) => error,
        };
        match error.into_kind() {
            ErrorKind::InvalidSignature | ErrorKind::InvalidKeyFormat => {}
            ErrorKind::InvalidIssuer => return Err(Refusal::Issuer),
            ErrorKind::InvalidAudience => return Err(Refusal::Audience),
            ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
                return Err(match claim.as_str() {
                    "iss" => Refusal::Issuer,
                    "aud" => Refusal::Audience,
                    "sub" => Refusal::Subject,
                    _ => Refusal::Expired,
                });
            }
            _ => return Err(Refusal::Malformed),
        }
    }
    Err(Refusal::Signature)
}

/// Times are JSON numbers, and may have a fraction (RFC 7519 §2).
fn in_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let time = |name: &str| match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_f64() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between zero and a number that has no fraction any more"
            )]
            Some(seconds) if (0.0..9e15).contains(&seconds) => Ok(Some(Timestamp(seconds as u64))),
            _ => Err(Refusal::Malformed),
        },
    };
    let expires = time("exp")?.ok_or(Refusal::Expired)?;
    if expires.plus(LEEWAY) <= now {
        return Err(Refusal::Expired);
    }
    let begins = time("nbf")?.max(time("iat")?);
    if begins.is_some_and(|begins| begins > now.plus(LEEWAY)) { Err(Refusal::NotYet) } else { Ok(()) }
}
