//! Who signed in, out of the claims: of the ID token, and of userinfo where the token lacks what is needed.

use serde_json::{Map, Value};

use super::id_token::IdToken;
use super::{Allowed, Refusal, Settings};
use crate::domain::EmailAddress;

/// Somebody whom the provider knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who says so.
    pub issuer: String,
    /// Their name there: never given to somebody else, and what an account is bound to.
    pub subject: String,
    /// Their address, as far as it counts.
    pub email: Email,
}

/// An e-mail address, and whether an account may be found by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Email {
    /// Theirs: the provider says it checked, or the operator says that it need not.
    Verified(EmailAddress),
    /// Nobody says that it is theirs.
    Unverified,
    /// None, or nothing that is one.
    None,
}

impl IdToken {
    /// Whether userinfo has to be asked: the token lacks the address, or what `allowed` looks at.
    #[must_use]
    pub fn lacks(&self, settings: &Settings) -> bool {
        let lacks = |claim: &str| self.claims.get(claim).is_none_or(Value::is_null);
        lacks("email") || settings.allowed.as_ref().is_some_and(|allowed| lacks(&allowed.claim))
    }
}

/// The person of a checked token, with what userinfo said, if it was asked.
pub fn person(
    settings: &Settings,
    token: &IdToken,
    userinfo: Option<&Map<String, Value>>,
) -> Result<Person, Refusal> {
    let same =
        |claims: &&Map<String, Value>| claims.get("sub").and_then(Value::as_str) == Some(&token.subject);
    // Else anybody's answer could be put in place of theirs (Core, section 5.3.2).
    let userinfo = match userinfo {
        Some(claims) => Some(Some(claims).filter(same).ok_or(Refusal::OtherUserinfo)?),
        None => None,
    };
    let with = |claim: &str| {
        let has = |claims: &&Map<String, Value>| claims.get(claim).is_some_and(|value| !value.is_null());
        Some(&token.claims).filter(has).or(userinfo.filter(has))
    };
    if let Some(allowed) = &settings.allowed {
        let value = with(&allowed.claim).and_then(|claims| claims.get(&allowed.claim));
        if !value.is_some_and(|value| lets_in(allowed, value)) {
            return Err(Refusal::NotAllowed);
        }
    }
    let email = with("email").map_or(Email::None, |claims| email(settings, claims));
    Ok(Person { issuer: settings.issuer.as_str().to_owned(), subject: token.subject.clone(), email })
}

/// A text, or one of a list of texts. Never taken apart: a group may be called `a, b`.
fn lets_in(allowed: &Allowed, value: &Value) -> bool {
    let is_one =
        |value: &Value| value.as_str().is_some_and(|text| allowed.values.iter().any(|one| one == text));
    value.as_array().map_or_else(|| is_one(value), |values| values.iter().any(is_one))
}

/// The address and what is said of it stand in the same claims. Only `true` is true: some send the text `"1"`.
fn email(settings: &Settings, claims: &Map<String, Value>) -> Email {
    let Some(address) = claims.get("email").and_then(Value::as_str).and_then(EmailAddress::parse) else {
        return Email::None;
    };
    let verified = claims.get("email_verified") == Some(&Value::Bool(true));
    if verified || settings.trust_email { Email::Verified(address) } else { Email::Unverified }
}
