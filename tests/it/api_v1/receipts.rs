//! v1-contract.md §7.5, §7.8: which fields are there in which state.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use axum::http::Method;
use readonce::domain::{Clock as _, FakeClock, ReceiptId, SlotTag, StoredReceipt, Timestamp};
use readonce::store::{Result, Store};

use super::app::{App, NOW, policy};
use super::watched::{Between, Watched};

#[tokio::test]
async fn new_then_received() {
    let app = App::new();
    let (key, receipt) = app.share("secret=x&ttl=3600&passphrase=p").await;
    app.clock.advance(10);
    let path = format!("/api/v1/private/{receipt}");
    let new = r#"200 {"custid":"anon","metadata_key":"<1>","secret_key":"<2>","ttl":3600,"metadata_ttl":7190,"secret_ttl":3590,"state":"new","updated":1795248429,"created":1795248429,"recipient":[],"share_domain":"","passphrase_required":true}"#;
    assert_eq!(app.get(&path).await.pinned(), new);
    assert_eq!(app.post(&path, "").await.pinned(), new, "reading a receipt changes nothing");
    for alias in ["metadata", "receipt"] {
        assert_eq!(app.get(&format!("/api/v1/{alias}/{receipt}")).await.pinned(), new);
    }
    app.post(&format!("/api/v1/secret/{key}"), "passphrase=p").await;
    app.clock.advance(10);
    assert_eq!(
        app.get(&path).await.pinned(),
        r#"200 {"custid":"anon","metadata_key":"<1>","ttl":3600,"metadata_ttl":7180,"state":"received","updated":1795248439,"created":1795248429,"received":1795248439,"recipient":[],"share_domain":""}"#
    );
}

#[tokio::test]
async fn expired_and_then_gone() {
    let app = App::new();
    let (_, receipt) = app.share("secret=x&ttl=60").await;
    let path = format!("/api/v1/private/{receipt}");
    app.clock.advance(60);
    assert_eq!(
        app.get(&path).await.pinned(),
        r#"200 {"custid":"anon","metadata_key":"<1>","secret_key":"","ttl":60,"metadata_ttl":60,"secret_ttl":null,"state":"expired","updated":1795248489,"created":1795248429,"recipient":[],"share_domain":""}"#
    );
    app.clock.advance(60);
    assert_eq!(app.get(&path).await.pinned(), r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#);
}

/// Ends a lifetime, and sweeps, while somebody who has looked at the clock before waits for a receipt.
#[derive(Debug, Default)]
struct EndsMeanwhile(OnceLock<Arc<FakeClock>>);

impl EndsMeanwhile {
    async fn end(&self, store: &dyn Store, now: Timestamp) {
        let clock = self.0.get().unwrap();
        if now.0 < NOW + 60 {
            clock.advance(60);
            store.sweep(clock.now(), 10).await.unwrap();
        }
    }
}

#[async_trait]
impl Between for EndsMeanwhile {
    async fn receipt(
        &self,
        store: &dyn Store,
        (tag, mid): (SlotTag, ReceiptId),
        now: Timestamp,
    ) -> Result<Option<StoredReceipt>> {
        self.end(store, now).await;
        store.receipt(tag, mid, now).await
    }

    async fn receipts(
        &self,
        store: &dyn Store,
        which: &[(SlotTag, ReceiptId)],
        now: Timestamp,
    ) -> Result<Vec<Option<StoredReceipt>>> {
        self.end(store, now).await;
        store.receipts(which, now).await
    }
}

#[tokio::test]
async fn what_ends_while_it_is_looked_up_has_expired() {
    for listed in [false, true] {
        let ends = Arc::new(EndsMeanwhile::default());
        let app = App::over(|store| Watched::behind(ends.clone(), store), policy());
        ends.0.set(app.clock.clone()).unwrap();
        let token = app.account("ann@example.org", "default").await;
        let who = format!("ann@example.org:{token}");
        let shared = app.call(Method::POST, "/api/v1/share", Some(&who), "secret=x&ttl=60").await;
        let state = if listed {
            let list = app.call(Method::GET, "/api/v1/private/recent", Some(&who), "").await;
            list.json()[0]["state"].clone()
        } else {
            let receipt = shared.field("metadata_key");
            app.get(&format!("/api/v1/private/{receipt}")).await.json()["state"].clone()
        };
        assert_eq!(state, "expired", "in a list: {listed}");
    }
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = App::new();
    let (_, receipt) = app.share("secret=x").await;
    let answer = app.call(Method::HEAD, &format!("/api/v1/private/{receipt}"), None, "").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(app.call(Method::HEAD, "/api/v1/share", None, "").await.status, 404);
}
