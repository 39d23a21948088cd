//! Parsing of a secret that is still unread there, and opening it.
//!
//! What upstream's scripts upgraded to v0.24 still lies in the cipher of v0.23. Later versions cannot read it, and may have lost its
//! fields; beside it the scripts left the record as it was (`_original_object`), which goes with the secret when that is read.

use zeroize::Zeroizing;

use super::record::Fields;
use super::report::Skip;
use super::source::{Hash, Layout};
use crate::domain::{Plaintext, SecretKey, State};
use crate::vault::{Cipher, UpstreamSecret, UpstreamSecrets, UpstreamValue};

/// A secret that is still unread there.
pub(super) struct OldSecret<'a> {
    pub(super) key: SecretKey,
    pub(super) fields: Fields<'a>,
    pub(super) sealed: Sealed<'a>,
    /// The hash of its passphrase, or something older; empty without one.
    pub(super) passphrase: &'a str,
}

/// Its value, as it is stored.
pub(super) enum Sealed<'a> {
    /// Up to v0.23. A passphrase is part of the key.
    Old {
        cipher: Cipher,
        /// The ciphertext, as far as there are several copies, the best first; never none.
        copies: Vec<&'a [u8]>,
        checksum: &'a str,
    },
    /// From v0.24 on. A passphrase is only compared.
    Value(UpstreamValue),
}

impl<'a> OldSecret<'a> {
    /// Reads a secret; `original` is its record before it was upgraded, where there is one.
    pub(super) fn read(
        identifier: &str,
        layout: Layout,
        hash: &'a Hash,
        original: Option<&'a Hash>,
    ) -> Result<Self, Skip> {
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
        let value = fields.bytes("ciphertext");
        if !value.is_empty() {
            let sealed = Sealed::Value(UpstreamValue::parse(value).ok_or(Skip::Unreadable)?);
            return Ok(Self { key, fields, sealed, passphrase: fields.text("passphrase") });
        }
        let is_upgraded = layout == Layout::OneDatabase;
        if is_upgraded && fields.first(&["objid", "receipt_identifier"]).is_empty() {
            return Err(Skip::Older);
        }
        let original = original.map(Fields::of);
        let text = |name| original.map_or("", |original| original.text(name));
        let either =
            |name| Some(fields.text(name)).filter(|own| !own.is_empty()).unwrap_or_else(|| text(name));
        let copies = original.into_iter().chain([fields]).map(|fields| fields.bytes("value"));
        let mut copies: Vec<&[u8]> = copies.filter(|copy| !copy.is_empty()).collect();
        let cipher = either("value_encryption");
        if copies.is_empty() {
            if cipher != "-1" {
                return Err(if is_upgraded { Skip::Unreadable } else { Skip::Ended });
            }
            copies.push(&[]);
        }
        let cipher = Cipher::parse(cipher).ok_or(Skip::UnknownCipher)?;
        let sealed = Sealed::Old { cipher, copies, checksum: either("value_checksum") };
        Ok(Self { key, fields, sealed, passphrase: either("passphrase") })
    }

    /// Opens a value that takes no passphrase to be opened: `None` when that fails or the checksum does not match.
    pub(super) fn open(&self, secrets: &UpstreamSecrets) -> Option<Plaintext> {
        match &self.sealed {
            Sealed::Old { .. } => secrets.iter().find_map(|secret| self.open_old(secret)),
            Sealed::Value(value) => {
                let opened = secrets.open(value, self.key.expose())?;
                let text = std::str::from_utf8(&opened).ok()?;
                Some(Plaintext::new(Zeroizing::new(text.to_owned())))
            }
        }
    }

    /// Whether it is a value of v0.23 that opens under this secret.
    pub(super) fn opens_under(&self, secret: &UpstreamSecret) -> bool {
        self.open_old(secret).is_some()
    }

    fn open_old(&self, secret: &UpstreamSecret) -> Option<Plaintext> {
        let Sealed::Old { cipher, copies, checksum } = &self.sealed else { return None };
        copies.iter().find_map(|sealed| {
            let value = cipher.open(secret, self.key.expose(), None, sealed)?;
            // Without a checksum, valid UTF-8 has to do.
            (checksum.is_empty() || *cipher == Cipher::Empty || secret.is_checksum(&value, checksum))
                .then(|| Plaintext::new(value))
        })
    }
}
