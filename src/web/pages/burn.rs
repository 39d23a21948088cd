//! `/receipt/{key}/burn`: whoever shared a secret destroys it unread, after being asked once more.
//!
//! The question is the same for every key and asks no store. No passphrase: a sharer who must revoke at once should not
//! need it (decisions §3.5).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::PresentedPassphrase;
use crate::service::Access;
use crate::web::error::Trouble;
use crate::web::extract::{Form, Holding, Receipt};
use crate::web::pages::receipt;
use crate::web::visitor::Visitor;
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "burn.html")]
struct Ask<'a> {
    p: &'a Visitor,
    switch: bool,
    back: String,
}

/// Asks whether it is meant.
pub(in crate::web) async fn ask(
    State(pages): State<Pages>,
    visitor: Visitor,
    Receipt(key): Receipt,
) -> Result<Response, Trouble> {
    if pages.app().service().policy().metadata == Access::Account {
        return Err(Trouble::NeedsAccount);
    }
    let back = visitor.to(&format!("/receipt/{}", key.expose()));
    Ok(answer::page(StatusCode::OK, &Ask { p: &visitor, switch: true, back }))
}

/// Destroys.
pub(in crate::web) async fn burn(
    State(pages): State<Pages>,
    visitor: Visitor,
    Holding(holder): Holding,
    Receipt(key): Receipt,
    Form(_): Form,
) -> Result<Response, Trouble> {
    let burned = pages.app().service().secrets().burn(&holder, &key, PresentedPassphrase::Absent).await;
    let burned = burned.map_err(|error| match Trouble::from(error) {
        Trouble::Gone => Trouble::NothingToBurn,
        trouble => trouble,
    })?;
    Ok(receipt::page(&visitor, &key, &burned.receipt, None))
}
