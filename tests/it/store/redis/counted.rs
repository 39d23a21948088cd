//! What became of secrets is counted when the server says so, whether or not the caller waits for it.

use std::sync::Arc;

use readonce::metrics::{Build, Metrics};
use readonce::store::Measured;
use readonce::store::redis::{RedisStore, Settings};

use super::now;
use crate::store::sample::{burn, plain, reveal};
use crate::support::eventually;
use crate::support::redis::{Server, settings};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_hangs_up_is_counted_like_everybody_else() {
    let server = Server::start().await;
    let metrics = Metrics::enabled(&Build { version: "1", region: "", started: now() });
    let settings = Settings { metrics: metrics.clone(), ..settings(&server.url()) };
    let store = Measured::over(Arc::new(RedisStore::open(settings).await.unwrap()), &metrics);
    let [read, burned] = [plain(now()), plain(now())];
    // Once in peace: connection and scripts are there.
    store.put(plain(now())).await.unwrap();
    store.take(reveal(&plain(now()), now())).await.unwrap();
    let steps = [
        (Step::Share(Box::new(read.clone())), "readonce_secrets_shared_total 2"),
        (Step::Share(Box::new(burned.clone())), "readonce_secrets_shared_total 3"),
        (Step::Claim(Box::new(reveal(&read, now()))), "readonce_secrets_revealed_total 1"),
        (Step::Claim(Box::new(burn(&burned, now()))), "readonce_secrets_burned_total 1"),
    ];
    for (step, line) in steps {
        server.call(&["CLIENT", "PAUSE", "60000", "WRITE"]).await;
        let caller = tokio::spawn({
            let store = store.clone();
            async move {
                match step {
                    Step::Share(secret) => drop(store.put(*secret).await),
                    Step::Claim(claim) => drop(store.take(*claim).await),
                }
            }
        });
        let sent = || async { server.info("clients").await.contains("blocked_clients:1\r").then_some(()) };
        eventually("the server has the request, and waits", sent).await;
        caller.abort();
        assert!(caller.await.is_err_and(|left| left.is_cancelled()));
        server.call(&["CLIENT", "UNPAUSE"]).await;
        let counted = || {
            let text = metrics.encode();
            async move { text.lines().any(|found| found == line).then_some(()) }
        };
        eventually(line, counted).await;
    }
}

enum Step {
    Share(Box<readonce::store::NewSecret>),
    Claim(Box<readonce::store::Claim>),
}
