//! `/shares`: what became of what an account shared, for whoever signed in with it; destroying one of them; and of which ends they are
//! told by email. No key is in any of it (ADR 0080).

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::domain::{SecretEnd, SecretEnds, ShareId, State as Life, StoredReceipt, Timestamp};
use crate::http::admit::Admit;
use crate::http::path_key::PathKey;
use crate::service::{AccountPermit, Cursor};
use crate::web::error::PageError;
use crate::web::page_context::PageContext;
use crate::web::surface::query;
use crate::web::visitor::{OwnForm, Person};
use crate::web::{Pages, answer};

/// Shares of one page, which with style and script has to weigh less than 30 kB.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "shares.html")]
struct SharesPage<'a> {
    page: &'a PageContext,
    switch: bool,
    /// What was just done.
    done: Option<&'static str>,
    shares: Vec<Share<'a>>,
    /// The address of the next page.
    older: Option<String>,
    /// Whether this is not the first.
    is_later: bool,
    /// Ends of which one may be told: field, label, and whether it is so. None where this server sends no mail.
    notify: Vec<(&'static str, &'static str, bool)>,
}

/// A share as a row shows it.
struct Share<'a> {
    /// The name of what its state is called.
    state: &'static str,
    created: Timestamp,
    recipient: &'a str,
    /// What happened or will, and when.
    change: Option<(&'static str, Timestamp)>,
    /// Where it is destroyed, while it is unread.
    burn: Option<String>,
}

impl<'a> Share<'a> {
    fn of(page: &PageContext, receipt: &'a StoredReceipt) -> Self {
        let (state, change) = match receipt.state {
            Life::New => ("receipt-new", Some(("receipt-until", receipt.secret_expires()))),
            Life::Revealed => ("receipt-read", Some(("receipt-read-at", receipt.updated))),
            Life::Burned => ("receipt-burned", Some(("receipt-burned-at", receipt.updated))),
            Life::Expired => ("receipt-expired", None),
            Life::Orphaned => ("receipt-orphaned", None),
        };
        let burn = (receipt.state == Life::New)
            .then(|| page.to(&format!("/shares/{}/burn", ShareId::from(receipt))));
        Self { state, created: receipt.created, recipient: &receipt.recipient, change, burn }
    }
}

#[derive(Template)]
#[template(path = "burn.html")]
struct AskToBurn<'a> {
    page: &'a PageContext,
    switch: bool,
    back: String,
}

/// Looks, and changes nothing.
pub(in crate::web) async fn show(
    State(pages): State<Pages>,
    page: PageContext,
    Person(session): Person,
    Admit(permit): Admit<AccountPermit>,
    uri: Uri,
) -> Result<Response, PageError> {
    let after = query(&uri).text("after").and_then(Cursor::parse);
    list(&pages, &page, &permit, after, None, session.account.notify).await
}

/// Asks whether it is meant.
pub(in crate::web) async fn ask(
    page: PageContext,
    Person(_): Person,
    PathKey(_): PathKey<ShareId>,
) -> Response {
    let back = page.to("/shares");
    answer::page(StatusCode::OK, &AskToBurn { page: &page, switch: true, back })
}

/// Destroys.
pub(in crate::web) async fn burn(
    State(pages): State<Pages>,
    page: PageContext,
    Person(_): Person,
    Admit(permit): Admit<AccountPermit>,
    PathKey(share): PathKey<ShareId>,
    OwnForm(session, _): OwnForm,
) -> Result<Response, PageError> {
    let burned = pages.app().service().secrets().burn_by_id(&permit, share).await;
    match burned.map_err(PageError::from) {
        Ok(()) => list(&pages, &page, &permit, None, Some("shares-burned"), session.account.notify).await,
        Err(PageError::Gone) => {
            let way = Some((page.to("/shares"), page.message("shares-title")));
            Ok(PageError::NothingToBurn.page_with(&page, way))
        }
        Err(error) => Err(error),
    }
}

/// Says of which ends they are told.
pub(in crate::web) async fn notify(
    State(pages): State<Pages>,
    page: PageContext,
    Person(_): Person,
    Admit(permit): Admit<AccountPermit>,
    OwnForm(session, params): OwnForm,
) -> Result<Response, PageError> {
    let ends: SecretEnds =
        SecretEnd::ALL.into_iter().filter(|end| params.text(end.name()).is_some()).collect();
    if !pages.app().service().accounts().set_notify(&session.account.id, ends).await? {
        return Err(PageError::NeedsSignIn);
    }
    list(&pages, &page, &permit, None, Some("notify-saved"), ends).await
}

async fn list(
    pages: &Pages,
    page: &PageContext,
    permit: &AccountPermit,
    after: Option<Cursor>,
    done: Option<&'static str>,
    told: SecretEnds,
) -> Result<Response, PageError> {
    let is_later = after.is_some();
    let secrets = pages.app().service().secrets();
    let mine = secrets.my_shares(permit, after, SHOWN).await?;
    let shares = mine.receipts.iter().map(|receipt| Share::of(page, receipt)).collect();
    let older = mine.next.map(|next| page.to_with("/shares", "after", &next.to_text()));
    let label = |end| match end {
        SecretEnd::Read => "notify-read",
        SecretEnd::Burned => "notify-burned",
        SecretEnd::Expired => "notify-expired",
    };
    let mails = secrets.sends_mail() && !is_later;
    let ends = SecretEnd::ALL.into_iter().filter(|_| mails);
    let notify = ends.map(|end| (end.name(), label(end), told.contain(end))).collect();
    let switch = done.is_none() && !is_later;
    let shown = SharesPage { page, switch, done, shares, older, is_later, notify };
    Ok(answer::page(StatusCode::OK, &shown))
}
