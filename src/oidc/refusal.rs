//! Refusals: why nobody was signed in, for the operator's log, for metrics, and for a page.
//!
//! The trap: a provider's own words never get out. They may hold addresses, and they may hold HTML.

use super::fetch::{Endpoint, FetchError};

/// Why a sign-in came to nothing. Its text is for the operator, with a hint, and holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something of the provider could not be had.
    #[error(
        "the provider's {endpoint} cannot be had: {error}\nhint: can this machine reach the provider? `readonce doctor` tries"
    )]
    Unavailable {
        /// What was asked.
        endpoint: Endpoint,
        /// Why it did not answer.
        error: FetchError,
    },
    /// The provider calls itself otherwise.
    #[error(
        "`oidc.issuer` is `{configured}`, and the provider calls itself `{found}`\nhint: set it to exactly that, slash included; with another host or `http://` in it, a proxy changes Host or scheme on the way to the provider"
    )]
    IssuerMismatch {
        /// As it is set here.
        configured: String,
        /// As the provider says.
        found: String,
    },
    /// A part of the discovery document that is missing, or nothing it can be.
    #[error(
        "`{0}` of the provider's discovery document is missing or cannot be used\nhint: is `oidc.issuer` an OpenID Connect issuer? All of its addresses have to be https"
    )]
    Discovery(&'static str),
    /// No key that a signature can be checked with.
    #[error(
        "the provider's key set has no key for signatures that is known here\nhint: RSA of at least 2048 bits, P-256, P-384 and Ed25519 are"
    )]
    NoKeys,
    /// The browser came back from another sign-in, or from none.
    #[error(
        "the answer belongs to no sign-in of this browser\nhint: it was kept for too long, opened twice, or made by somebody else"
    )]
    State,
    /// Another provider answered.
    #[error(
        "the answer is from another issuer, or does not say from which\nhint: the provider says in its discovery document that it always does"
    )]
    OtherAnswer,
    /// The provider itself said no. The word is one of a few, or `other`.
    #[error(
        "the provider answered `{0}`\nhint: `invalid_scope` is about `oidc.scopes`; `unauthorized_client` and `invalid_request` about the client as it is registered there"
    )]
    Answered(&'static str),
    /// Neither a code nor an error.
    #[error("the answer has no code\nhint: has the client at the provider the authorization code flow?")]
    NoCode,
    /// The code was used already, or is too old.
    #[error(
        "the provider did not take its own code\nhint: it is good once and for a minute or so; if this is always so, is the redirect address registered exactly?"
    )]
    Code,
    /// The provider refused this server, or failed.
    #[error("the token endpoint refused this server, or failed: status {status}, error `{}`\nhint: id, secret or method: see `oidc.client_id`, `oidc.client_secret_file` and `oidc.client_auth`; some providers answer 500 to a wrong secret", error.unwrap_or("none"))]
    Client {
        /// The status.
        status: u16,
        /// The error, a known word.
        error: Option<&'static str>,
    },
    /// No ID token, or no access token, where there has to be one.
    #[error("the token endpoint's answer lacks a token\nhint: is `openid` among `oidc.scopes`?")]
    NoIdToken,
    /// The token cannot be read.
    #[error("the ID token cannot be read\nhint: encrypted ID tokens are not read here")]
    Malformed,
    /// Signed with what anybody could, or what is not known.
    #[error(
        "the ID token is signed with `{0}`\nhint: set the client's ID token algorithm at the provider to RS256 (or another of RS, PS, ES and EdDSA that the provider lists)"
    )]
    Algorithm(String),
    /// Nobody of whom the provider has a key signed it.
    #[error(
        "no key of the provider signed the ID token\nhint: if it changed its keys in the last minute, this passes"
    )]
    Signature,
    /// Of another issuer.
    #[error("the ID token is of another issuer\nhint: `iss` has to be `oidc.issuer`, slash included")]
    Issuer,
    /// For somebody else.
    #[error(
        "the ID token is for another client too, or only\nhint: `aud` has to be `oidc.client_id` and nothing else"
    )]
    Audience,
    /// For another sign-in.
    #[error("the ID token is of another sign-in: its nonce is not the one that was sent")]
    Nonce,
    /// Its time is over.
    #[error("the ID token has expired\nhint: is the clock right, here and at the provider?")]
    Expired,
    /// Its time has not come.
    #[error("the ID token is of the future\nhint: is the clock right, here and at the provider?")]
    NotYet,
    /// It names nobody.
    #[error("the ID token has no usable `sub`")]
    Subject,
    /// Userinfo is about somebody else.
    #[error(
        "userinfo has another `sub` than the ID token\nhint: a client with pairwise subjects may lack its sector identifier at the provider; public subjects do"
    )]
    OtherUserinfo,
    /// `oidc.allowed` does not let them in.
    #[error(
        "`oidc.allowed` does not let this person in\nhint: the claim is looked for in the ID token, then in userinfo; is its scope among `oidc.scopes`?"
    )]
    NotAllowed,
}

/// What a page says, and how an outcome is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// It may pass: the provider cannot be had now.
    Away,
    /// It needs the operator: provider and this server do not agree.
    Setup,
    /// The answer cannot be trusted.
    Untrusted,
    /// The sign-in is over: too old, used, not this browser's.
    Stale,
    /// The person or the provider said no.
    Denied,
    /// The operator lets other people in.
    NotAllowed,
}

impl Refusal {
    /// What kind it is.
    #[must_use]
    pub fn family(&self) -> Family {
        match self {
            Self::Answered("server_error" | "temporarily_unavailable") | Self::Unavailable { .. } => {
                Family::Away
            }
            Self::Answered(
                "access_denied"
                | "login_required"
                | "interaction_required"
                | "consent_required"
                | "account_selection_required",
            ) => Family::Denied,
            Self::IssuerMismatch { .. }
            | Self::Discovery(_)
            | Self::NoKeys
            | Self::Answered(_)
            | Self::NoCode
            | Self::Client { .. }
            | Self::NoIdToken
            | Self::Algorithm(_)
            | Self::OtherUserinfo => Family::Setup,
            Self::State | Self::Code => Family::Stale,
            Self::NotAllowed => Family::NotAllowed,
            Self::OtherAnswer
            | Self::Malformed
            | Self::Signature
            | Self::Issuer
            | Self::Audience
            | Self::Nonce
            | Self::Expired
            | Self::NotYet
            | Self::Subject => Family::Untrusted,
        }
    }
}

/// The known word for an error of a provider: theirs might hold anything (RFC 6749 §4.1.2.1 and §5.2, Core, section 3.1.2.6).
pub(super) fn word(error: &str) -> &'static str {
    const KNOWN: [&str; 16] = [
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_client",
        "invalid_code",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
        "invalid_redirect_uri",
    ];
    KNOWN.into_iter().find(|known| *known == error).unwrap_or("other")
}
