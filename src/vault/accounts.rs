//! Account ids, API token hashes, and entries of the recent list, which only the token opens (crypto.md §8, §9).

use subtle::ConstantTimeEq as _;

use super::derive::Prk;
use super::encoding::{V, hash, lp};
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Error, Vault};
use crate::domain::{AccountId, ApiToken, Binding, KeyId, ReceiptKey, TokenDigest};

const LABEL: &str = "recent/seal";

/// The id of the account with this e-mail, in any case.
#[must_use]
pub fn account_id(email: &str) -> AccountId {
    AccountId(hash(&[V, b"acct", email.trim().to_lowercase().as_bytes()]))
}

/// The hash under which a token is stored.
#[must_use]
pub fn token_digest(id: &AccountId, token: &ApiToken) -> TokenDigest {
    TokenDigest(hash(&[V, b"token", &id.0, token.expose().as_bytes()]))
}

/// Whether `token` has the stored hash; compared in constant time.
#[must_use]
pub fn matches_token(id: &AccountId, token: &ApiToken, stored: &TokenDigest) -> bool {
    same_digest(&token_digest(id, token), stored)
}

/// Whether two hashes are the same; compared in constant time.
#[must_use]
pub fn same_digest(presented: &TokenDigest, stored: &TokenDigest) -> bool {
    presented.0.ct_eq(&stored.0).into()
}

/// Who somebody is at a provider: its issuer and their subject, both as the provider wrote them. No key of the ring goes in, or
/// retiring that key would unbind everybody; it hides no more than the e-mail beside it would tell (ADR 0079).
#[must_use]
pub fn binding(issuer: &str, subject: &str) -> Binding {
    Binding(hash(&[V, b"binding", issuer.as_bytes(), subject.as_bytes()]))
}

fn aad(kid: KeyId, id: &AccountId) -> zeroize::Zeroizing<Vec<u8>> {
    lp(&[V, b"aad-recent", &kid.0, &id.0])
}

impl Vault {
    /// Seals a receipt key for an account's list. Only a caller with the token opens it again.
    #[must_use]
    pub fn seal_entry(&self, id: &AccountId, token: &ApiToken, receipt: &ReceiptKey) -> Vec<u8> {
        let ring = self.ring();
        let writer = ring.writer();
        let key = Prk::extract(&writer.root, &[b"acct", token.expose().as_bytes()]).sub(LABEL, &id.0);
        seal_blob(writer.id, &key, receipt.expose().as_bytes(), &aad(writer.id, id))
    }

    /// Opens what [`seal_entry`](Self::seal_entry) made.
    pub fn open_entry(&self, id: &AccountId, token: &ApiToken, blob: &[u8]) -> Result<ReceiptKey, Error> {
        let (kid, nonce, sealed) = split_blob(blob)?;
        let ring = self.ring();
        let key = Prk::extract(ring.find(kid)?, &[b"acct", token.expose().as_bytes()]).sub(LABEL, &id.0);
        let text = decrypt(&key, nonce, sealed, &aad(kid, id))?;
        std::str::from_utf8(&text).ok().and_then(ReceiptKey::parse).ok_or(Error::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;
    use zeroize::Zeroizing;

    #[test]
    fn the_published_vectors() {
        let token = |vector: &Vector| ApiToken::presented(Zeroizing::new(vector.text("token")));
        let vector = Vector::named("account-1");
        let id = account_id(&vector.text("email"));
        assert_eq!(id.0, vector.array("id"));
        assert_eq!(token_digest(&id, &token(&vector)).0, vector.array("digest"));
        assert_eq!(token_digest(&id, &token(&vector)).id().0, vector.array("token-id"));
        let vector = Vector::named("binding-1");
        assert_eq!(binding(&vector.text("issuer"), &vector.text("subject")).0, vector.array("binding"));
        let vector = Vector::named("recent-1");
        let (vault, id) = (Vault::from_vector(&vector), account_id(&vector.text("email")));
        let opened = vault.open_entry(&id, &token(&vector), &vector.hex("blob")).unwrap();
        assert_eq!(opened.expose(), vector.text("receipt"));
    }
}
