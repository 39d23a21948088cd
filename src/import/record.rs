//! Parsing of an upstream server's Redis hashes. An empty field and a missing one mean the same there.

use std::collections::HashMap;

use zeroize::Zeroizing;

use super::report::Skip;
use super::source::Hash;
use crate::domain::{ApiToken, EmailAddress, Locale, Plaintext, SecretKey, State, Timestamp};
use crate::vault::{Cipher, UpstreamSecret};

/// The fields of a hash.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(&'a HashMap<String, Vec<u8>>);

impl<'a> Fields<'a> {
    pub(super) fn of(hash: &'a Hash) -> Self {
        Self(&hash.fields)
    }

    fn bytes(self, name: &str) -> &'a [u8] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// A field as text; empty when missing.
    pub(super) fn text(self, name: &str) -> &'a str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default().trim()
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

    /// The account that shared it; `None` when anonymous.
    pub(super) fn owner(self) -> Option<String> {
        Some(self.text("custid")).filter(|name| !name.is_empty() && *name != "anon").map(str::to_owned)
    }

    /// The requested lifetime of a secret, in seconds.
    pub(super) fn ttl_of_secret(self) -> Option<u64> {
        self.number(&["lifespan", "ttl"])
    }

    /// The requested lifetime of a receipt's secret, from its own field or half the receipt's.
    pub(super) fn ttl_of_receipt(self) -> Option<u64> {
        self.number(&["secret_ttl"]).or_else(|| Some(self.number(&["lifespan", "ttl"])? / 2))
    }

    /// The state of a receipt.
    pub(super) fn state(self) -> Option<State> {
        match self.text("state") {
            "" | "new" | "viewed" => Some(State::New),
            "received" => Some(State::Revealed),
            "burned" => Some(State::Burned),
            "expired" => Some(State::Expired),
            "orphaned" => Some(State::Orphaned),
            _ => None,
        }
    }
}

/// A secret that is still unread there.
pub(super) struct OldSecret<'a> {
    pub(super) key: SecretKey,
    pub(super) fields: Fields<'a>,
    pub(super) cipher: Cipher,
    pub(super) sealed: &'a [u8],
    /// A bcrypt string, or something older; empty without a passphrase.
    pub(super) passphrase: &'a str,
}

impl<'a> OldSecret<'a> {
    pub(super) fn read(identifier: &str, hash: &'a Hash) -> Result<Self, Skip> {
        let fields = Fields::of(hash);
        let key = SecretKey::parse(identifier).ok_or(Skip::BadKey)?;
        if fields.text("verification") == "true" {
            return Err(Skip::Verification);
        }
        match fields.state() {
            Some(State::New) => {}
            Some(_) => return Err(Skip::Ended),
            None => return Err(Skip::NoRecord), // of an unknown version, or damaged
        }
        let sealed = fields.bytes("value");
        let cipher = fields.text("value_encryption");
        if sealed.is_empty() && cipher != "-1" {
            return Err(Skip::Ended);
        }
        let cipher = Cipher::parse(cipher).ok_or(Skip::UnknownCipher)?;
        Ok(Self { key, fields, cipher, sealed, passphrase: fields.text("passphrase") })
    }

    /// Decrypts the value of one without a passphrase; `None` when that fails or the checksum does not match.
    pub(super) fn open(&self, secret: &UpstreamSecret) -> Option<Plaintext> {
        let value = self.cipher.open(secret, self.key.expose(), None, self.sealed)?;
        let checksum = self.fields.text("value_checksum");
        // Without a checksum, valid UTF-8 has to do.
        (checksum.is_empty() || self.cipher == Cipher::Empty || secret.is_checksum(&value, checksum))
            .then(|| Plaintext::new(value))
    }
}

/// An account.
pub(super) struct OldAccount {
    pub(super) email: EmailAddress,
    pub(super) plan: String,
    pub(super) token: Option<ApiToken>,
    pub(super) is_verified: bool,
    pub(super) locale: Option<Locale>,
    pub(super) created: Option<Timestamp>,
}

impl OldAccount {
    pub(super) fn read(identifier: &str, hash: &Hash) -> Result<Self, Skip> {
        let fields = Fields::of(hash);
        if identifier == "GLOBAL" {
            return Err(Skip::Counters);
        }
        if fields.text("role") == "user_deleted_self" {
            return Err(Skip::Deleted);
        }
        let token = Zeroizing::new(fields.text("apitoken").to_owned());
        Ok(Self {
            email: EmailAddress::parse(identifier).ok_or(Skip::BadEmail)?,
            plan: fields.text("planid").to_owned(),
            token: (!token.is_empty()).then(|| ApiToken::presented(token)),
            is_verified: fields.text("verified") == "true",
            locale: Locale::parse(fields.text("locale")),
            created: fields.time(&["created"]),
        })
    }
}
