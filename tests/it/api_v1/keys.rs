//! Keys that are rotated and retired while instances run (ADR 0031): two instances on one store, each with a keyring
//! of its own, so that one may lag behind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::Method;
use futures_util::future::join_all;
use readonce::domain::Timestamp;
use readonce::service::{KeySource, KeySourceError, Reloaded};
use readonce::vault::{Keyring, RootKey};
use tokio_util::sync::CancellationToken;

use super::app::{App, NOW, policy};
use super::watched::{Watch, Watched};
use crate::support::eventually;

const KEPT: &str = r#"503 {"message":"This server cannot open the secret at the moment. It is kept."}"#;

/// A keyring file that tests write.
#[derive(Debug)]
struct File {
    content: Mutex<Result<Keyring, KeySourceError>>,
    reads: AtomicUsize,
}

impl File {
    fn with(ring: &Keyring) -> Arc<Self> {
        Arc::new(Self { content: Mutex::new(Ok(ring.clone())), reads: AtomicUsize::new(0) })
    }

    fn write(&self, ring: &Keyring) {
        *self.content.lock().unwrap() = Ok(ring.clone());
    }

    fn damage(&self) {
        let (what, hint) = ("no keyring".to_owned(), "put it back".to_owned());
        *self.content.lock().unwrap() = Err(KeySourceError { what, hint });
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

impl KeySource for File {
    fn load(&self) -> Result<Keyring, KeySourceError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.content.lock().unwrap().clone()
    }
}

/// An instance whose keyring was rotated, and what it takes to make one that does not know that yet.
struct Rotated {
    ahead: App,
    before: Keyring,
    after: Keyring,
}

impl Rotated {
    async fn new() -> Self {
        let ahead = App::new();
        let before = (*ahead.vault.ring()).clone();
        ahead.service.keys().check_canary().await.unwrap();
        let after = before.with_added(RootKey::generate(), Timestamp(NOW)).unwrap();
        let after = after.rotated(Timestamp(NOW)).unwrap();
        ahead.vault.replace_ring(after.clone());
        Self { ahead, before, after }
    }

    /// An instance with the old keyring, whose file holds `ring`.
    fn behind(&self, ring: &Keyring) -> (App, Arc<File>) {
        let file = File::with(ring);
        (App::instance(self.ahead.store.clone(), self.before.clone(), file.clone()), file)
    }
}

#[tokio::test]
async fn a_key_that_is_new_here_is_looked_for_and_the_request_goes_on() {
    let rotated = Rotated::new().await;
    let token = rotated.ahead.account("ann@example.org", "default").await;
    let ann = format!("ann@example.org:{token}");

    let (app, file) = rotated.behind(&rotated.after);
    let (key, _) = rotated.ahead.share("secret=one").await;
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "").await.field("value"), "one");
    assert_eq!(file.reads(), 1);
    assert_eq!(app.vault.ring().ids(), rotated.after.ids(), "and it writes under the new key from now on");

    let (app, file) = rotated.behind(&rotated.after);
    let (key, receipt) = rotated.ahead.share("secret=two&passphrase=sesame").await;
    assert_eq!(app.get(&format!("/api/v1/private/{receipt}")).await.field("secret_key"), key);
    assert_eq!(file.reads(), 1);
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "passphrase=sesame").await.field("value"), "two");

    for passphrase in ["", "passphrase=sesame"] {
        let (app, file) = rotated.behind(&rotated.after);
        let (_, receipt) = rotated.ahead.share("secret=three&passphrase=sesame").await;
        let burned = app.post(&format!("/api/v1/private/{receipt}/burn"), passphrase).await;
        assert_eq!((burned.status.as_u16(), file.reads()), (200, 1), "{}", burned.text);
    }

    let (app, file) = rotated.behind(&rotated.after);
    let shared = rotated.ahead.call(Method::POST, "/api/v1/share", Some(&ann), "secret=four").await;
    let list = app.call(Method::GET, "/api/v1/private/recent", Some(&ann), "").await;
    assert_eq!(list.json()[0]["metadata_key"], shared.json()["metadata_key"]);
    assert_eq!(file.reads(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_that_miss_the_same_key_share_one_look() {
    let rotated = Rotated::new().await;
    let (app, file) = rotated.behind(&rotated.after);
    let mut keys = Vec::new();
    for _ in 0..40 {
        keys.push(rotated.ahead.share("secret=shared").await.0);
    }
    let answers = join_all(keys.iter().map(|key| {
        let path = format!("/api/v1/secret/{key}");
        let app = &app;
        async move { app.post(&path, "").await.field("value") }
    }));
    assert!(answers.await.iter().all(|value| value == "shared"));
    assert_eq!(file.reads(), 1);
}

#[tokio::test]
async fn what_no_key_opens_is_kept_and_looked_for_once_a_second() {
    let rotated = Rotated::new().await;
    let (app, file) = rotated.behind(&rotated.before);
    let (key, receipt) = rotated.ahead.share("secret=kept&passphrase=sesame").await;
    let path = format!("/api/v1/secret/{key}");
    for _ in 0..10 {
        assert_eq!(app.post(&path, "passphrase=sesame").await.pinned(), KEPT);
        assert_eq!(app.post(&format!("/api/v1/private/{receipt}/burn"), "").await.pinned(), KEPT);
        assert_eq!(app.get(&format!("/api/v1/private/{receipt}")).await.pinned(), KEPT);
    }
    assert_eq!(file.reads(), 1);
    app.clock.advance(1);
    assert_eq!(app.post(&path, "passphrase=sesame").await.pinned(), KEPT);
    assert_eq!(file.reads(), 2);

    // The file comes at last. Not one of those requests was a try, of which there are five.
    file.write(&rotated.after);
    app.clock.advance(1);
    assert_eq!(app.post(&path, "passphrase=sesame").await.field("value"), "kept");
}

#[tokio::test]
async fn a_keyring_that_is_no_good_is_left_alone() {
    let rotated = Rotated::new().await;
    let (app, file) = rotated.behind(&rotated.before);
    let (key, _) = app.share("secret=still+here").await;
    assert_eq!(app.service.keys().reload().await, Reloaded::Unchanged);

    file.damage();
    assert_eq!(app.service.keys().reload().await, Reloaded::Kept);
    // A ring that does not open this store's canary, though it is in order.
    file.write(&Keyring::generate(Timestamp(NOW)));
    assert_eq!(app.service.keys().reload().await, Reloaded::Kept);
    assert_eq!(app.vault.ring().ids(), rotated.before.ids());
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "").await.field("value"), "still here");

    file.write(&rotated.after);
    assert_eq!(app.service.keys().reload().await, Reloaded::Changed);
    assert_eq!(rotated.ahead.service.keys().reload().await, Reloaded::Fixed, "it has no source");
}

/// Nothing that it meets would tell it: it has the new key, and goes on writing under the old one.
#[tokio::test]
async fn an_instance_that_nobody_told_finds_out() {
    let rotated = Rotated::new().await;
    let (app, file) = rotated.behind(&rotated.after);
    let stop = CancellationToken::new();
    let sweeping = tokio::spawn({
        let (service, stop) = (app.service.clone(), stop.clone());
        async move { service.maintenance().run_until(stop).await }
    });
    eventually("the keyring is glanced at", || async {
        (app.vault.ring().ids() == rotated.after.ids()).then_some(())
    })
    .await;
    assert_eq!(file.reads(), 1);
    stop.cancel();
    sweeping.await.unwrap();
}

/// A claim that was won under a ring is opened under that ring: the value is nowhere else any more.
#[tokio::test]
async fn a_key_retired_between_claim_and_opening_costs_nobody_a_secret() {
    let watch = Arc::new(Watch::default());
    let app = App::over(|store| Watched::over(store, watch.clone()), policy());
    let ring = (*app.vault.ring()).clone();
    let retired = Keyring::generate(Timestamp(NOW));
    for passphrase in ["", "passphrase=sesame"] {
        app.vault.replace_ring(ring.clone());
        let (key, receipt) = app.share(&format!("secret=in+flight&{passphrase}")).await;
        watch.replace_ring_after_claim(app.vault.clone(), retired.clone());
        let answer = app.post(&format!("/api/v1/secret/{key}"), passphrase).await;
        assert_eq!((answer.status.as_u16(), app.vault.ring().ids()), (200, retired.ids()), "{}", answer.text);
        assert_eq!(answer.field("value"), "in flight");
        assert_eq!(app.get(&format!("/api/v1/private/{receipt}")).await.field("state"), "received");
    }
}

#[tokio::test]
async fn shares_under_a_retired_key_are_left_out_of_the_list_without_much_ado() {
    let rotated = Rotated::new().await;
    let token = rotated.ahead.account("ann@example.org", "default").await;
    let ann = format!("ann@example.org:{token}");
    let share = async |app: &App, value: &str| {
        let shared = app.call(Method::POST, "/api/v1/share", Some(&ann), &format!("secret={value}")).await;
        shared.field("metadata_key")
    };
    let (app, file) = rotated.behind(&rotated.after);
    share(&app, "old").await;
    let new = share(&rotated.ahead, "new").await;
    let old = rotated.before.writer().id;
    let left = rotated.after.without(old).unwrap();
    rotated.ahead.service.keys().renew_canary().await.unwrap();
    file.write(&left);

    // The new key is what makes it look; the old one goes with that look.
    for reads in [1, 2] {
        let list = app.call(Method::GET, "/api/v1/private/recent", Some(&ann), "").await;
        let keys: Vec<_> =
            list.json().as_array().unwrap().iter().map(|item| item["metadata_key"].clone()).collect();
        assert_eq!(keys, [new.as_str()]);
        assert_eq!(file.reads(), reads);
    }
    app.call(Method::GET, "/api/v1/private/recent", Some(&ann), "").await;
    assert_eq!(file.reads(), 2, "the retired key is looked for once a second at most");
}
