//! `/receipt/{key}/burn`: whoever shared a secret destroys it unread, after a confirmation.
//!
//! The question is the same for every key and asks no store. No passphrase: a sharer who must revoke at once should not
//! need it (ADR 0023).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::{PresentedPassphrase, ReceiptKey};
use crate::http::admit::Admit;
use crate::http::path_key::{Lenient, PathKey};
use crate::service::{Access, ReceiptPermit};
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
    PathKey(Lenient(key)): PathKey<Lenient<ReceiptKey>>,
) -> Result<Response, PageError> {
    if pages.app().service().policy().metadata == Access::Account {
        return Err(PageError::NeedsAccount);
    }
    let back = page.to(&format!("/receipt/{}", key.expose()));
    Ok(answer::page(StatusCode::OK, &AskToBurn { page: &page, switch: true, back }))
}

/// Destroys.
pub(in crate::web) async fn burn(
    State(pages): State<Pages>,
    page: PageContext,
    Admit(permit): Admit<ReceiptPermit>,
    PathKey(Lenient(key)): PathKey<Lenient<ReceiptKey>>,
    Form(_): Form,
) -> Result<Response, PageError> {
    let burned = pages.app().service().secrets().burn(&permit, &key, PresentedPassphrase::Absent).await;
    match burned.map_err(PageError::from) {
        Ok(burned) => Ok(receipt::render(&page, &key, &burned.receipt, None, None)),
        Err(PageError::Gone) => {
            let status = page.to(&format!("/receipt/{}", key.expose()));
            let way = Some((status, page.message("shared-receipt-link")));
            Ok(PageError::NothingToBurn.page_with(&page, way))
        }
        Err(error) => Err(error),
    }
}
