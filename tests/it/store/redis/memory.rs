//! Redis at `maxmemory`: nothing more is stored, and what is there can be read, tried and burned (ADR 0043).

use readonce::store::{Error, Maintenance as _, Put, SecretStore as _, Taken};

use super::now;
use crate::store::sample::{burn, guess, locked, network, plain, posted, reveal, unlocked};
use crate::support::redis::{Server, open};

#[tokio::test]
async fn without_memory_secrets_leave_and_none_is_stored() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let [read, burned, revoked] = [locked(now()), locked(now()), locked(now())];
    let open_one = plain(now());
    for secret in [&read, &burned, &revoked, &open_one] {
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    }
    server.call(&["CONFIG", "SET", "maxmemory", "1"]).await;
    // By hash and, to a server that forgot the scripts, by text.
    for flush in [false, true] {
        if flush {
            server.call(&["SCRIPT", "FLUSH"]).await;
        }
        for secret in [plain(now()), locked(now()), posted(plain(now()))] {
            let refused = store.put(secret).await;
            assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        }
        let client = network();
        for secret in [&read, &burned] {
            let tried = store.take(guess(secret, client, now())).await.unwrap();
            assert!(matches!(tried, Taken::Locked(_)), "{tried:?}");
        }
        store.give_back(read.receipt.tag, read.receipt.sid, client, now()).await.unwrap();
    }
    for claim in
        [unlocked(&read, now()), burn(&burned, now()), burn(&revoked, now()), reveal(&open_one, now())]
    {
        let taken = store.take(claim).await.unwrap();
        assert!(matches!(taken, Taken::Won(_)), "{taken:?}");
    }
    store.orphan(read.receipt.tag, read.receipt.mid, now()).await.unwrap();
    let refused = store.put(plain(now())).await;
    assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    server.call(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert_eq!(store.put(plain(now())).await.unwrap(), Put::Stored);
    store.close().await;
}
