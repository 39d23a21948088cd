//! Servers that hang, die, come back, or whose answers get lost.

use std::time::Duration;

use readonce::store::redis::RedisStore;
use readonce::store::{Error, Maintenance as _, NewSecret, Put, SecretStore as _, Taken};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::ledger::{LONGEST, Ledger, Load};
use super::now;
use crate::store::sample::{plain, reveal, with};
use crate::support::eventually;
use crate::support::proxy::Proxy;
use crate::support::redis::{Server, open};
use crate::support::redis_group::{Cluster, text};

async fn put(store: &RedisStore) -> NewSecret {
    let secret = plain(now());
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    secret
}

async fn take(store: &RedisStore, secret: &NewSecret) -> Result<Taken, Error> {
    store.take(reveal(secret, now())).await
}

/// The answer, and that it came in time.
async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONGEST, what).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hanging_server_is_unknown_once_then_unavailable_and_serves_again() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    let (sent, unsent) = (put(&store).await, put(&store).await);
    take(&store, &plain(now())).await.unwrap(); // the script is known
    server.pause();
    // Sent to a server that does not answer: it will do it once it runs again.
    let answer = in_time(take(&store, &sent)).await;
    assert!(matches!(answer, Err(Error::OutcomeUnknown(_))), "{answer:?}");
    // No new connection: nothing was sent, and nothing will be done.
    let answer = in_time(take(&store, &unsent)).await;
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    let answers = (0..32).map(|_| {
        let (store, secret) = (store.clone(), plain(now()));
        async move { in_time(store.put(secret)).await.unwrap_err() }
    });
    for error in answers.collect::<JoinSet<_>>().join_all().await {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    }
    let answer = in_time(store.receipt(sent.receipt.tag, sent.receipt.mid, now())).await;
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    server.resume();
    eventually("it serves again", || async { store.ready(100).await.ok() }).await;
    assert_eq!(take(&store, &sent).await.unwrap(), Taken::Gone);
    assert!(matches!(take(&store, &unsent).await.unwrap(), Taken::Won(_)));
}

#[tokio::test]
async fn a_closed_idle_connection_fails_no_call() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    for _ in 0..5 {
        let secret = put(&store).await;
        server.call(&["CLIENT", "KILL", "TYPE", "normal"]).await;
        // Whoever asks is the only client then.
        let clients = || async { text(server.call(&["CLIENT", "LIST"]).await).lines().count() };
        eventually("it is closed", || async { (clients().await == 1).then_some(()) }).await;
        // One turn, in which the client notices.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(matches!(take(&store, &secret).await.unwrap(), Taken::Won(_)));
    }
}

#[tokio::test]
async fn a_closed_store_answers_that_it_is_unavailable() {
    let server = Server::start().await;
    let store = open(&server.url()).await;
    store.close().await;
    assert!(matches!(store.ready(100).await, Err(Error::Unavailable(_))));
    assert!(matches!(store.put(plain(now())).await, Err(Error::Unavailable(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_whose_answer_is_lost_is_not_sent_again() {
    let server = Server::start().await;
    let proxy = Proxy::to(server.port()).await;
    let store = open(&format!("redis://127.0.0.1:{}", proxy.port())).await;
    let secret = put(&store).await;
    take(&store, &plain(now())).await.unwrap(); // the script is known
    let before = server.script_calls().await;
    proxy.cut_once();
    let answer = in_time(take(&store, &secret)).await;
    assert!(matches!(answer, Err(Error::OutcomeUnknown(_))), "{answer:?}");
    assert!(proxy.has_cut());
    assert_eq!(take(&store, &secret).await.unwrap(), Taken::Gone);
    assert_eq!(server.script_calls().await - before, 2, "one claim, and the one that found it gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_whose_answer_is_lost_is_not_sent_again_in_a_cluster() {
    let cluster = Cluster::start(false).await;
    let mut proxies = Vec::new();
    for node in &cluster.nodes {
        let proxy = Proxy::to(node.port()).await;
        node.call(&["CONFIG", "SET", "cluster-announce-port", &proxy.port().to_string()]).await;
        proxies.push(proxy);
    }
    for node in &cluster.nodes {
        eventually("the nodes are known by their proxies", || async {
            let nodes = text(node.call(&["CLUSTER", "NODES"]).await);
            proxies.iter().all(|proxy| nodes.contains(&format!(":{}@", proxy.port()))).then_some(())
        })
        .await;
    }
    let hosts: Vec<_> = proxies.iter().map(|proxy| format!("127.0.0.1:{}", proxy.port())).collect();
    let store = open(&format!("redis-cluster://{}", hosts.join(","))).await;
    let calls = async || {
        let mut sum = 0;
        for node in &cluster.nodes {
            sum += node.script_calls().await;
        }
        sum
    };
    for _ in 0..4 {
        let secret = put(&store).await;
        let (twin, tag) = (plain(now()), secret.receipt.tag);
        let claim = with(reveal(&twin, now()), |asked| asked.tag = tag);
        store.take(claim).await.unwrap(); // the script is known to this master
        let before = calls().await;
        let (owner, _) = cluster.owner(&format!("{{{}}}", tag.as_str())).await;
        proxies[owner].cut_once();
        let answer = in_time(take(&store, &secret)).await;
        assert!(matches!(answer, Err(Error::OutcomeUnknown(_))), "{answer:?}");
        assert!(proxies[owner].has_cut());
        assert_eq!(calls().await - before, 1);
        eventually("it serves again", || async {
            matches!(take(&store, &secret).await, Ok(Taken::Gone)).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_and_restarted_under_load_what_was_acknowledged_holds() {
    let mut server = Server::with(&["--save", "", "--appendonly", "yes", "--appendfsync", "always"]).await;
    let (one, other) = (open(&server.url()).await, open(&server.url()).await);
    let started = Instant::now();
    let until = started + Duration::from_secs(4);
    let workers: JoinSet<_> =
        (0..16).map(|n| Load::on(if n % 2 == 0 { &one } else { &other }, until).run()).collect();
    for round in 1..=2 {
        sleep_until(started + round * Duration::from_secs(1)).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.restart();
    }
    let ledger = Ledger::of(workers).await;
    eventually("it serves again", || async { one.ready(100).await.ok() }).await;
    let account = ledger.settle(&one).await;
    eprintln!("two crashes: {account:?}");
    account.holds();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_give_each_value_out_once() {
    let server = Server::start().await;
    let instances = [open(&server.url()).await, open(&server.url()).await];
    for _ in 0..20 {
        let secret = put(&instances[0]).await;
        let readers = (0..64).map(|n| {
            let (store, claim) = (instances[n % 2].clone(), reveal(&secret, now()));
            async move { matches!(store.take(claim).await.unwrap(), Taken::Won(_)) }
        });
        let wins = readers.collect::<JoinSet<_>>().join_all().await;
        assert_eq!(wins.into_iter().filter(|won| *won).count(), 1);
    }
}
