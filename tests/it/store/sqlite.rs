//! The embedded store: the laws, and what only it promises.

use std::sync::Arc;

use readonce::store::Store;
use readonce::store::sqlite::SqliteStore;

suite!(fresh);

async fn fresh() -> (Arc<dyn Store>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("readonce.db")).unwrap();
    (Arc::new(store), folder)
}
