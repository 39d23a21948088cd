//! `/receipt/{key}`, also as `private` and `metadata`: what became of a secret, for its sharer.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use zeroize::Zeroizing;

use crate::domain::{ReceiptKey, State as Life, StoredReceipt};
use crate::web::error::Trouble;
use crate::web::extract::{Holding, Receipt};
use crate::web::visitor::Visitor;
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "receipt.html")]
struct Shown<'a> {
    p: &'a Visitor,
    switch: bool,
    receipt: &'a StoredReceipt,
    /// The link, while the secret is unread.
    link: Option<Zeroizing<String>>,
    burn_url: String,
}

impl Shown<'_> {
    /// The names of what the state is called and of what that means.
    fn state(&self) -> (&'static str, &'static str) {
        match self.receipt.state {
            Life::New => ("receipt-new", "receipt-new-text"),
            Life::Revealed => ("receipt-read", "receipt-read-text"),
            Life::Burned => ("receipt-burned", "receipt-burned-text"),
            Life::Expired => ("receipt-expired", "receipt-expired-text"),
            Life::Orphaned => ("receipt-orphaned", "receipt-orphaned-text"),
        }
    }

    fn is_new(&self) -> bool {
        self.receipt.state == Life::New
    }

    /// What the time of the last change is called; an expiry is no change.
    fn changed(&self) -> Option<&'static str> {
        match self.receipt.state {
            Life::Revealed => Some("receipt-read-at"),
            Life::Burned => Some("receipt-burned-at"),
            Life::New | Life::Expired | Life::Orphaned => None,
        }
    }
}

/// Looks, and changes nothing.
pub(in crate::web) async fn show(
    State(pages): State<Pages>,
    visitor: Visitor,
    Holding(holder): Holding,
    Receipt(key): Receipt,
) -> Result<Response, Trouble> {
    let service = pages.app().service();
    let view =
        service.secrets().receipt(&holder, &key).await.map_err(|error| match Trouble::from(error) {
            Trouble::Gone => Trouble::NoReceipt,
            trouble => trouble,
        })?;
    let base = service.policy().link_base(&view.receipt.share_domain);
    let link = view.secret_key.as_ref().map(|secret| super::link(&base, secret));
    Ok(page(&visitor, &key, &view.receipt, link))
}

/// HEAD: that such pages are there, whatever the key. Asks no store.
pub(in crate::web) async fn head(_: Receipt) -> Response {
    [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))].into_response()
}

/// The page of a receipt.
pub(super) fn page(
    visitor: &Visitor,
    key: &ReceiptKey,
    receipt: &StoredReceipt,
    link: Option<Zeroizing<String>>,
) -> Response {
    let burn_url = visitor.to(&format!("/receipt/{}/burn", key.expose()));
    let shown = Shown { p: visitor, switch: true, receipt, link, burn_url };
    answer::page(StatusCode::OK, &shown)
}
