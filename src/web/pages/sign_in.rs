//! `/sign-in`: people show who they are, by their API token, or by what a trusted proxy says of them, and get a session.
//!
//! A GET changes nothing: who opens a link is not signed in by it. The trap: this is the one path on which the trusted header is
//! looked at, so it is the one that a proxy has to keep behind its own sign-in.

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use std::convert::Infallible;
use zeroize::Zeroizing;

use crate::domain::{Account, ApiToken, EmailAddress, SignInMethod};
use crate::http::admit::Admit;
use crate::http::user_header::{Named, named};
use crate::metrics::SignIn;
use crate::service::{Caller, Error, NotJoined};
use crate::web::cookies::Cookie;
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::surface::{Form, query};
use crate::web::{Pages, answer, return_path};

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage<'a> {
    page: &'a PageContext,
    switch: bool,
    /// Why nobody was signed in.
    refused: Option<String>,
    /// Whom the proxy in front names.
    vouched: Option<&'a str>,
    /// What was typed; the token is never sent back.
    email: &'a str,
    /// Where to go on.
    to: &'static str,
    /// Who signs people in elsewhere: where it is, and the address that leads there.
    provider: Option<(String, String)>,
}

/// Whom the proxy in front names, where one is to be believed.
pub(in crate::web) struct Vouched(Named);

impl FromRequestParts<Pages> for Vouched {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        let header = pages.settings().user_header.as_ref();
        let trusted = pages.app().trusted_proxies();
        Ok(Self(header.map_or(Named::Nobody, |header| named(parts, header, trusted))))
    }
}

impl Vouched {
    fn address(&self) -> Option<&str> {
        if let Named::Somebody(email) = &self.0 { Some(email.as_str()) } else { None }
    }

    /// What there is to say of a header that names nobody.
    fn trouble(&self, page: &PageContext) -> Option<String> {
        (self.0 == Named::Unclear).then(|| page.message("sign-in-unnamed"))
    }
}

/// The page to sign in at.
pub(in crate::web) async fn ask(page: PageContext, vouched: Vouched, uri: axum::http::Uri) -> Response {
    let to = return_path::place(query(&uri).text("to"));
    let refused = vouched.trouble(&page);
    render(StatusCode::OK, &page, refused, &vouched, "", to)
}

/// Signs somebody in.
pub(in crate::web) async fn enter(
    State(pages): State<Pages>,
    page: PageContext,
    vouched: Vouched,
    Admit(caller): Admit<Caller>,
    Form(mut params): Form,
) -> Result<Response, PageError> {
    let to = return_path::place(params.text("to"));
    let email = params.text("email").unwrap_or_default().trim().to_owned();
    let entered = if params.text("do") == Some("header") {
        by_header(&pages, &page, &vouched).await?
    } else {
        by_token(&pages, &page, &caller, &email, params.take_text("token")).await?
    };
    match entered {
        Ok((account, method)) => welcome(&pages, &page, &account, method, to),
        Err(refused) => Ok(render(StatusCode::FORBIDDEN, &page, Some(refused), &vouched, &email, to)),
    }
}

/// Who came in and how, or what they are told.
type Entered = Result<(Account, SignInMethod), String>;

async fn by_token(
    pages: &Pages,
    page: &PageContext,
    caller: &Caller,
    email: &str,
    token: Option<Zeroizing<String>>,
) -> Result<Entered, PageError> {
    let token = ApiToken::presented(token.unwrap_or_default());
    let accounts = pages.app().service().accounts();
    match accounts.sign_in(caller.network, email, token).await {
        Ok(signed_in) => Ok(Ok((signed_in.account, SignInMethod::Token))),
        Err(Error::NotAuthorized) => {
            pages.app().service().sessions().count(SignIn::Wrong);
            Ok(Err(page.message_with("sign-in-wrong", "address", email)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn by_header(pages: &Pages, page: &PageContext, vouched: &Vouched) -> Result<Entered, PageError> {
    let sessions = pages.app().service().sessions();
    let Named::Somebody(email) = &vouched.0 else {
        sessions.count(SignIn::Unnamed);
        return Ok(Err(page.message("sign-in-unnamed")));
    };
    let joined = sessions.join(email).await?;
    Ok(joined.map(|account| (account, SignInMethod::Header)).map_err(|why| not_joined(page, email, why)))
}

/// What somebody is told who is vouched for, and does not get in.
pub(in crate::web) fn not_joined(page: &PageContext, email: &EmailAddress, why: NotJoined) -> String {
    let message = match why {
        NotJoined::Unknown => "sign-in-unknown",
        NotJoined::Disabled => "sign-in-disabled",
    };
    page.message_with(message, "address", email.as_str())
}

/// Opens a session for somebody who showed who they are, and leads them on.
pub(in crate::web) fn welcome(
    pages: &Pages,
    page: &PageContext,
    account: &Account,
    method: SignInMethod,
    to: &'static str,
) -> Result<Response, PageError> {
    let service = pages.app().service();
    let mut response = answer::see_other(&page.to(to)).ok_or(PageError::Failed)?;
    let sealed = service.sessions().open(account, method);
    pages.set_cookie(&mut response, Cookie::Session, &sealed, service.policy().session.as_secs());
    Ok(response)
}

fn render(
    status: StatusCode,
    page: &PageContext,
    refused: Option<String>,
    vouched: &Vouched,
    email: &str,
    to: &'static str,
) -> Response {
    let provider =
        page.provider().map(|provider| (provider.settings().issuer.host().to_owned(), page.to_provider(to)));
    let template =
        SignInPage { page, switch: true, refused, vouched: vouched.address(), email, to, provider };
    answer::page_of(status, &template, email.len())
}
