//! `/receipt/{key}/burn`: whoever shared a secret destroys it unread, after a confirmation.
//!
//! The question is asked only while there is something to destroy; looking consumes nothing. No passphrase: a sharer who must
//! revoke at once should not need it (ADR 0023).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::{PresentedPassphrase, ReceiptKey, State as Life};
use crate::http::admit::Admit;
use crate::http::path_key::{Lenient, PathKey};
use crate::service::ReceiptPermit;
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::pages::receipt;
use crate::web::surface::Form;
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "burn.html")]
struct AskToBurn<'a> {
    page: &'a PageContext,
    switch: bool,
    back: String,
}

/// Asks whether it is meant.
pub(in crate::web) async fn ask(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(permit): Admit<ReceiptPermit>,
    PathKey(Lenient(key)): PathKey<Lenient<ReceiptKey>>,
) -> Result<Response, PageError> {
    match pages.app().service().secrets().receipt(&permit, &key).await.map_err(PageError::from) {
        Ok(view) if view.receipt.state != Life::New => return Ok(nothing_to_burn(&page, &key)),
        Err(PageError::Gone) => return Err(PageError::NoReceipt),
        // What cannot be opened can be destroyed all the same.
        Ok(_) | Err(PageError::CannotOpen(_) | PageError::Damaged) => {}
        Err(error) => return Err(error),
    }
    Ok(answer::page(StatusCode::OK, &AskToBurn { page: &page, switch: true, back: status(&page, &key) }))
}

/// Destroys.
pub(in crate::web) async fn burn(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(permit): Admit<ReceiptPermit>,
    PathKey(Lenient(key)): PathKey<Lenient<ReceiptKey>>,
    Form(params): Form,
) -> Result<Response, PageError> {
    if !page.is_own_form(&params) {
        return Err(PageError::OtherSession);
    }
    let burned = pages.app().service().secrets().burn(&permit, &key, PresentedPassphrase::Absent).await;
    match burned.map_err(PageError::from) {
        Ok(burned) => Ok(receipt::ended(&page, &key, &burned.receipt)),
        Err(PageError::Gone) => Ok(nothing_to_burn(&page, &key)),
        Err(error) => Err(error),
    }
}

/// That it has ended, and where it says how.
fn nothing_to_burn(page: &PageContext, key: &ReceiptKey) -> Response {
    let way = Some((status(page, key), page.message("shared-receipt-link")));
    PageError::NothingToBurn.page_with(page, way)
}

fn status(page: &PageContext, key: &ReceiptKey) -> String {
    page.to(&format!("/receipt/{}", key.expose()))
}
