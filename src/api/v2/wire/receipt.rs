//! The receipt object (v2-contract.md §6), and the details beside it.

use serde::Serialize;

use super::secret::display_lines;
use super::{host, short};
use crate::domain::{SecretKey, State, StoredReceipt};
use crate::service::{Policy, ReceiptView, Shared, owner_id};

/// What became of a secret, by the receipt's id.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the contract's")]
pub(in crate::api::v2) struct ReceiptObject<'a> {
    identifier: &'a str,
    key: &'a str,
    custid: Null,
    /// Which account shared it; null for a guest. Not its e-mail.
    owner_id: Option<String>,
    state: &'static str,
    /// The first characters of the secret's id, while it can be read; then, and in lists, empty.
    secret_shortid: &'a str,
    /// The secret's id: in the answer that made it, and to whoever looks while it can be read without a passphrase. Null in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[expect(clippy::option_option, reason = "absent, null and a text are three different things here")]
    secret_identifier: Option<Option<&'a str>>,
    /// The lifetime that was granted, seconds, by four names.
    secret_ttl: u32,
    metadata_ttl: u32,
    receipt_ttl: u32,
    lifespan: u32,
    share_domain: Option<&'a str>,
    created: u64,
    updated: u64,
    shared: Null,
    /// The address an email went to, obscured; empty when there was none.
    recipients: &'a str,
    recipient_name: Null,
    memo: Null,
    shortid: &'a str,
    show_recipients: bool,
    previewed: Null,
    /// When it was read.
    revealed: Option<u64>,
    is_previewed: bool,
    viewed: Null,
    /// When it was read, by its older name.
    received: Option<u64>,
    burned: Option<u64>,
    is_viewed: bool,
    is_received: bool,
    is_revealed: bool,
    is_burned: bool,
    is_expired: bool,
    is_orphaned: bool,
    is_destroyed: bool,
    has_passphrase: bool,
    /// `conceal` or `generate`, in the answer that made it.
    kind: Option<&'static str>,
    source: &'static str,
    /// The link, in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    share_url: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    more: Option<More>,
}

/// A member that upstream fills and we do not, or that nobody fills.
type Null = Option<()>;

/// What a look at the receipt has besides.
#[derive(Serialize)]
struct More {
    /// `new`, or null once it is gone.
    secret_state: Option<&'static str>,
    natural_expiration: String,
    expiration: u64,
    expiration_in_seconds: u32,
    share_path: String,
    burn_path: String,
    receipt_path: String,
    metadata_path: String,
    share_url: String,
    receipt_url: String,
    metadata_url: String,
    burn_url: String,
}

impl<'a> ReceiptObject<'a> {
    /// What every state has in common, but for the secret's id.
    fn common(id: &'a str, receipt: &'a StoredReceipt) -> Self {
        let ended_as = |state: State| (receipt.state == state).then_some(receipt.updated.0);
        let is = |state: State| receipt.state == state;
        Self {
            identifier: id,
            key: id,
            custid: None,
            owner_id: receipt.owner.as_deref().map(owner),
            state: name(receipt.state),
            secret_shortid: "",
            secret_identifier: None,
            secret_ttl: receipt.ttl,
            metadata_ttl: receipt.ttl,
            receipt_ttl: receipt.ttl,
            lifespan: receipt.ttl,
            share_domain: host(&receipt.share_domain),
            created: receipt.created.0,
            updated: receipt.updated.0,
            shared: None,
            recipients: &receipt.recipient,
            recipient_name: None,
            memo: None,
            shortid: short(id),
            show_recipients: !receipt.recipient.is_empty(),
            previewed: None,
            revealed: ended_as(State::Revealed),
            is_previewed: false,
            viewed: None,
            received: ended_as(State::Revealed),
            burned: ended_as(State::Burned),
            is_viewed: false,
            is_received: is(State::Revealed),
            is_revealed: is(State::Revealed),
            is_burned: is(State::Burned),
            is_expired: is(State::Expired),
            is_orphaned: is(State::Orphaned),
            is_destroyed: !is(State::New),
            has_passphrase: receipt.protected,
            kind: None,
            source: "standard",
            share_url: None,
            more: None,
        }
    }

    /// The answer that made it.
    pub(super) fn created(shared: &'a Shared, kind: &'static str, policy: &Policy) -> Self {
        let secret = shared.secret_key.expose();
        Self {
            secret_shortid: short(secret),
            secret_identifier: Some(Some(secret)),
            kind: Some(kind),
            share_url: Some(format!("{}/secret/{secret}", policy.link_base(&shared.receipt.share_domain))),
            ..Self::common(shared.receipt_key.expose(), &shared.receipt)
        }
    }

    /// A look at it.
    pub(in crate::api::v2) fn looked_at(view: &'a ReceiptView, policy: &Policy) -> Self {
        let ReceiptView { receipt_key, receipt, secret_key, .. } = view;
        let id = receipt_key.expose();
        let secret = secret_key.as_ref().map(SecretKey::expose);
        Self {
            secret_shortid: secret.map_or("", short),
            secret_identifier: secret.filter(|_| !receipt.protected).map(Some),
            more: Some(More::of(id, secret, receipt, policy)),
            ..Self::common(id, receipt)
        }
    }

    /// An item of a list: never with the secret's id.
    pub(super) fn listed(view: &'a ReceiptView) -> Self {
        Self { secret_identifier: Some(None), ..Self::common(view.receipt_key.expose(), &view.receipt) }
    }
}

impl More {
    fn of(id: &str, secret: Option<&str>, receipt: &StoredReceipt, policy: &Policy) -> Self {
        let (share, own) = (policy.link_base(&receipt.share_domain), policy.base_url.as_str());
        // Once the secret is gone the path leads nowhere, as a text still: a null breaks typed readers.
        let share_path = format!("secret/{}", secret.unwrap_or_default());
        let (receipt_path, burn_path) = (format!("receipt/{id}"), format!("receipt/{id}/burn"));
        let (receipt_url, burn_url) = (format!("{own}/{receipt_path}"), format!("{own}/{burn_path}"));
        Self {
            secret_state: secret.map(|_| name(State::New)),
            natural_expiration: natural(receipt.ttl),
            expiration: receipt.secret_expires().0,
            expiration_in_seconds: receipt.ttl,
            share_url: format!("{share}/{share_path}"),
            share_path,
            burn_path,
            metadata_path: receipt_path.clone(),
            receipt_path,
            metadata_url: receipt_url.clone(),
            receipt_url,
            burn_url,
        }
    }
}

/// Beside a look at a receipt.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the contract's")]
pub(in crate::api::v2) struct ReceiptDetails {
    r#type: &'static str,
    display_lines: usize,
    no_cache: bool,
    /// Seconds left of the secret; null once it is gone.
    secret_realttl: Option<u64>,
    /// Looks are not recorded.
    view_count: u32,
    first_access: Null,
    last_access: Null,
    has_passphrase: bool,
    can_decrypt: bool,
    /// Never: a receipt holds no value.
    secret_value: Null,
    show_secret: bool,
    show_secret_link: bool,
    show_receipt_link: bool,
    show_receipt: bool,
    show_recipients: bool,
}

impl ReceiptDetails {
    /// Of a receipt as it is looked at.
    pub(in crate::api::v2) fn of(ReceiptView { receipt, now, .. }: &ReceiptView) -> Self {
        let is_there = receipt.state == State::New;
        let is_open = is_there && !receipt.protected;
        let has_recipient = !receipt.recipient.is_empty();
        Self {
            r#type: "record",
            display_lines: display_lines(""),
            no_cache: true,
            secret_realttl: is_there.then(|| now.until(receipt.secret_expires())),
            view_count: 0,
            first_access: None,
            last_access: None,
            has_passphrase: is_there && receipt.protected,
            can_decrypt: is_open,
            secret_value: None,
            show_secret: is_open,
            show_secret_link: is_open && !has_recipient,
            show_receipt_link: is_there,
            show_receipt: true,
            show_recipients: has_recipient,
        }
    }
}

/// Beside the answer to a burn.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the contract's")]
pub(in crate::api::v2) struct BurnDetails {
    r#type: &'static str,
    /// What was done, in words.
    title: &'static str,
    display_lines: usize,
    display_feedback: bool,
    no_cache: bool,
    view_count: u32,
    has_passphrase: bool,
    can_decrypt: bool,
    show_secret: bool,
    show_secret_link: bool,
    show_receipt_link: bool,
    show_receipt: bool,
    show_recipients: bool,
    is_orphaned: bool,
}

impl BurnDetails {
    /// Of a receipt as it is afterwards; `burned` by this request, or not.
    pub(in crate::api::v2) fn of(view: &ReceiptView, burned: bool) -> Self {
        let details = ReceiptDetails::of(view);
        Self {
            r#type: details.r#type,
            title: if burned { "Secret burned" } else { "Secret not burned" },
            display_lines: 0,
            display_feedback: false,
            no_cache: details.no_cache,
            view_count: details.view_count,
            has_passphrase: details.has_passphrase,
            can_decrypt: details.can_decrypt,
            show_secret: details.show_secret,
            show_secret_link: details.show_secret_link,
            show_receipt_link: details.show_receipt_link,
            show_receipt: details.show_receipt,
            show_recipients: details.show_recipients,
            is_orphaned: view.receipt.state == State::Orphaned,
        }
    }
}

/// An account as receipts name it: in the form of a UUID (RFC 9562 §5.8, version 8).
pub(super) fn owner(email: &str) -> String {
    let mut id = owner_id(email);
    id[6] = id[6] & 0x0f | 0x80;
    id[8] = id[8] & 0x3f | 0x80;
    let hex = crate::domain::text::hex(&id);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The words of v2.
fn name(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Revealed => "revealed",
        State::Burned => "burned",
        State::Expired => "expired",
        State::Orphaned => "orphaned",
    }
}

/// A lifetime in whole words of one size, in English whoever asks.
fn natural(seconds: u32) -> String {
    match seconds {
        ..=60 => format!("{seconds} seconds"),
        61..=3600 => format!("{} minutes", seconds / 60),
        3601..=86_400 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_in_words() {
        for (seconds, words) in [
            (60, "60 seconds"),
            (90, "1 minutes"),
            (3600, "60 minutes"),
            (7200, "2 hours"),
            (86_400, "24 hours"),
            (604_800, "7 days"),
        ] {
            assert_eq!(natural(seconds), words);
        }
    }

    #[test]
    fn an_account_is_named_the_same_each_time_and_not_by_its_address() {
        let own = owner("golden@example.com");
        assert_eq!(own, owner("golden@example.com"));
        assert_ne!(own, owner("second@example.com"));
        assert_eq!((own.len(), &own[14..15]), (36, "8"));
    }
}
