//! Secrets as an import stores them: keys of any length, a value sealed anew, and the passphrase's hash that the other server had.

use std::fs;

use readonce::domain::{
    Clock as _, Plaintext, ReceiptKey, SecretKey, State, StoredReceipt, SystemClock, Timestamp,
};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{ImportedSecret, Maintenance as _, Put, Store};
use readonce::vault::{HashPool, Keyring, PassphraseHash, Vault, receipt_id, secret_id};
use zeroize::Zeroizing;

use super::text::link_key;
use super::{Home, Shared};

/// What all of them hold.
pub(crate) const VALUE: &str = "brought — 秘密";
/// Of `open sesame`, made by Python's `cryptography`, as servers of v0.24 and later hash.
pub(crate) const ARGON2ID: &str =
    "$argon2id$v=19$m=65536,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$zsX+Wbkb8y73rF1e1poItSQrQ8yZG8hWqEAbssijr70";
/// The same by Python's `bcrypt`, at the lowest cost.
pub(crate) const BCRYPT: &str = "$2a$04$AOiHAOiHAOiHAOiHAOiHAOcG8EJmJPhfjYwE0Gjd3efDsT3HIsj8m";

/// Brings one that lives for an hour; `lengths` are how many characters link and receipt key have.
pub(crate) async fn bring(
    store: &dyn Store,
    vault: &Vault,
    now: Timestamp,
    lengths: (usize, usize),
    hash: Option<&str>,
) -> Shared {
    let brought = Shared { secret: link_key(lengths.0), receipt: link_key(lengths.1) };
    let key = SecretKey::parse(&brought.secret).unwrap();
    let receipt_key = ReceiptKey::parse(&brought.receipt).unwrap();
    let receipt = receipt_of((&key, &receipt_key), vault, now, hash.is_some());
    let (value, expires) = (Plaintext::new(Zeroizing::new(VALUE.to_owned())), receipt.secret_expires());
    let envelope = match hash {
        None => vault.seal_open(&key, &value, now, expires),
        Some(hash) => vault.seal_imported(&key, &value, &PassphraseHash::parse(hash).unwrap(), now, expires),
    };
    let record = ImportedSecret { envelope: Some(envelope.unwrap()), receipt, asked_by: receipt_key.tag() };
    assert_eq!(store.import(vec![record], now).await.unwrap(), [Put::Stored]);
    brought
}

/// The receipt of one that lives for an hour and is nobody's.
pub(crate) fn receipt_of(
    (key, receipt_key): (&SecretKey, &ReceiptKey),
    vault: &Vault,
    now: Timestamp,
    protected: bool,
) -> StoredReceipt {
    let (sid, mid) = (secret_id(key), receipt_id(receipt_key));
    StoredReceipt {
        tag: key.tag(),
        sid,
        mid,
        state: State::New,
        created: now,
        updated: now,
        ttl: 3600,
        owner: None,
        recipient: String::new(),
        share_domain: String::new(),
        protected,
        sealed: vault.seal_link(receipt_key, mid, key, sid),
    }
}

/// Brings as many into the store of a folder whose server does not run, with keys of 62 characters.
pub(crate) fn bring_home(home: &Home, number: usize, hash: Option<&str>) -> Vec<Shared> {
    home.serve().stop(); // which makes store and keyring
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let ring = Keyring::parse(&fs::read_to_string(home.file("data/readonce.keys")).unwrap()).unwrap();
        let vault = Vault::new(ring, HashPool::new(4));
        let store = SqliteStore::open(&home.file("data/readonce.db")).unwrap();
        let mut brought = Vec::new();
        for _ in 0..number {
            brought.push(bring(&store, &vault, SystemClock.now(), (62, 62), hash).await);
        }
        store.close().await;
        brought
    })
}
