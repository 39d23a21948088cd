//! Link between a receipt and its secret: the secret key, sealed for the holder of the receipt key (crypto.md §7).
//!
//! So the API can return `secret_key` while the secret is unread, a stolen store cannot, and a claim erases it.

use super::derive::Prk;
use super::encoding::{V, lp};
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Error, Vault, receipt_id};
use crate::domain::key::REST_LEN;
use crate::domain::{KeyId, ReceiptId, ReceiptKey, SecretId, SecretKey};

const LABEL: &str = "meta/seal";
/// Prefix of a whole key: imported keys do not share a tag, and may be shorter or longer.
const WHOLE: &[u8] = b"=";

fn aad(kid: KeyId, mid: ReceiptId, sid: SecretId) -> zeroize::Zeroizing<Vec<u8>> {
    lp(&[V, b"aad-meta", &kid.0, &mid.0, &sid.0])
}

impl Vault {
    /// Seals the secret key's own 28 characters (the tag is the receipt key's too): 64 bytes in all. An imported key,
    /// which has another shape, is sealed whole.
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
        let aad = aad(writer.id, mid, sid);
        if secret.tag() == receipt.tag() && secret.rest().len() == REST_LEN {
            return seal_blob(writer.id, &key, secret.rest(), &aad);
        }
        let whole = zeroize::Zeroizing::new([WHOLE, secret.expose().as_bytes()].concat());
        seal_blob(writer.id, &key, &whole, &aad)
    }

    /// Opens what [`seal_link`](Self::seal_link) made.
    pub fn open_link(&self, receipt: &ReceiptKey, sid: SecretId, blob: &[u8]) -> Result<SecretKey, Error> {
        let mid = receipt_id(receipt);
        let (kid, nonce, sealed) = split_blob(blob)?;
        let ring = self.ring();
        let key = Prk::base(ring.find(kid)?, "meta", receipt.expose(), b"").sub(LABEL, &mid.0);
        let rest = decrypt(&key, nonce, sealed, &aad(kid, mid, sid))?;
        let opened = match rest.strip_prefix(WHOLE) {
            Some(whole) => std::str::from_utf8(whole).ok().and_then(SecretKey::parse),
            None => SecretKey::assemble(receipt.tag(), &rest),
        };
        opened.ok_or(Error::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use crate::domain::vectors::Vector;
    use crate::vault::{HashPool, Keyring};

    #[test]
    fn the_published_vectors() {
        for name in ["receipt-link-1", "receipt-link-1-whole", "receipt-link-1-long"] {
            let vector = Vector::named(name);
            let vault = Vault::from_vector(&vector);
            let receipt = ReceiptKey::parse(&vector.text("receipt")).unwrap();
            let link = SecretKey::parse(&vector.text("link")).unwrap();
            let (mid, sid) = (receipt_id(&receipt), crate::vault::secret_id(&link));
            assert_eq!(vault.open_link(&receipt, sid, &vector.hex("blob")).unwrap(), link);
            // Which of the two forms it is written in: the nonce alone differs.
            let sealed = vault.seal_link(&receipt, mid, &link, sid);
            assert_eq!(sealed.len(), vector.hex("blob").len(), "{name}");
        }
    }

    /// Of an imported secret the keys may be as long as ours without a tag in common, or have one in common and not the length.
    #[test]
    fn a_link_opens_as_it_was_whatever_it_shares_with_its_receipt() {
        let vault = Vault::new(Keyring::generate(Timestamp(1_795_248_429)), HashPool::new(4));
        let receipt = ReceiptKey::parse(&format!("abc{}", "1".repeat(REST_LEN))).unwrap();
        for (tag, own) in [("abc", REST_LEN), ("xyz", REST_LEN), ("abc", REST_LEN - 3), ("xyz", REST_LEN - 3)]
        {
            let link = SecretKey::parse(&format!("{tag}{}", "2".repeat(own))).unwrap();
            let sid = crate::vault::secret_id(&link);
            let sealed = vault.seal_link(&receipt, receipt_id(&receipt), &link, sid);
            assert_eq!(vault.open_link(&receipt, sid, &sealed).unwrap(), link, "{tag}, {own}");
        }
    }
}
