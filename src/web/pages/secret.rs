//! `/secret/{key}`: the page of a link, and the one place where a person reads a secret.
//!
//! The trap: the page that is shown first must not depend on what is behind its key. It is fetched by every gateway and chat
//! that a link passes through; the store is asked for a key only at a POST from a person.

use std::panic::resume_unwind;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use zeroize::Zeroizing;

use crate::domain::{ClientNetwork, PresentedPassphrase, SecretKey};
use crate::http::admit::Admit;
use crate::http::params::Params;
use crate::http::path_key::{Lenient, PathKey};
use crate::http::request_log;
use crate::service::{Caller, Captcha, Error, ReadPermit, Reveal, Revealed};
use crate::web::error::PageError;
use crate::web::escape::{Escaped, nul_as_base64};
use crate::web::page_context::PageContext;
use crate::web::surface::Form;
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "secret.html")]
struct AskToReveal<'a> {
    page: &'a PageContext,
    switch: bool,
    /// By which the page is known when its form comes twice.
    token: Option<String>,
    /// Where one has to be solved before the store is asked (`web.reveal = "type"`).
    captcha: Option<CaptchaStep>,
    /// Whether the secret is known to take a passphrase, and what was wrong with the one presented.
    passphrase: Option<Passphrase>,
}

/// Letters to be typed, or that were typed and are sent along with the passphrase.
enum CaptchaStep {
    Unsolved { captcha: Captcha, wrong: bool },
    Solved { mark: String, letters: String },
}

/// A passphrase that is asked for.
enum Passphrase {
    Needed,
    /// The one presented is wrong.
    Wrong {
        /// How many more may be tried for now.
        left: Option<u32>,
    },
}

impl Passphrase {
    fn wrong(&self, page: &PageContext) -> Option<String> {
        let Self::Wrong { left } = self else { return None };
        let wrong = page.message("secret-passphrase-wrong");
        Some(match left {
            Some(left) => {
                format!("{wrong}{}{}", page.space(), page.message_with("secret-tries", "tries", *left))
            }
            None => wrong,
        })
    }
}

#[derive(Template)]
#[template(path = "revealed.html")]
struct RevealedPage<'a> {
    page: &'a PageContext,
    switch: bool,
    value: Escaped<'a>,
    /// The value as the copy button gets it, where an element cannot hold it.
    base64: Option<Zeroizing<String>>,
}

/// The page of any link. Asks no store.
pub(in crate::web) async fn ask(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(Caller { network, .. }): Admit<Caller>,
    PathKey(Lenient(key)): PathKey<Lenient<SecretKey>>,
) -> Response {
    let captcha = pages.settings().captcha.then(|| new_captcha(&pages, false));
    let token = new_token(&pages, &key, network);
    let ask = AskToReveal { page: &page, switch: true, token, captcha, passphrase: None };
    answer::page(StatusCode::OK, &ask)
}

/// Reveals, or asks for what is missing.
pub(in crate::web) async fn reveal(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(permit): Admit<ReadPermit>,
    PathKey(Lenient(key)): PathKey<Lenient<SecretKey>>,
    Form(mut params): Form,
) -> Result<Response, PageError> {
    let network = permit.caller().network;
    let captcha = if pages.settings().captcha {
        let Some(solved) = solved_captcha(&pages, &params) else {
            let is_wrong = params.text("letters").is_some_and(|letters| !letters.trim().is_empty());
            let captcha = Some(new_captcha(&pages, is_wrong));
            let token = new_token(&pages, &key, network);
            let ask = AskToReveal { page: &page, switch: true, token, captcha, passphrase: None };
            return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &ask));
        };
        Some(solved)
    } else {
        None
    };
    let given = give(&pages, permit, key.clone(), &mut params).await;
    let given = given.map_err(|error| match PageError::from(error) {
        // The rate of requests was kept, or there were no permit.
        PageError::Limited(wait) => PageError::TriesUsedUp(wait),
        error => error,
    })?;
    let (status, passphrase) = match given {
        Reveal::Given(revealed) => return Ok(show(&page, &revealed)),
        Reveal::Protected => (StatusCode::OK, Passphrase::Needed),
        Reveal::WrongPassphrase { left } => (StatusCode::UNPROCESSABLE_ENTITY, Passphrase::Wrong { left }),
    };
    let token = new_token(&pages, &key, network);
    let ask = AskToReveal { page: &page, switch: false, token, captcha, passphrase: Some(passphrase) };
    Ok(answer::page(status, &ask))
}

/// Asks for the value, once for a page that sends its form twice (`web.second_answer`). That goes on when the browser hangs up, as it
/// does to send the form again: by then the value may have been claimed.
async fn give(
    pages: &Pages,
    permit: ReadPermit,
    key: SecretKey,
    params: &mut Params,
) -> Result<Reveal, Error> {
    let passphrase = PresentedPassphrase::parse(params.take_text("passphrase"));
    let token = params.text("token").filter(|_| pages.settings().second_answer).map(str::to_owned);
    let app = pages.app().clone();
    let Some(token) = token else {
        return app.service().secrets().reveal_or_why_not(&permit, &key, passphrase).await;
    };
    let giving =
        async move { app.service().secrets().reveal_to_page(&permit, &key, passphrase, &token).await };
    // A panic goes on here; nobody ends the work but the program.
    request_log::spawn(giving).await.unwrap_or_else(|ended| resume_unwind(ended.into_panic()))
}

fn new_token(pages: &Pages, key: &SecretKey, network: ClientNetwork) -> Option<String> {
    pages.settings().second_answer.then(|| pages.app().service().secrets().page_token(key, network))
}

fn new_captcha(pages: &Pages, wrong: bool) -> CaptchaStep {
    CaptchaStep::Unsolved { captcha: pages.app().service().secrets().captcha(), wrong }
}

/// The captcha of the form, when the letters typed are those that were shown.
fn solved_captcha(pages: &Pages, params: &Params) -> Option<CaptchaStep> {
    let (mark, letters) = (params.text("mark")?, params.text("letters")?);
    pages
        .app()
        .service()
        .secrets()
        .solves_captcha(mark, letters)
        .then(|| CaptchaStep::Solved { mark: mark.to_owned(), letters: letters.to_owned() })
}

fn show(page: &PageContext, revealed: &Revealed) -> Response {
    let value = revealed.plaintext.expose();
    let shown = RevealedPage { page, switch: false, value: Escaped(value), base64: nul_as_base64(value) };
    answer::page_of(StatusCode::OK, &shown, value.len())
}
