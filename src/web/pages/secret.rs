//! `/secret/{key}`: the page of a link, and the one place where a person reads a secret.
//!
//! The trap for newcomers: the page that is shown first must not depend on the key in any byte. It is fetched by every
//! gateway and chat that a link passes through; the store hears of a key only by a POST from a person.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use zeroize::Zeroizing;

use crate::domain::PresentedPassphrase;
use crate::http::params::Params;
use crate::service::{Captcha, Reveal, Revealed};
use crate::web::error::Trouble;
use crate::web::exact::{Exact, inexpressible};
use crate::web::extract::{Form, Reading, Secret};
use crate::web::visitor::Visitor;
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "secret.html")]
struct Ask<'a> {
    p: &'a Visitor,
    switch: bool,
    /// What has to be typed before anything is looked at.
    letters: Option<Letters>,
    /// Whether the secret is known to take a passphrase, and the one presented was wrong.
    passphrase: Option<Wrong>,
}

/// Letters to be typed, or that were typed and are sent along.
enum Letters {
    ToType { captcha: Captcha, wrong: bool },
    Typed { mark: String, letters: String },
}

/// Whether a passphrase was presented in vain.
struct Wrong(bool);

#[derive(Template)]
#[template(path = "revealed.html")]
struct Shown<'a> {
    p: &'a Visitor,
    switch: bool,
    value: Exact<'a>,
    inexpressible: Option<Zeroizing<String>>,
}

/// The page of any link. Asks no store.
pub(in crate::web) async fn ask(State(pages): State<Pages>, visitor: Visitor, _: Secret) -> Response {
    let letters = pages.settings().must_type.then(|| to_type(&pages, false));
    answer::page(StatusCode::OK, &Ask { p: &visitor, switch: true, letters, passphrase: None })
}

/// Reveals, or says what is missing.
pub(in crate::web) async fn reveal(
    State(pages): State<Pages>,
    visitor: Visitor,
    Reading(reader): Reading,
    Secret(key): Secret,
    Form(mut params): Form,
) -> Result<Response, Trouble> {
    let letters = if pages.settings().must_type {
        let Some(typed) = typed(&pages, &params) else {
            let is_wrong = params.text("letters").is_some_and(|letters| !letters.trim().is_empty());
            let letters = Some(to_type(&pages, is_wrong));
            let page = Ask { p: &visitor, switch: true, letters, passphrase: None };
            return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        };
        Some(typed)
    } else {
        None
    };
    let passphrase = PresentedPassphrase::parse(params.take_text("passphrase"));
    let (status, wrong) =
        match pages.app().service().secrets().reveal_or_why_not(&reader, &key, passphrase).await? {
            Reveal::Given(revealed) => return Ok(shown(&visitor, &revealed)),
            Reveal::Protected => (StatusCode::OK, Wrong(false)),
            Reveal::WrongPassphrase => (StatusCode::UNPROCESSABLE_ENTITY, Wrong(true)),
        };
    let page = Ask { p: &visitor, switch: false, letters, passphrase: Some(wrong) };
    Ok(answer::page(status, &page))
}

fn to_type(pages: &Pages, wrong: bool) -> Letters {
    Letters::ToType { captcha: pages.app().service().secrets().captcha(), wrong }
}

/// The letters that were typed, when they are those that were shown.
fn typed(pages: &Pages, params: &Params) -> Option<Letters> {
    let (mark, letters) = (params.text("mark")?, params.text("letters")?);
    pages
        .app()
        .service()
        .secrets()
        .solves_captcha(mark, letters)
        .then(|| Letters::Typed { mark: mark.to_owned(), letters: letters.to_owned() })
}

fn shown(visitor: &Visitor, revealed: &Revealed) -> Response {
    let value = revealed.plaintext.expose();
    let shown = Shown { p: visitor, switch: false, value: Exact(value), inexpressible: inexpressible(value) };
    answer::page_of(StatusCode::OK, &shown, value.len())
}
