//! The list of an account's own receipts (v2-contract.md §8.8).

use serde::Serialize;

use super::receipt::{ReceiptObject, owner};
use crate::domain::{State, Timestamp};
use crate::service::ReceiptView;

/// The answer.
#[derive(Serialize)]
pub(in crate::api::v2) struct RecentAnswer<'a> {
    success: bool,
    /// The account, as its receipts name it.
    custid: String,
    count: usize,
    records: Vec<ReceiptObject<'a>>,
    details: RecentDetails<'a>,
}

#[derive(Serialize)]
struct RecentDetails<'a> {
    r#type: &'static str,
    scope: Option<()>,
    scope_label: Option<()>,
    since: u64,
    now: u64,
    has_items: bool,
    /// What is gone, however it ended.
    revealed_receipts: Vec<ReceiptObject<'a>>,
    /// What can be read.
    pending_receipts: Vec<ReceiptObject<'a>>,
}

/// The list of the account with this e-mail, whose shares since `since` these are.
pub(in crate::api::v2) fn recent_answer<'a>(
    views: &'a [ReceiptView],
    email: &str,
    since: Timestamp,
    now: Timestamp,
) -> RecentAnswer<'a> {
    let those = |are_pending: bool| {
        let wanted = views.iter().filter(move |view| (view.receipt.state == State::New) == are_pending);
        wanted.map(ReceiptObject::listed).collect()
    };
    RecentAnswer {
        success: true,
        custid: owner(email),
        count: views.len(),
        records: views.iter().map(ReceiptObject::listed).collect(),
        details: RecentDetails {
            r#type: "list",
            scope: None,
            scope_label: None,
            since: since.0,
            now: now.0,
            has_items: !views.is_empty(),
            revealed_receipts: those(false),
            pending_receipts: those(true),
        },
    }
}
