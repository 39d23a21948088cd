//! Parsing of an upstream server's Redis hashes. An empty field and a missing one mean the same there. What v0.24 renamed is
//! looked for under both names.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::report::Skip;
use super::source::{Hash, HashReply};
use crate::domain::address::is_host_name;
use crate::domain::{ApiToken, EmailAddress, Locale, State, Timestamp};

/// The fields of a hash.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a HashMap<String, Vec<u8>>);

impl<'a> Fields<'a> {
    pub(super) fn of(hash: &'a Hash) -> Self {
        Self(&hash.fields)
    }

    /// The fields of what was found, if it is a record.
    pub(super) fn of_reply(found: &'a HashReply) -> Option<Self> {
        found.hash().map(Self::of)
    }

    /// A field's bytes; empty when missing.
    pub(super) fn bytes(self, name: &str) -> &'a [u8] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// A field as text; empty when missing.
    pub(super) fn text(self, name: &str) -> &'a str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default().trim()
    }

    /// The first of these fields that says something; empty when none does.
    pub(super) fn first(self, names: &[&str]) -> &'a str {
        names.iter().map(|name| self.text(name)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The first of these fields that is a number above zero. Some were written with a fraction.
    pub(super) fn number(self, names: &[&str]) -> Option<u64> {
        let number = |name: &&str| self.text(name).split('.').next()?.parse().ok();
        names.iter().filter_map(number).find(|number| *number > 0)
    }

    /// The first of these fields that is a time.
    pub(super) fn time(self, names: &[&str]) -> Option<Timestamp> {
        self.number(names).map(Timestamp)
    }

    /// The identifier of the account that shared it; `None` when anonymous.
    pub(super) fn owner(self) -> Option<&'a str> {
        Some(self.first(&["owner_id", "custid"])).filter(|name| !name.is_empty() && *name != "anon")
    }

    /// The receipt of a secret.
    pub(super) fn receipt_key(self) -> &'a str {
        self.first(&["receipt_identifier", "metadata_key"])
    }

    /// The secret of a receipt; empty once it has ended.
    pub(super) fn secret_key(self) -> &'a str {
        self.first(&["secret_identifier", "secret_key"])
    }

    /// The link domain; empty unless it is a host name, as links are made of it.
    pub(super) fn share_domain(self) -> &'a str {
        Some(self.text("share_domain")).filter(|host| is_host_name(host)).unwrap_or_default()
    }

    /// Its creation, as far as its life counts from then. What upstream's scripts upgraded to v0.24 was given its remaining life anew
    /// when it was loaded, however long after it had been saved.
    pub(super) fn begin(self) -> Option<Timestamp> {
        self.time(&["created"]).filter(|_| self.first(&["migrated_at", "migration_status"]).is_empty())
    }

    /// The requested lifetime of a secret, in seconds.
    pub(super) fn ttl_of_secret(self) -> Option<u64> {
        self.number(&["lifespan", "ttl"])
    }

    /// The requested lifetime of a receipt's secret, from its own field or half the receipt's.
    pub(super) fn ttl_of_receipt(self) -> Option<u64> {
        self.number(&["secret_ttl"]).or_else(|| Some(self.number(&["lifespan", "ttl"])? / 2))
    }

    /// The state of a secret or a receipt.
    pub(super) fn state(self) -> Option<State> {
        match self.text("state") {
            "" | "new" | "viewed" | "previewed" | "shared" => Some(State::New),
            "received" | "revealed" => Some(State::Revealed),
            "burned" => Some(State::Burned),
            "expired" => Some(State::Expired),
            "orphaned" => Some(State::Orphaned),
            _ => None,
        }
    }
}

/// An account.
pub(super) struct OldAccount {
    pub(super) email: EmailAddress,
    pub(super) plan: String,
    pub(super) token: Option<ApiToken>,
    pub(super) is_verified: bool,
    /// Log-in was refused there.
    pub(super) is_suspended: bool,
    /// It had an identifier (`ur…`) that it could sign in with, too.
    pub(super) has_id: bool,
    pub(super) locale: Option<Locale>,
    pub(super) created: Option<Timestamp>,
}

impl OldAccount {
    /// Reads the account that is signed in with `address`.
    pub(super) fn read(identifier: &str, address: &str, fields: Fields<'_>) -> Result<Self, Skip> {
        if identifier == "GLOBAL" {
            return Err(Skip::Counters);
        }
        if fields.text("role") == "user_deleted_self" {
            return Err(Skip::Deleted);
        }
        let token = Zeroizing::new(fields.text("apitoken").to_owned());
        Ok(Self {
            email: EmailAddress::parse(address).ok_or(Skip::BadEmail)?,
            plan: fields.text("planid").to_owned(),
            token: (!token.is_empty()).then(|| ApiToken::presented(token)),
            is_verified: fields.text("verified") == "true",
            is_suspended: fields.text("suspended") == "true",
            has_id: !fields.text("extid").is_empty(),
            locale: Locale::parse(fields.text("locale")),
            created: fields.time(&["created"]),
        })
    }
}
