//! Values as upstream seals them from v0.24 on without libsodium, written out anew from the description of their format.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use sha2::Sha256;

/// The hash of `open sesame`, of the least memory that there is.
pub(super) const HASH: &str =
    "$argon2id$v=19$m=64,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$De5MZVtWm/sd3Tbk4q73bAYaiEgtroIw8eVV4JjFFEY";

/// The value of the secret `key`.
pub(super) fn sealed(secret: &str, key: &str, value: &str) -> String {
    named(secret, key, value.as_bytes(), "v2")
}

/// The same of bytes, and naming its secret.
pub(super) fn named(secret: &str, key: &str, value: &[u8], key_version: &str) -> String {
    let derived = |input: &[u8], salt: &[u8], info: &[u8]| {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(Some(salt), input).expand(info, &mut key).unwrap();
        key
    };
    let context = format!("Onetime::Secret:ciphertext:{key}");
    let master = derived(secret.as_bytes(), b"onetimesecret-v1", b"familia-enc");
    let key = derived(&master, b"FamiliaEncryption", context.as_bytes());
    let nonce: [u8; 12] = readonce::domain::random::bytes();
    let payload = Payload { msg: value, aad: context.as_bytes() };
    let sealed = Aes256Gcm::new(&key.into()).encrypt(&nonce.into(), payload).unwrap();
    let (sealed, tag) = sealed.split_at(sealed.len() - 16);
    let [nonce, sealed, tag] = [&nonce[..], sealed, tag].map(|bytes| STANDARD.encode(bytes));
    format!(
        r#"{{"algorithm":"aes-256-gcm","nonce":"{nonce}","ciphertext":"{sealed}","auth_tag":"{tag}","key_version":"{key_version}"}}"#
    )
}
