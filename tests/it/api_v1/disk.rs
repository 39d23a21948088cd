//! A disk that is short of room (ADR 0048, `limits.free_disk*`).

use std::sync::Arc;

use axum::http::Method;
use readonce::service::{Limits, Policy};

use super::app::{App, OFF, policy};
use super::watched::{Watch, Watched};
use crate::support::eventually;

const SHARE: &str = "/api/v1/share";

/// The disk's floors: strangers first, then everybody; never who reads or burns.
#[tokio::test]
async fn a_disk_short_of_room_is_kept_for_readers() {
    const ANONYMOUS: &str = r#"503 {"message":"The server is short of disk space, so only accounts can share at the moment. What was shared can be read."}"#;
    const EVERYBODY: &str = r#"503 {"message":"The server is short of disk space, so nothing can be shared at the moment. What was shared can be read."}"#;
    let watch = Arc::new(Watch::default());
    let limits = Limits { free_disk_anonymous: 2_000_000, free_disk: 1_000_000, ..OFF };
    let app = App::over(|store| Watched::over(store, watch.clone()), Policy { limits, ..policy() });
    let who = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    let as_account = || app.call(Method::POST, SHARE, Some(&who), "secret=x");
    let (secret, _) = app.share("secret=kept").await;
    let (_, receipt) = app.share("secret=burned").await;

    watch.leaves_free(1_500_000);
    let refused = eventually("strangers are refused", || async {
        Some(app.post(SHARE, "secret=x").await).filter(|answer| answer.status != 200)
    })
    .await;
    assert_eq!(refused.pinned(), ANONYMOUS);
    assert_eq!(refused.header("retry-after"), Some("600"));
    assert_eq!(app.post("/api/v1/generate", "").await.pinned(), ANONYMOUS);
    assert_eq!(as_account().await.status, 200);
    assert_eq!(app.get("/health/ready").await.status, 200);

    watch.leaves_free(900_000);
    let refused = eventually("accounts are refused", || async {
        Some(as_account().await).filter(|answer| answer.status != 200)
    })
    .await;
    assert_eq!(refused.pinned(), EVERYBODY);
    assert_eq!(app.post(SHARE, "secret=x").await.pinned(), EVERYBODY);
    eventually("unready", || async {
        (app.get("/health/ready").await.pinned() == r#"503 {"status":"unavailable"}"#).then_some(())
    })
    .await;
    assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.field("value"), "kept");
    assert_eq!(app.post(&format!("/api/v1/private/{receipt}/burn"), "").await.status, 200);

    watch.leaves_free(3_000_000);
    eventually("room again", || async { (app.get("/health/ready").await.status == 200).then_some(()) }).await;
    assert_eq!(app.post(SHARE, "secret=x").await.status, 200);
}
