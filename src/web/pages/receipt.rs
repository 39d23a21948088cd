//! `/receipt/{key}`, also as `private` and `metadata`: what became of a secret, for its sharer.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use zeroize::Zeroizing;

use crate::domain::{ReceiptKey, State as Life, StoredReceipt, Tries};
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
    /// What was tried of a protected one that is unread.
    tries: Option<Tries>,
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
            None if self.receipt.state == Life::Revealed => Some("receipt-read-next"),
            None => self.tries.filter(|tries| tries.count > 0).map(|_| "receipt-tries-next"),
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
    let tries = service.secrets().tries(&permit, &view.receipt).await?;
    let burn_url = burn_url(&page, &key);
    let receipt = &view.receipt;
    let shown = ReceiptPage { page: &page, switch: true, receipt, link, burn_url, undelivered, tries };
    Ok(answer::page(StatusCode::OK, &shown))
}

/// HEAD: that such pages are there, whatever the key. Asks no store.
pub(in crate::web) async fn head(_: PathKey<Lenient<ReceiptKey>>) -> Response {
    answer::head()
}

/// The page of a receipt whose secret has ended.
pub(super) fn ended(page: &PageContext, key: &ReceiptKey, receipt: &StoredReceipt) -> Response {
    let burn_url = burn_url(page, key);
    let shown =
        ReceiptPage { page, switch: true, receipt, link: None, burn_url, undelivered: None, tries: None };
    answer::page(StatusCode::OK, &shown)
}

fn burn_url(page: &PageContext, key: &ReceiptKey) -> String {
    page.to(&format!("/receipt/{}/burn", key.expose()))
}
