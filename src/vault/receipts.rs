//! What ties a receipt to its secret: the secret key, sealed for the holder of the receipt key (security.md §4).
//!
//! So the API can show `secret_key` while the secret is unread, a stolen store cannot, and a claim erases it.

use super::derive::{Prk, V, lp};
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Error, Vault, receipt_id};
use crate::domain::{KeyId, ReceiptId, ReceiptKey, SecretId, SecretKey};

const LABEL: &str = "meta/seal";

fn aad(kid: KeyId, mid: ReceiptId, sid: SecretId) -> zeroize::Zeroizing<Vec<u8>> {
    lp(&[V, b"aad-meta", &kid.0, &mid.0, &sid.0])
}

impl Vault {
    /// Seals the secret key's own 28 characters (the tag is the receipt key's too): 64 bytes in all.
    #[must_use]
    pub fn seal_link(
        &self,
        receipt: &ReceiptKey,
        mid: ReceiptId,
        secret: &SecretKey,
        sid: SecretId,
    ) -> Vec<u8> {
        let ring = self.ring();
        let writer = ring.writer();
        let key = Prk::base(&writer.root, "meta", receipt.expose(), b"").sub(LABEL, &mid.0);
        seal_blob(writer.id, &key, secret.rest(), &aad(writer.id, mid, sid))
    }

    /// Opens what [`seal_link`](Self::seal_link) made.
    pub fn open_link(&self, receipt: &ReceiptKey, sid: SecretId, blob: &[u8]) -> Result<SecretKey, Error> {
        let mid = receipt_id(receipt);
        let (kid, nonce, sealed) = split_blob(blob)?;
        let ring = self.ring();
        let key = Prk::base(ring.find(kid)?, "meta", receipt.expose(), b"").sub(LABEL, &mid.0);
        let rest = decrypt(&key, nonce, sealed, &aad(kid, mid, sid))?;
        SecretKey::assemble(receipt.tag(), &rest).ok_or(Error::Damaged)
    }
}
