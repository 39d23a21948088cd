//! The secret object (v2-contract.md §7), and the details beside it.

use serde::Serialize;

use super::short;
use crate::service::{SecretView, Shared};

/// A secret, by its own id.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the contract's")]
pub(in crate::api::v2) struct SecretObject<'a> {
    identifier: &'a str,
    key: &'a str,
    shortid: &'a str,
    state: &'static str,
    /// The lifetime it was granted, seconds, and again.
    lifespan: u32,
    secret_ttl: u32,
    has_passphrase: bool,
    verification: bool,
    created: u64,
    updated: u64,
    is_previewed: bool,
    is_revealed: bool,
    is_viewed: bool,
    is_received: bool,
    /// What was shared, byte for byte. Absent where it is not given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_value: Option<&'a str>,
}

impl<'a> SecretObject<'a> {
    /// One that can be read.
    pub(in crate::api::v2) fn unread(id: &'a str, view: &SecretView) -> Self {
        Self {
            identifier: id,
            key: id,
            shortid: short(id),
            state: "new",
            lifespan: view.ttl,
            secret_ttl: view.ttl,
            has_passphrase: view.protected,
            verification: false,
            created: view.created.0,
            updated: view.created.0,
            is_previewed: false,
            is_revealed: false,
            is_viewed: false,
            is_received: false,
            secret_value: None,
        }
    }

    /// One that is given out.
    pub(in crate::api::v2) fn revealed(id: &'a str, view: &SecretView, value: &'a str) -> Self {
        Self {
            state: "revealed",
            is_revealed: true,
            is_received: true,
            secret_value: Some(value),
            ..Self::unread(id, view)
        }
    }

    /// One that was stored just now.
    pub(super) fn created(shared: &'a Shared) -> Self {
        let view = SecretView {
            created: shared.receipt.created,
            ttl: shared.receipt.ttl,
            left: shared.receipt.ttl.into(),
            protected: shared.receipt.protected,
            is_own: true,
        };
        Self::unread(shared.secret_key.expose(), &view)
    }
}

/// Beside a look.
#[derive(Serialize)]
pub(in crate::api::v2) struct ShowDetails {
    /// Whether the value is beside it.
    r#continue: bool,
    is_owner: bool,
    show_secret: bool,
    display_lines: usize,
    one_liner: Option<bool>,
}

impl ShowDetails {
    /// Of a secret whose value is not told.
    pub(in crate::api::v2) fn of(view: &SecretView) -> Self {
        Self {
            r#continue: false,
            is_owner: view.is_own,
            show_secret: false,
            display_lines: display_lines(""),
            one_liner: None,
        }
    }
}

/// Beside a value.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the members are the contract's")]
pub(in crate::api::v2) struct RevealDetails {
    r#continue: bool,
    is_owner: bool,
    show_secret: bool,
    /// Whether a passphrase was right; false where none was needed.
    correct_passphrase: bool,
    display_lines: usize,
    one_liner: bool,
}

impl RevealDetails {
    /// Of a secret with this value.
    pub(in crate::api::v2) fn of(view: &SecretView, value: &str) -> Self {
        Self {
            r#continue: true,
            is_owner: view.is_own,
            show_secret: true,
            correct_passphrase: view.protected,
            display_lines: display_lines(value),
            one_liner: !value.contains('\n'),
        }
    }
}

/// Beside a status.
#[derive(Serialize)]
pub(in crate::api::v2) struct StatusDetails {
    /// Seconds left.
    pub(in crate::api::v2) current_expiration: u64,
}

/// The status of many.
#[derive(Serialize)]
pub(in crate::api::v2) struct ManyAnswer<'a> {
    /// Those that can be read.
    pub(in crate::api::v2) records: Vec<SecretObject<'a>>,
    pub(in crate::api::v2) count: usize,
}

/// The status of a secret that is not there.
#[derive(Serialize)]
pub(in crate::api::v2) struct UnknownAnswer {
    record: UnknownRecord,
}

#[derive(Serialize)]
struct UnknownRecord {
    state: &'static str,
}

impl UnknownAnswer {
    /// It.
    pub(in crate::api::v2) fn new() -> Self {
        Self { record: UnknownRecord { state: "unknown" } }
    }
}

/// How high a text is shown (v2-contract.md §8.5).
pub(super) fn display_lines(value: &str) -> usize {
    let line_feeds = value.bytes().filter(|byte| *byte == b'\n').count();
    ((80 + value.chars().count()) / 80 + line_feeds + 3).min(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_as_high_as_it_is() {
        for (text, lines) in
            [("", 4), ("life anon", 4), ("a\nb", 5), (&*"x".repeat(79), 4), (&*"ü".repeat(80), 5)]
        {
            assert_eq!(display_lines(text), lines, "{text}");
        }
        assert_eq!(display_lines(&"\n".repeat(100)), 30);
    }
}
