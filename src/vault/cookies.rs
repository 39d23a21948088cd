//! Cookies: what a browser keeps for this server, sealed, so that every instance with this keyring opens it, and nobody else
//! reads or makes one (crypto.md §18).
//!
//! The trap: sealed says who made it, not that it still holds. Whoever opens one asks whether its time has passed, and whether
//! the account that it names still wants it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::derive::Prk;
use super::encoding::{V, lp};
use super::root_key::RootKey;
use super::seal::{decrypt, seal_blob, split_blob};
use super::{Error, Vault};
use crate::domain::KeyId;

/// What a cookie is for. One of another kind does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// Who signed in.
    Session,
    /// What a sign-in by a provider has to bring back.
    Provider,
}

impl Cookie {
    fn label(self) -> &'static str {
        match self {
            Self::Session => "cookie/session",
            Self::Provider => "cookie/provider",
        }
    }

    fn key(self, root: &RootKey) -> Zeroizing<[u8; 32]> {
        Prk::extract(root, &[b"cookie"]).sub(self.label(), b"")
    }

    fn aad(self, kid: KeyId) -> Zeroizing<Vec<u8>> {
        lp(&[V, b"aad-cookie", &kid.0, self.label().as_bytes()])
    }
}

impl Vault {
    /// Seals the content of a cookie: base64url, which a cookie may hold as it is.
    #[must_use]
    pub fn seal_cookie(&self, cookie: Cookie, content: &[u8]) -> String {
        let ring = self.ring();
        let writer = ring.writer();
        let blob = seal_blob(writer.id, &cookie.key(&writer.root), content, &cookie.aad(writer.id));
        URL_SAFE_NO_PAD.encode(blob)
    }

    /// Opens what [`seal_cookie`](Self::seal_cookie) made for the same purpose.
    pub fn open_cookie(&self, cookie: Cookie, sealed: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let blob = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| Error::Damaged)?;
        let (kid, nonce, sealed) = split_blob(&blob)?;
        let ring = self.ring();
        decrypt(&cookie.key(ring.find(kid)?), nonce, sealed, &cookie.aad(kid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;
    use crate::domain::vectors::Vector;
    use crate::vault::{HashPool, Keyring, RingKey, RootKey};

    fn vault(ring: Keyring) -> Vault {
        Vault::new(ring, HashPool::new(4))
    }

    #[test]
    fn the_published_vectors() {
        for (name, cookie) in [("cookie-session-1", Cookie::Session), ("cookie-provider-1", Cookie::Provider)]
        {
            let vector = Vector::named(name);
            let opened = Vault::from_vector(&vector).open_cookie(cookie, &vector.text("sent")).unwrap();
            assert_eq!(*opened, vector.hex("content"), "{name}");
        }
    }

    #[test]
    fn a_cookie_opens_for_what_it_was_made_for_as_it_was_made() {
        let ours = vault(Keyring::generate(Timestamp(1)));
        let sealed = ours.seal_cookie(Cookie::Session, b"who");
        assert_eq!(ours.open_cookie(Cookie::Session, &sealed).unwrap().as_slice(), b"who");
        assert!(matches!(ours.open_cookie(Cookie::Provider, &sealed), Err(Error::Damaged)));
        let other = vault(Keyring::generate(Timestamp(1)));
        assert!(matches!(other.open_cookie(Cookie::Session, &sealed), Err(Error::UnknownKey(_))));
        for text in ["", "-", "=", "who", "%00", "ü", &sealed[..sealed.len() - 1], &format!("{sealed}A")] {
            assert!(ours.open_cookie(Cookie::Session, text).is_err(), "{text}");
        }
        let blob = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for index in 0..blob.len() {
            let mut forged = blob.clone();
            forged[index] ^= 1;
            let forged = URL_SAFE_NO_PAD.encode(forged);
            assert!(ours.open_cookie(Cookie::Session, &forged).is_err(), "byte {index}");
        }
    }

    /// A key that was rotated still opens; one that was retired does not.
    #[test]
    fn a_cookie_lives_as_long_as_its_key() {
        let old = Keyring::generate(Timestamp(1));
        let kid = old.writer().id;
        let sealed = vault(old.clone()).seal_cookie(Cookie::Session, b"who");
        let ring = old.with_added(RootKey::generate(), Timestamp(2)).unwrap().rotated(Timestamp(3)).unwrap();
        assert!(ring.writer().id != kid && vault(ring.clone()).open_cookie(Cookie::Session, &sealed).is_ok());
        let retired = ring.without(kid).unwrap();
        assert!(vault(retired).open_cookie(Cookie::Session, &sealed).is_err());
        let by_hand = Keyring::new(vec![RingKey::new(RootKey::generate())]).unwrap();
        assert!(vault(by_hand).open_cookie(Cookie::Session, &sealed).is_err());
    }
}
