//! The laws, on one server and on a cluster.

use std::sync::{Arc, Weak};

use readonce::store::Store;
use readonce::store::redis::{RedisStore, Settings};

use crate::support::redis::{Server, settings};
use crate::support::redis_group::Cluster;

use super::rows::Section;

mod single {
    suite!(super::on_one_server);
}

mod cluster {
    suite!(super::on_a_cluster);
}

pub(crate) async fn on_one_server() -> (Arc<dyn Store>, Server) {
    let server = Server::start().await;
    let store = RedisStore::open(settings(&server.url())).await.unwrap();
    (Arc::new(store), server)
}

/// A cluster takes seconds to form, so tests that run at the same time share one, under prefixes of their own.
pub(crate) async fn on_a_cluster() -> (Arc<dyn Store>, Section) {
    static SHARED: tokio::sync::Mutex<Weak<Cluster>> = tokio::sync::Mutex::const_new(Weak::new());
    let mut shared = SHARED.lock().await;
    let cluster = match shared.upgrade() {
        Some(cluster) => cluster,
        None => Arc::new(Cluster::start(false).await),
    };
    *shared = Arc::downgrade(&cluster);
    drop(shared);
    let prefix = format!("t{:x}", u64::from_be_bytes(readonce::domain::random::bytes()));
    let store =
        RedisStore::open(Settings { prefix: prefix.clone(), ..settings(&cluster.url()) }).await.unwrap();
    (Arc::new(store), Section { cluster, prefix })
}
