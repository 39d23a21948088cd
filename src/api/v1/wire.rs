//! Bodies as v1 clients know them (v1-contract.md §6, §7). Numbers are integers, whatever the old documentation shows; the
//! order of members is upstream's; what is absent in a state is absent, not null.

use serde::Serialize;

use crate::domain::{Plaintext, SecretKey, State, StoredReceipt, Timestamp};
use crate::service::{Burned, ReceiptView, Shared};

/// What became of a secret: its receipt, or "metadata object".
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the members' names are the contract's")]
#[expect(clippy::option_option, reason = "absent, null and a number are three different things here")]
pub(super) struct Metadata<'a> {
    /// The sharer's account, or `anon`.
    custid: &'a str,
    /// The sharer's key: shows this object and burns the secret. As good as the link while the secret is unread and unprotected,
    /// since `secret_key` is there then.
    metadata_key: &'a str,
    /// The reader's key. Empty once the secret was burned, has expired or is lost; absent once it was read, and in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<&'a str>,
    /// The secret's lifetime in seconds, as it was granted.
    ttl: u32,
    /// Seconds left of this receipt.
    metadata_ttl: u64,
    /// Seconds left of the secret. Null once it was burned, has expired or is lost, and in lists; absent once it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_ttl: Option<Option<u64>>,
    state: &'static str,
    /// Unix time of the last change, seconds.
    updated: u64,
    /// Unix time of the sharing, seconds.
    created: u64,
    /// Unix time of the reading, seconds. Only in state `received`.
    #[serde(skip_serializing_if = "Option::is_none")]
    received: Option<u64>,
    /// The address an email went to, obscured; empty when there was none.
    recipient: Vec<&'a str>,
    /// The host of the link when it is not the server's own, or empty.
    share_domain: &'a str,
    /// The password that `generate` made, in its answer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    /// Whether reading takes a passphrase. Absent once the secret is gone, and in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    passphrase_required: Option<bool>,
}

impl<'a> Metadata<'a> {
    /// What every state has in common (v1-contract.md §7.8).
    fn common(metadata_key: &'a str, receipt: &'a StoredReceipt, now: Timestamp) -> Self {
        let recipient = Some(receipt.recipient.as_str()).filter(|text| !text.is_empty());
        Self {
            custid: receipt.owner.as_deref().unwrap_or("anon"),
            metadata_key,
            secret_key: None,
            ttl: receipt.ttl,
            metadata_ttl: now.until(receipt.expires()),
            secret_ttl: None,
            state: name(receipt.state),
            updated: receipt.updated.0,
            created: receipt.created.0,
            received: None,
            recipient: recipient.into_iter().collect(),
            share_domain: &receipt.share_domain,
            value: None,
            passphrase_required: None,
        }
    }

    /// The answer to share and generate; only the latter shows a value.
    pub(super) fn for_share(shared: &'a Shared, value: Option<&'a Plaintext>) -> Self {
        let receipt = &shared.receipt;
        Self {
            secret_key: Some(shared.secret_key.expose()),
            secret_ttl: Some(Some(u64::from(receipt.ttl))),
            value: value.map(Plaintext::expose),
            passphrase_required: Some(receipt.protected),
            ..Self::common(shared.receipt_key.expose(), receipt, receipt.created)
        }
    }

    /// The answer to a look at the receipt.
    pub(super) fn for_receipt(view: &'a ReceiptView) -> Self {
        let receipt = &view.receipt;
        let common = Self::common(view.receipt_key.expose(), receipt, view.now);
        match receipt.state {
            State::New => Self {
                secret_key: view.secret_key.as_ref().map(SecretKey::expose),
                secret_ttl: Some(Some(view.now.until(receipt.secret_expires()))),
                passphrase_required: Some(receipt.protected),
                ..common
            },
            State::Revealed => Self { received: Some(receipt.updated.0), ..common },
            State::Burned | State::Expired | State::Orphaned => {
                Self { secret_key: Some(""), secret_ttl: Some(None), ..common }
            }
        }
    }

    /// An item of the list of recent shares: never with the secret's key.
    pub(super) fn for_list(view: &'a ReceiptView) -> Self {
        let receipt = &view.receipt;
        let common = Self::common(view.receipt_key.expose(), receipt, view.now);
        match receipt.state {
            State::Revealed => Self { received: Some(receipt.updated.0), ..common },
            _ => Self { secret_ttl: Some(None), ..common },
        }
    }

    /// The `state` of a burn's answer.
    pub(super) fn for_burn(metadata_key: &'a str, burned: &'a Burned) -> Self {
        Self {
            secret_key: Some(""),
            secret_ttl: Some(None),
            ..Self::common(metadata_key, &burned.receipt, burned.now)
        }
    }
}

/// The words of v1 for what we call otherwise.
fn name(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Revealed => "received",
        State::Burned => "burned",
        State::Expired => "expired",
        State::Orphaned => "orphaned",
    }
}

/// The answer to a burn: `state` is an object here.
#[derive(Serialize)]
pub(super) struct BurnAnswer<'a> {
    pub(super) state: Metadata<'a>,
    /// The first characters of the secret's key.
    pub(super) secret_shortkey: &'a str,
}

/// The answer to a reveal.
#[derive(Serialize)]
pub(super) struct RevealAnswer<'a> {
    /// What was shared, byte for byte.
    pub(super) value: &'a str,
    /// The key of the request.
    pub(super) secret_key: &'a str,
    /// Where the link began: scheme, host and perhaps a path.
    pub(super) share_domain: &'a str,
}

/// The answer to status and authcheck.
#[derive(Serialize)]
pub(super) struct StatusAnswer {
    pub(super) status: &'static str,
    /// The language of messages and emails for this caller.
    pub(super) locale: &'static str,
}
