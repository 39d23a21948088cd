//! `/sign-out`: ends every session of an account, and says so.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::SignInMethod;
use crate::service::Session;
use crate::web::cookies::Cookie;
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::visitor::{OwnForm, Person};
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "sign-out.html")]
struct SignOutPage<'a> {
    page: &'a PageContext,
    switch: bool,
}

#[derive(Template)]
#[template(path = "signed-out.html")]
struct SignedOutPage<'a> {
    page: &'a PageContext,
    switch: bool,
    /// Whether somebody else signed them in, who may still know them.
    is_known_elsewhere: bool,
    /// Where that is, and the address to sign out at there, if there is one.
    provider: Option<(String, String)>,
}

/// Asks whether it is meant: for those who come by an address.
pub(in crate::web) async fn ask(page: PageContext, Person(_): Person) -> Response {
    answer::page(StatusCode::OK, &SignOutPage { page: &page, switch: true })
}

/// Signs out, in every browser.
pub(in crate::web) async fn leave(
    State(pages): State<Pages>,
    page: PageContext,
    OwnForm(session, _): OwnForm,
) -> Result<Response, PageError> {
    pages.app().service().accounts().end_sessions(&session.account.id).await?;
    Ok(signed_out(&pages, page, &session).await)
}

/// That a session has ended, for a browser that forgets it.
pub(super) async fn signed_out(pages: &Pages, page: PageContext, session: &Session) -> Response {
    let page = page.of_nobody();
    let is_known_elsewhere = session.method != SignInMethod::Token;
    let provider = match page.provider() {
        Some(provider) if session.method == SignInMethod::Oidc => {
            let host = provider.settings().issuer.host().to_owned();
            provider.sign_out_address().await.map(|address| (host, address))
        }
        _ => None,
    };
    let shown = SignedOutPage { page: &page, switch: false, is_known_elsewhere, provider };
    let mut response = answer::page(StatusCode::OK, &shown);
    pages.drop_cookie(&mut response, Cookie::Session);
    response
}
