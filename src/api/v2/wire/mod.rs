//! Bodies as v2 clients know them (v2-contract.md §6 to §8). Members stand in upstream's order; times are integers, which
//! decode as fractions too.

use axum::response::Response;
use serde::Serialize;

use crate::domain::Plaintext;
use crate::http::json_answer::json;
use crate::service::{Policy, Shared};

mod receipt;
mod recent;
mod secret;

pub(super) use receipt::{BurnDetails, ReceiptDetails, ReceiptObject};
pub(super) use recent::recent_answer;
pub(super) use secret::{ManyAnswer, RevealDetails, SecretObject, ShowDetails, StatusDetails, UnknownAnswer};

/// An answer about one record.
#[derive(Serialize)]
pub(super) struct Record<R, D> {
    pub(super) record: R,
    pub(super) details: D,
}

/// The answer to a burn.
#[derive(Serialize)]
pub(super) struct BurnAnswer<'a> {
    /// Whether this request burned it.
    pub(super) success: bool,
    /// What became of it, by whomever.
    pub(super) record: ReceiptObject<'a>,
    pub(super) details: BurnDetails,
}

#[derive(Serialize)]
struct Created<'a> {
    success: bool,
    record: CreatedRecord<'a>,
    details: CreatedDetails<'a>,
}

#[derive(Serialize)]
struct CreatedRecord<'a> {
    receipt: &'a ReceiptObject<'a>,
    /// The same again, by its older name.
    metadata: &'a ReceiptObject<'a>,
    secret: SecretObject<'a>,
    /// The host of the link when it is not the server's own.
    share_domain: Option<&'a str>,
}

#[derive(Serialize)]
struct CreatedDetails<'a> {
    kind: &'static str,
    /// The address an email went to, obscured, as in `recipient_safe`: the clear one is never given out.
    recipient: &'a [&'a str],
    recipient_safe: &'a [&'a str],
    /// The password that `generate` made, in this answer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_value: Option<&'a str>,
}

/// The answer to conceal, and to generate with the value that was made.
pub(super) fn created(shared: &Shared, policy: &Policy, made: Option<&Plaintext>) -> Response {
    let kind = if made.is_some() { "generate" } else { "conceal" };
    let receipt = ReceiptObject::created(shared, kind, policy);
    let recipient = Some(shared.receipt.recipient.as_str()).filter(|address| !address.is_empty());
    json(&Created {
        success: true,
        record: CreatedRecord {
            receipt: &receipt,
            metadata: &receipt,
            secret: SecretObject::created(shared),
            share_domain: host(&shared.receipt.share_domain),
        },
        details: CreatedDetails {
            kind,
            recipient: recipient.as_slice(),
            recipient_safe: recipient.as_slice(),
            secret_value: made.map(Plaintext::expose),
        },
    })
}

/// A link domain as it is written: none is null.
fn host(share_domain: &str) -> Option<&str> {
    Some(share_domain).filter(|host| !host.is_empty())
}

/// The first eight characters of an id, or all that there are.
fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}
