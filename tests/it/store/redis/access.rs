//! Who may connect: TLS with an authority of one's own, client certificates, users and passwords.

use std::time::Duration;

use readonce::domain::Failure;
use readonce::store::redis::preflight::acl_rule;
use readonce::store::redis::{OpenError, RedisStore, Settings, TlsFiles};
use readonce::store::{AccountStore as _, Maintenance as _, Outbox as _, Put, SecretStore as _, Taken};

use super::now;
use crate::store::sample::{
    Entries as _, account, account_id, guess, listed, locked, network, plain, posted, reveal, unlocked,
};
use crate::support::certificates::Authority;
use crate::support::ports::free_port;
use crate::support::redis::{Server, settings, tls_options};

/// A server that speaks TLS only, and asks clients for certificates if wanted.
async fn tls_server(authority: &Authority, names: &[&str], ask_clients: bool, more: &[&str]) -> Server {
    let port = free_port();
    let tls = tls_options(authority, names, ask_clients, port);
    let options: Vec<&str> = tls.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let server = Server::launch(port, &options);
    server.answers().await;
    server
}

async fn try_open(url: &str, tls: TlsFiles) -> Result<RedisStore, OpenError> {
    RedisStore::open(Settings { tls, ..settings(url) }).await
}

async fn works(store: &RedisStore) {
    let secret = plain(now());
    assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
    assert!(matches!(store.take(reveal(&secret, now())).await.unwrap(), Taken::Won(_)));
}

fn trusting(authority: &Authority) -> TlsFiles {
    TlsFiles { ca: Some(authority.file()), ..TlsFiles::default() }
}

#[tokio::test]
async fn tls_with_our_own_authority() {
    let authority = Authority::new();
    let server = tls_server(&authority, &["127.0.0.1", "localhost"], false, &[]).await;
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("rediss://{host}:{}", server.port());
        works(&try_open(&url, trusting(&authority)).await.unwrap()).await;
    }
    let url = format!("rediss://127.0.0.1:{}", server.port());
    // Another authority, the system's, and no TLS at all.
    for refused in [
        try_open(&url, trusting(&Authority::new())).await,
        try_open(&url, TlsFiles::default()).await,
        try_open(&url.replace("rediss", "redis"), TlsFiles::default()).await,
    ] {
        assert!(matches!(refused, Err(OpenError::Unreachable { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let server = tls_server(&authority, &["elsewhere.example"], false, &[]).await;
    let url = format!("rediss://127.0.0.1:{}", server.port());
    let refused = try_open(&url, trusting(&authority)).await;
    assert!(matches!(refused, Err(OpenError::Unreachable { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_asks_for_client_certificates() {
    let authority = Authority::new();
    let server = tls_server(&authority, &["127.0.0.1"], true, &[]).await;
    let url = format!("rediss://127.0.0.1:{}", server.port());
    let refused = try_open(&url, trusting(&authority)).await;
    assert!(matches!(refused, Err(OpenError::Unreachable { .. })), "{refused:?}");
    let (cert, key) = authority.certify("client", &["readonce"]);
    let tls = TlsFiles { cert: Some(cert), key: Some(key), ..trusting(&authority) };
    works(&try_open(&url, tls).await.unwrap()).await;
    let (cert, key) = Authority::new().certify("stranger", &["readonce"]);
    let tls = TlsFiles { cert: Some(cert), key: Some(key), ..trusting(&authority) };
    assert!(try_open(&url, tls).await.is_err());
}

#[tokio::test]
async fn tls_to_a_cluster() {
    let authority = Authority::new();
    let options =
        ["--cluster-enabled", "yes", "--tls-cluster", "yes", "--cluster-port", &free_port().to_string()];
    let server = tls_server(&authority, &["127.0.0.1"], false, &options).await;
    // One node with all slots is a cluster too. It is set up over TLS as well, there is no other port.
    let ca = std::fs::read(authority.file()).unwrap();
    let certificates = redis::TlsCertificates { client_tls: None, root_cert: Some(ca) };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = format!("rediss://127.0.0.1:{}", server.port());
    let client = redis::Client::build_with_tls(url.as_str(), certificates).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let mut slots = redis::cmd("CLUSTER");
    slots.arg("ADDSLOTSRANGE").arg(0).arg(16383).exec_async(&mut admin).await.unwrap();
    crate::support::eventually("the cluster is whole", || {
        let mut admin = admin.clone();
        async move {
            let info: String = redis::cmd("CLUSTER").arg("INFO").query_async(&mut admin).await.ok()?;
            info.contains("cluster_state:ok").then_some(())
        }
    })
    .await;
    let url = url.replace("rediss", "rediss-cluster");
    works(&try_open(&url, trusting(&authority)).await.unwrap()).await;
    assert!(try_open(&url, trusting(&Authority::new())).await.is_err());
}

/// A server whose default user is off, with a user under the documented rule.
async fn guarded(rule: &str) -> Server {
    let server = Server::start().await;
    let rule = format!("ACL SETUSER readonce on >s3cret@home {rule}");
    server.call(&rule.split(' ').collect::<Vec<_>>()).await;
    server
}

fn url_of(server: &Server) -> String {
    format!("redis://readonce:s3cret%40home@127.0.0.1:{}", server.port())
}

#[tokio::test]
async fn the_documented_rights_are_enough_for_everything() {
    let server = guarded(&acl_rule("ro")).await;
    let store = RedisStore::open(settings(&url_of(&server))).await.unwrap();
    works(&store).await;
    let me = account("a@example.org", now());
    store.create_account(me.clone()).await.unwrap();
    let (secret, protected) = (listed(plain(now()), me.id), locked(now()));
    store.put(secret.clone()).await.unwrap();
    assert_eq!(store.put(secret).await.unwrap(), Put::Conflict);
    assert_eq!(store.entries(&me.id, now(), 10).await.len(), 1);
    store.put(protected.clone()).await.unwrap();
    let from = network();
    for _ in 0..2 {
        store.take(guess(&protected, from, now())).await.unwrap();
    }
    let (tag, receipt) = (protected.receipt.tag, protected.receipt);
    for _ in 0..2 {
        store.give_back(tag, receipt.sid, from, now()).await.unwrap();
    }
    let claim = unlocked(&crate::store::sample::locked(now()), now());
    store.take(claim).await.unwrap();
    store.orphan(tag, receipt.mid, now()).await.unwrap();
    store.receipts(&[(tag, receipt.mid)], now()).await.unwrap();
    store.canary(Some(vec![1])).await.unwrap();
    store.replace_canary(vec![2]).await.unwrap();
    store.set_token(&me.id, me.token, now()).await.unwrap();
    store.set_disabled(&me.id, true).await.unwrap();
    assert_eq!(store.accounts().await.unwrap().len(), 1);
    store.delete_account(&me.id).await.unwrap();
    assert!(store.account(&account_id()).await.unwrap().is_none());
    mail(&store).await;
    // And for nothing else.
    for words in [&["GET", "other"][..], &["KEYS", "*"], &["FLUSHALL"], &["CONFIG", "SET", "maxmemory", "1"]]
    {
        let client = redis::Client::open(url_of(&server)).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = redis::cmd(words[0]);
        let refused = command.arg(&words[1..]).exec_async(&mut connection).await.unwrap_err();
        assert_eq!(refused.code(), Some("NOPERM"), "{words:?}");
    }
}

/// Everything that is done with notifications.
async fn mail(store: &RedisStore) {
    let [sent, dropped] = [posted(plain(now())), posted(plain(now()))];
    for secret in [&sent, &dropped] {
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Stored);
        assert_eq!(store.put(secret.clone()).await.unwrap(), Put::Conflict);
    }
    store.take(reveal(&dropped, now())).await.unwrap();
    let id = sent.notification.unwrap().id;
    store.put_off(&id, Failure::Silent, None).await.unwrap();
    assert_eq!(store.notifications(now(), 9).await.unwrap().len(), 2);
    assert_eq!(store.outbox_depth(now()).await.unwrap().waiting, 1);
    store.retry_notification(&id, now()).await.unwrap();
    let leases = store.lease_notifications(now(), Duration::from_mins(1), 9).await.unwrap();
    assert_eq!((leases.notifications.len(), leases.dropped), (1, 1));
    assert!(store.remove_notification(&id).await.unwrap());
}

#[tokio::test]
async fn a_wrong_password_is_said_to_be_one_and_not_repeated() {
    let server = guarded("~* +@all").await;
    for url in [url_of(&server).replace("home", "hunter2"), url_of(&server).replace("readonce:", "hunter2:")]
    {
        let refused = RedisStore::open(settings(&url)).await.unwrap_err();
        assert!(matches!(refused, OpenError::Refused { .. }), "{refused:?}");
        let text = format!("{refused} {refused:?}");
        assert!(text.contains("hint: check user, password") && !text.contains("s3cret@"), "{text}");
    }
}

#[tokio::test]
async fn what_a_store_shows_of_itself_holds_no_password() {
    let server = guarded("~* +@all").await;
    let settings = settings(&url_of(&server));
    let shown = format!("{settings:?}");
    let store = RedisStore::open(settings).await.unwrap();
    let shown = format!("{shown} {store:?} {store:#?}");
    assert!(shown.contains("readonce:[redacted]@"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
}
