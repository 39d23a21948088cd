//! `/tokens`: the API tokens of whoever signed in: a list, a new one, which is shown once, and an end to each (ADR 0079).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::{Timestamp, TokenId, TokenName};
use crate::http::admit::Admit;
use crate::http::path_key::{FromPath, PathKey};
use crate::service::{AccountPermit, ListedToken, Session, TokenMade, which_token};
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::visitor::{OwnForm, Person};
use crate::web::{Pages, answer};

/// Lifetimes to choose from, in days; 0 is until it is revoked.
const LIFETIMES: [u64; 4] = [30, 90, 365, 0];
/// The one that is chosen at first.
const USUAL: u64 = 90;

#[derive(Template)]
#[template(path = "tokens.html")]
struct TokensPage<'a> {
    page: &'a PageContext,
    switch: bool,
    /// What was just done.
    done: Option<&'static str>,
    tokens: Vec<ListedToken>,
    now: Timestamp,
    /// Whether the sign-in is young enough to make one.
    is_fresh: bool,
    /// The name that was typed, and what is wrong about it or all of it.
    name: &'a str,
    wrong: Option<&'static str>,
    /// In days, and which is chosen.
    lifetimes: [(u64, bool); LIFETIMES.len()],
}

impl TokensPage<'_> {
    fn revoke(&self, token: &ListedToken) -> String {
        self.page.to(&format!("/tokens/{}/revoke", token.known_by()))
    }
}

#[derive(Template)]
#[template(path = "token-made.html")]
struct MadePage<'a> {
    page: &'a PageContext,
    switch: bool,
    name: &'a str,
    token: &'a str,
    email: &'a str,
}

#[derive(Template)]
#[template(path = "token-revoke.html")]
struct AskToRevoke<'a> {
    page: &'a PageContext,
    switch: bool,
    token: &'a ListedToken,
}

/// A token in an address: a named one by its id, or the first.
pub(in crate::web) struct Which(Option<TokenId>);

impl FromPath for Which {
    fn from_path(text: &str) -> Option<Self> {
        which_token(text).map(Self)
    }
}

/// Lists them.
pub(in crate::web) async fn show(
    State(pages): State<Pages>,
    page: PageContext,
    Person(session): Person,
    Admit(_): Admit<AccountPermit>,
) -> Result<Response, PageError> {
    list(&pages, &page, &session, StatusCode::OK, Typed::default(), None).await
}

/// Makes one, by a sign-in of the last minutes.
pub(in crate::web) async fn add(
    State(pages): State<Pages>,
    page: PageContext,
    Person(_): Person,
    Admit(_): Admit<AccountPermit>,
    OwnForm(session, params): OwnForm,
) -> Result<Response, PageError> {
    let lifetime = params.text("ttl").and_then(|days| days.parse().ok());
    let typed = params.text("name").unwrap_or_default();
    let mut typed = Typed { name: typed, lifetime: lifetime.unwrap_or(USUAL), wrong: None };
    if !pages.app().service().sessions().is_fresh(&session) {
        return list(&pages, &page, &session, StatusCode::FORBIDDEN, typed, None).await;
    }
    let (Some(name), true) = (TokenName::parse(typed.name), LIFETIMES.contains(&typed.lifetime)) else {
        typed.wrong = Some("token-name-wrong");
        return list(&pages, &page, &session, StatusCode::UNPROCESSABLE_ENTITY, typed, None).await;
    };
    let lifetime = (typed.lifetime > 0).then_some(typed.lifetime * 86_400);
    let account = &session.account;
    match pages.app().service().accounts().add_token(&account.id, name, lifetime).await? {
        TokenMade::Made { listed, token } => {
            let (name, token) = (listed.name.as_str(), token.expose());
            let shown = MadePage { page: &page, switch: false, name, token, email: account.email.as_str() };
            Ok(answer::page(StatusCode::OK, &shown))
        }
        TokenMade::TooMany => {
            typed.wrong = Some("token-too-many");
            list(&pages, &page, &session, StatusCode::CONFLICT, typed, None).await
        }
        TokenMade::NoAccount => Err(PageError::NeedsSignIn),
    }
}

/// Asks whether it is meant.
pub(in crate::web) async fn ask(
    State(pages): State<Pages>,
    page: PageContext,
    Person(session): Person,
    Admit(_): Admit<AccountPermit>,
    PathKey(Which(id)): PathKey<Which>,
) -> Result<Response, PageError> {
    let tokens = pages.app().service().accounts().tokens(&session.account).await?;
    let token = tokens.iter().find(|token| token.id == id).ok_or(PageError::NotFound)?;
    Ok(answer::page(StatusCode::OK, &AskToRevoke { page: &page, switch: true, token }))
}

/// Ends one. With the first one the account's sessions end, this one too.
pub(in crate::web) async fn revoke(
    State(pages): State<Pages>,
    page: PageContext,
    Person(_): Person,
    Admit(_): Admit<AccountPermit>,
    PathKey(Which(id)): PathKey<Which>,
    OwnForm(session, _): OwnForm,
) -> Result<Response, PageError> {
    let accounts = pages.app().service().accounts();
    let revoked = accounts.revoke_token(&session.account, id).await?;
    if revoked && id.is_none() {
        return Ok(super::sign_out::signed_out(&pages, page, &session).await);
    }
    // One that was revoked before is revoked as well.
    list(&pages, &page, &session, StatusCode::OK, Typed::default(), Some("token-revoked")).await
}

/// The form as it was sent.
struct Typed<'a> {
    name: &'a str,
    lifetime: u64,
    wrong: Option<&'static str>,
}

impl Default for Typed<'_> {
    fn default() -> Self {
        Self { name: "", lifetime: USUAL, wrong: None }
    }
}

async fn list(
    pages: &Pages,
    page: &PageContext,
    session: &Session,
    status: StatusCode,
    Typed { name, lifetime, wrong }: Typed<'_>,
    done: Option<&'static str>,
) -> Result<Response, PageError> {
    let service = pages.app().service();
    let shown = TokensPage {
        page,
        switch: status == StatusCode::OK && done.is_none(),
        done,
        tokens: service.accounts().tokens(&session.account).await?,
        now: service.sessions().now(),
        is_fresh: service.sessions().is_fresh(session),
        name,
        wrong,
        lifetimes: LIFETIMES.map(|days| (days, days == lifetime)),
    };
    Ok(answer::page_of(status, &shown, name.len()))
}
