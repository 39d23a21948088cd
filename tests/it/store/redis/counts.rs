//! How much is stored, as Redis itself knows it.

use readonce::store::{Counted, Counts, Maintenance as _, SecretStore as _};

use super::now;
use crate::store::sample::{plain, reveal};
use crate::support::eventually;
use crate::support::redis::{Server, open};
use crate::support::redis_group::Cluster;

#[tokio::test]
async fn half_of_the_keys_that_expire_is_the_most_that_can_be_read() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let empty = Counts { live: 0, expired: 0, counted: Counted::AtMost };
    assert_eq!(store.counts(now()).await.unwrap(), empty, "a database without keys");
    let secrets: Vec<_> = (0..6).map(|_| plain(now())).collect();
    for secret in &secrets {
        store.put(secret.clone()).await.unwrap();
    }
    assert_eq!(store.counts(now()).await.unwrap().live, 6, "exact while none was read");
    for secret in &secrets[..4] {
        store.take(reveal(secret, now())).await.unwrap();
    }
    assert_eq!(store.counts(now()).await.unwrap().live, 4, "two secrets and six receipts");
    // What expired is counted by the server, whatever it was.
    server.call(&["SET", "ro:{abc}:ready", "1", "PX", "1"]).await;
    let expired = || async { (store.counts(now()).await.ok()?.expired == 1).then_some(()) };
    eventually("an expiry is counted", expired).await;
}

#[tokio::test]
async fn a_clusters_masters_are_added_up_and_none_is_left_out() {
    let mut cluster = Cluster::start(false).await;
    let store = open(&cluster.url()).await;
    for _ in 0..30 {
        store.put(plain(now())).await.unwrap();
    }
    assert_eq!(store.counts(now()).await.unwrap().live, 30);
    cluster.nodes[0].kill();
    // A part would look as if secrets had been lost.
    let refused = || async { store.counts(now()).await.is_err().then_some(()) };
    eventually("one master away is an error", refused).await;
}
