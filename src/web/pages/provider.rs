//! `/sign-in/provider` and `/sign-in/provider/back`: the way to an OpenID Connect provider, and the way back.
//!
//! The trap: the way there is a link, never a form, whose redirect Chromium would drop (ADR 0086). And whoever comes back has to
//! bring the cookie of the very sign-in that is answered: else somebody could sign others in as themselves.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use super::sign_in::{not_joined, welcome};
use crate::domain::SignInMethod;
use crate::http::admit::Admit;
use crate::http::params::Params;
use crate::metrics::SignIn;
use crate::oidc::{Answer, Attempt, Email, Family, Person, Provider, Refusal};
use crate::service::{Caller, NotJoined, NotLetIn, Sessions};
use crate::web::cookies::Cookie;
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::surface::query;
use crate::web::{Pages, answer, return_path};

#[derive(Template)]
#[template(path = "provider.html")]
struct ProviderPage<'a> {
    page: &'a PageContext,
    switch: bool,
    /// Why nobody was signed in.
    why: String,
    /// Where to begin again.
    again: String,
}

/// Whoever asks only for the head begins no sign-in, and ends none.
pub(in crate::web) async fn head() -> Response {
    answer::head()
}

/// Sends the browser to the provider.
pub(in crate::web) async fn start(
    State(pages): State<Pages>,
    page: PageContext,
    uri: Uri,
) -> Result<Response, PageError> {
    let provider = pages.settings().provider.clone().ok_or(PageError::NotFound)?;
    let to = return_path::place(query(&uri).text("to"));
    let (attempt, address) = match provider.start().await {
        Ok(started) => started,
        Err(refusal) => return Ok(refused(&pages, &page, &provider, &refusal)),
    };
    let errand = [attempt.as_bytes().as_slice(), to.as_bytes()].concat();
    let sealed = pages.app().service().sessions().seal_errand(&errand);
    let mut response = answer::see_other(&address).ok_or(PageError::Failed)?;
    pages.set_cookie(&mut response, Cookie::Provider, &sealed, Sessions::ERRAND_SECONDS);
    Ok(response)
}

/// Somebody comes back.
pub(in crate::web) async fn back(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(caller): Admit<Caller>,
    headers: axum::http::HeaderMap,
    uri: Uri,
) -> Result<Response, PageError> {
    let provider = pages.settings().provider.clone().ok_or(PageError::NotFound)?;
    let service = pages.app().service();
    let query = Params::parse(uri.query(), None, b"").map_err(|_| PageError::Malformed)?;
    let sealed = pages.cookie(&headers, Cookie::Provider);
    let errand = sealed.and_then(|sealed| service.sessions().open_errand(sealed));
    let Some((attempt, to)) = errand.as_ref().and_then(|errand| errand.split_first_chunk()) else {
        return Ok(refused(&pages, &page, &provider, &Refusal::State));
    };
    let to = return_path::place(std::str::from_utf8(to).ok());
    let text = |name| query.text(name);
    let brought = Answer { state: text("state"), code: text("code"), error: text("error"), iss: text("iss") };
    // Whoever makes this server ask the provider in vain is stopped as whoever tries tokens is.
    service.accounts().may_try(caller.network)?;
    let finished = provider.finish(&Attempt::from_bytes(attempt), brought).await;
    let mut response = match finished {
        Ok(person) => enter(&pages, &page, &provider, person, to).await?,
        Err(refusal) => {
            // What the operator or the provider has to mend is no try.
            if matches!(refusal.family(), Family::Stale | Family::Untrusted) {
                service.accounts().tried_in_vain(caller.network);
            }
            let page = refused(&pages, &page, &provider, &refusal);
            if refusal == Refusal::State {
                // The cookie may be that of a sign-in in another window.
                return Ok(page);
            }
            page
        }
    };
    pages.drop_cookie(&mut response, Cookie::Provider);
    Ok(response)
}

/// Lets somebody in whom the provider knows, if they have an account or get one.
async fn enter(
    pages: &Pages,
    page: &PageContext,
    provider: &Provider,
    person: Person,
    to: &'static str,
) -> Result<Response, PageError> {
    let service = pages.app().service();
    let email = match &person.email {
        Email::Verified(email) => Some(email),
        Email::Unverified | Email::None => None,
    };
    let why = match service.join_from(&person.issuer, &person.subject, email).await? {
        Ok(account) => return welcome(pages, page, &account, SignInMethod::Oidc, to),
        Err(why) => why,
    };
    let host = provider.settings().issuer.host();
    let (outcome, told, log) = match (why, email) {
        // Not by the address that the provider names: the account may have another.
        (NotLetIn::NotJoined(NotJoined::Disabled), _) => {
            (None, page.message_with("provider-disabled", "host", host), None)
        }
        (NotLetIn::NotJoined(why), Some(email)) => (None, not_joined(page, email, why), None),
        (NotLetIn::Another, _) => (
            Some(SignIn::OtherSubject),
            page.message_with("provider-other", "host", host),
            Some((
                "another `sub` with the address of an account that is bound already",
                "does the client at the provider have public subjects, or pairwise ones with a sector identifier? If it is somebody else by now: docs/sign-in.md",
            )),
        ),
        (NotLetIn::NoAddress, _) if person.email == Email::Unverified => (
            Some(SignIn::Unverified),
            page.message_with("provider-unverified", "host", host),
            Some((
                "the provider does not say that it checked the e-mail address",
                "`email_verified` has to be `true`, or `oidc.trust_email` set where people cannot choose their address",
            )),
        ),
        (NotLetIn::NoAddress | NotLetIn::NotJoined(_), _) => (
            Some(SignIn::NoAddress),
            page.message_with("provider-no-address", "host", host),
            Some((
                "the provider named no e-mail address",
                "is `email` among `oidc.scopes`, and may this client have it at the provider?",
            )),
        ),
    };
    if let Some(outcome) = outcome {
        service.sessions().count(outcome);
    }
    if let Some((why, hint)) = log {
        tracing::warn!(why, hint, "nobody was signed in by the provider");
    }
    Ok(show(StatusCode::FORBIDDEN, page, told))
}

/// The page of a refusal, its line in the log, and its count.
fn refused(pages: &Pages, page: &PageContext, provider: &Provider, refusal: &Refusal) -> Response {
    let (status, message, outcome) = match refusal.family() {
        Family::Away => (StatusCode::SERVICE_UNAVAILABLE, "provider-away", SignIn::ProviderAway),
        Family::Setup => (StatusCode::FORBIDDEN, "provider-setup", SignIn::ProviderSetup),
        Family::Untrusted => (StatusCode::FORBIDDEN, "provider-untrusted", SignIn::ProviderUntrusted),
        Family::Stale => (StatusCode::FORBIDDEN, "provider-stale", SignIn::ProviderStale),
        Family::Denied => (StatusCode::FORBIDDEN, "provider-denied", SignIn::ProviderDenied),
        Family::NotAllowed => (StatusCode::FORBIDDEN, "provider-not-allowed", SignIn::NotAllowed),
    };
    pages.app().service().sessions().count(outcome);
    let text = refusal.to_string();
    let (why, hint) = text.split_once("\nhint: ").unwrap_or((&text, ""));
    match refusal.family() {
        // People who are late, or think better of it, are nobody's business.
        Family::Stale | Family::Denied => tracing::info!(why, hint, "nobody was signed in by the provider"),
        _ => tracing::warn!(why, hint, "nobody was signed in by the provider"),
    }
    let told = page.message_with(message, "host", provider.settings().issuer.host());
    let mut response = show(status, page, told);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}

fn show(status: StatusCode, page: &PageContext, why: String) -> Response {
    // No other language by a link: this address holds a code that was used.
    let template = ProviderPage { page, switch: false, why, again: page.to("/sign-in/provider") };
    answer::page(status, &template)
}
