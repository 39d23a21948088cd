//! Remaining lives, to the second, however long the import takes.

use std::sync::Arc;

use readonce::domain::address::RedisUrl;
use readonce::domain::{Clock as _, FakeClock, Progress, ReceiptKey, SystemClock};
use readonce::import::{Import, Old};
use readonce::store::Store;
use readonce::store::redis::{TlsFiles, foreign};
use readonce::store::sqlite::SqliteStore;
use readonce::vault::{HashPool, Keyring, UpstreamSecret, UpstreamSecrets, Vault, receipt_id};
use zeroize::Zeroizing;

use super::old::{OldServer, Recorded};

/// Redis tells how long something lives from the moment when it is asked, which is not when the import began.
#[test]
fn a_life_counts_from_when_it_was_read() {
    const WAITED: u64 = 50_000;
    let server = OldServer::of(Recorded::one());
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("readonce.db")).unwrap());
    let began = SystemClock.now();
    let clock = Arc::new(FakeClock::at(began));
    let secret = UpstreamSecret::new(Zeroizing::new(server.recorded.secret().to_owned()));
    let import = Import {
        store: Some(Arc::clone(&store)),
        vault: Arc::new(Vault::new(Keyring::generate(began), HashPool::new(4))),
        secrets: UpstreamSecrets::new(vec![secret.clone()]),
        site: secret,
        plans: Vec::new(),
        clock: clock.clone(),
    };
    let slowly: Progress = {
        let clock = clock.clone();
        // Once, when the first step is done.
        Arc::new(move |_| clock.advance(if clock.now() == began { WAITED } else { 0 }))
    };
    let source = foreign(RedisUrl::parse(&server.url()).unwrap(), &TlsFiles::default()).unwrap();
    let short = server.recorded.named("anonymous short ttl");
    let receipt = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let old = Old::open(&source).await.unwrap();
        let report = import.run(&old, None, &slowly).await.unwrap();
        assert_eq!((report.secrets.taken, report.lost()), (11, 0));
        let key = ReceiptKey::parse(&short.shared.receipt).unwrap();
        store.receipt(key.tag(), receipt_id(&key), clock.now()).await.unwrap().unwrap()
    });
    let left = clock.now().until(receipt.secret_expires());
    let gone = server.loaded.elapsed().as_secs() + 2;
    assert!((short.ttl - gone..=short.ttl + 1).contains(&left), "{left} s of {}", short.ttl);
}
