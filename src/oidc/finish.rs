//! The way back: the provider's answer, the code for tokens, the tokens for a person.

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::fetch::{Endpoint, FetchError, Fetched};
use super::id_token::{self, IdToken};
use super::refusal::word;
use super::{Attempt, ClientAuth, Discovery, Person, Provider, Refusal, client_auth, person};

/// What the browser brought back. Whatever else it brought is nobody's business.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// `state`
    pub state: Option<&'a str>,
    /// `code`
    pub code: Option<&'a str>,
    /// `error`
    pub error: Option<&'a str>,
    /// `iss`
    pub iss: Option<&'a str>,
}

impl Provider {
    /// Who it is that came back from the sign-in `attempt`.
    pub async fn finish(&self, attempt: &Attempt, answer: Answer<'_>) -> Result<Person, Refusal> {
        if !answer.state.is_some_and(|state| attempt.is_of(state)) {
            return Err(Refusal::State);
        }
        let _turn = self.turn()?;
        let discovery = self.discovery().await?;
        answered_by(&discovery, self.settings.issuer.as_str(), answer.iss)?;
        if let Some(error) = answer.error {
            return Err(Refusal::Answered(word(error)));
        }
        let code = answer.code.filter(|code| !code.is_empty()).ok_or(Refusal::NoCode)?;
        let tokens = self.exchange(&discovery, attempt, code).await?;
        let token = self.checked(&discovery, attempt, &tokens).await?;
        let userinfo = match &discovery.userinfo_endpoint {
            Some(endpoint) if token.lacks(&self.settings) => {
                let access = tokens.get("access_token").and_then(Value::as_str).ok_or(Refusal::NoIdToken)?;
                let access = Zeroizing::new(access.to_owned());
                Some(self.fetcher.get(Endpoint::Userinfo, endpoint, Some(&access)).await?)
            }
            _ => None,
        };
        person::person(&self.settings, &token, userinfo.as_ref())
    }

    /// What the code is good for. A token to come back with later is not asked for, and dropped where it comes unasked.
    async fn exchange(
        &self,
        discovery: &Discovery,
        attempt: &Attempt,
        code: &str,
    ) -> Result<Map<String, Value>, Refusal> {
        let (form, authorization) = self.exchange_form(discovery, attempt, code);
        tokens(self.fetcher.post(&discovery.token_endpoint, form, authorization).await?)
    }

    /// What is sent for it, and its `Authorization` where there is one.
    fn exchange_form(
        &self,
        discovery: &Discovery,
        attempt: &Attempt,
        code: &str,
    ) -> (Zeroizing<String>, Option<Zeroizing<String>>) {
        let settings = &self.settings;
        // Room for all of it: a text that grows leaves copies behind.
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(8 * 1024));
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("code_verifier", &attempt.verifier());
        let is_post = client_auth::choose(settings, discovery) == ClientAuth::Post;
        if is_post {
            form.append_pair("client_id", &settings.client_id)
                .append_pair("client_secret", settings.client_secret.expose());
        }
        let authorization = (!is_post).then(|| client_auth::basic(settings));
        (Zeroizing::new(form.finish()), authorization)
    }

    /// The ID token, if it holds. The keys may have been changed since they were asked for, with another id or without any.
    async fn checked(
        &self,
        discovery: &Discovery,
        attempt: &Attempt,
        tokens: &Map<String, Value>,
    ) -> Result<IdToken, Refusal> {
        let token = tokens.get("id_token").and_then(Value::as_str).ok_or(Refusal::NoIdToken)?;
        let now = self.clock.now();
        let keys = self.keys(discovery).await?;
        let nonce = attempt.nonce();
        let check = |keys| id_token::check(&self.settings, discovery, keys, token, &nonce, now);
        match check(&keys) {
            Err(Refusal::Signature) => match self.newer_keys(discovery).await? {
                Some(keys) => check(&keys),
                None => Err(Refusal::Signature),
            },
            checked => checked,
        }
    }
}

/// Whether the answer is from this provider and not from another one that somebody mixed in (RFC 9207).
fn answered_by(discovery: &Discovery, issuer: &str, iss: Option<&str>) -> Result<(), Refusal> {
    match iss {
        Some(iss) if iss != issuer => Err(Refusal::OtherAnswer),
        None if discovery.answers_carry_issuer => Err(Refusal::OtherAnswer),
        _ => Ok(()),
    }
}

/// What the token endpoint said. Its errors come in any status: a wrong secret is 400, 401, 403 or 500 by provider.
fn tokens(fetched: Fetched) -> Result<Map<String, Value>, Refusal> {
    let error = fetched.body.as_ref().and_then(|body| body.get("error")).and_then(Value::as_str).map(word);
    match (fetched.status, fetched.body, error) {
        (200, Some(body), None) => Ok(body),
        (200, None, _) => Err(Refusal::Unavailable { endpoint: Endpoint::Token, error: FetchError::NotJson }),
        (_, _, Some("invalid_grant" | "invalid_code")) => Err(Refusal::Code),
        (status, _, error) => Err(Refusal::Client { status, error }),
    }
}
