//! `/receipt/{key}`, also as `private` and `metadata`: what became of a secret, for its sharer.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use zeroize::Zeroizing;

use crate::domain::{ReceiptKey, State as Life, StoredReceipt};
use crate::http::admit::Admit;
use crate::http::path_key::{Lenient, PathKey};
use crate::service::{ReceiptPermit, Undelivered};
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::{Pages, answer};

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    page: &'a PageContext,
    switch: bool,
    receipt: &'a StoredReceipt,
    /// The link, while the secret is unread.
    link: Option<Zeroizing<String>>,
    burn_url: String,
    undelivered: Option<Undelivered>,
}

impl ReceiptPage<'_> {
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

    /// What its sharer may have to do now.
    fn next(&self) -> Option<&'static str> {
        match self.undelivered {
            Some(Undelivered::Waiting) => Some("receipt-mail-waiting"),
            Some(Undelivered::Dead) => Some("receipt-mail-dead"),
            None => (self.receipt.state == Life::Revealed).then_some("receipt-read-next"),
        }
    }

    fn is_lost(&self) -> bool {
        self.receipt.state == Life::Orphaned
    }

    fn is_new(&self) -> bool {
        self.receipt.state == Life::New
    }

    /// What the time of the last change is called; an expiry is no change.
    fn change_label(&self) -> Option<&'static str> {
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
    page: PageContext,
    Admit(permit): Admit<ReceiptPermit>,
    PathKey(Lenient(key)): PathKey<Lenient<ReceiptKey>>,
) -> Result<Response, PageError> {
    let service = pages.app().service();
    let view =
        service.secrets().receipt(&permit, &key).await.map_err(|error| match PageError::from(error) {
            PageError::Gone => PageError::NoReceipt,
            error => error,
        })?;
    let base = service.policy().link_base(&view.receipt.share_domain);
    let link = view.secret_key.as_ref().map(|secret| super::link(&base, secret));
    let undelivered = service.secrets().undelivered(&permit, &view.receipt).await?;
    Ok(render(&page, &key, &view.receipt, link, undelivered))
}

/// HEAD: that such pages are there, whatever the key. Asks no store.
pub(in crate::web) async fn head(_: PathKey<Lenient<ReceiptKey>>) -> Response {
    answer::head()
}

/// The page of a receipt.
pub(super) fn render(
    page: &PageContext,
    key: &ReceiptKey,
    receipt: &StoredReceipt,
    link: Option<Zeroizing<String>>,
    undelivered: Option<Undelivered>,
) -> Response {
    let burn_url = page.to(&format!("/receipt/{}/burn", key.expose()));
    let shown = ReceiptPage { page, switch: true, receipt, link, burn_url, undelivered };
    answer::page(StatusCode::OK, &shown)
}
