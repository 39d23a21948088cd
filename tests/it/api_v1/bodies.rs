//! How long a body may be: as long as what its caller may share, and small where no value is sent (security-design.md §6).

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use http_body_util::StreamBody;
use hyper::body::Frame;
use readonce::service::Plan;

use super::app::{App, json, policy};

/// Characters that take six bytes each in JSON and three in a form, and one in a value.
fn escaped(escape: &str, count: usize) -> String {
    escape.repeat(count)
}

fn with_a_large_plan() -> App {
    let mut policy = policy();
    policy
        .plans
        .insert("large".into(), Plan { ttl_max: 86_400, max_size: 1_000_000, create: 0, ..Plan::default() });
    App::with(policy)
}

#[tokio::test]
async fn the_largest_plan_is_that_of_its_accounts_alone() {
    let app = with_a_large_plan();
    let token = app.account("ann@example.org", "large").await;
    let who = format!("ann@example.org:{token}");
    let value = format!("secret={}", escaped("%01", 1_000_000));
    let shared = app.call(Method::POST, "/api/v1/share", Some(&who), &value).await;
    assert_eq!(shared.status, 200, "{}", shared.text);
    let read = app.post(&format!("/api/v1/secret/{}", shared.field("secret_key")), "").await;
    assert_eq!(read.field("value").len(), 1_000_000);

    let over = format!("secret={}", "x".repeat(65_530));
    for path in ["/api/v1/share", "/api/v1/create"] {
        assert_eq!(app.post(path, &over).await.status, 413, "{path}: nobody's plan");
        let small = app.account(&format!("{}@example.org", path.len()), "small").await;
        let who = format!("{}@example.org:{small}", path.len());
        let answer = app.call(Method::POST, path, Some(&who), &over).await;
        assert_eq!(answer.status, 413, "{path}: another one's plan");
    }
    assert_eq!(
        app.send(json("/api/v1/share", &format!("{{\"secret\":\"{}\"}}", escaped("\\u0001", 11_000))))
            .await
            .status,
        413
    );
}

#[tokio::test]
async fn where_no_value_is_sent_it_is_small_for_everybody() {
    let app = with_a_large_plan();
    let token = app.account("ann@example.org", "large").await;
    let who = format!("ann@example.org:{token}");
    let (secret, receipt) = app.share("secret=kept").await;
    let over = format!("other={}", "x".repeat(65_531));
    for (method, path) in [
        (Method::POST, "/api/v1/generate".to_owned()),
        (Method::POST, format!("/api/v1/secret/{secret}")),
        (Method::POST, format!("/api/v1/private/{receipt}/burn")),
        (Method::POST, format!("/api/v1/private/{receipt}")),
        (Method::GET, "/api/v1/status".to_owned()),
        (Method::GET, "/api/v1/authcheck".to_owned()),
    ] {
        let answer = app.call(method, &path, Some(&who), &over).await;
        assert_eq!(answer.status, 413, "{path}");
    }
    let read = app.post(&format!("/api/v1/secret/{secret}"), "").await;
    assert_eq!(read.field("value"), "kept", "and what was refused consumed nothing");
}

/// A request whose body never ends, after `sent` bytes.
fn standing_still(sent: usize) -> Request<Body> {
    let first = futures_util::stream::iter([Ok::<_, std::io::Error>(Frame::data(vec![b'x'; sent].into()))]);
    let body = StreamBody::new(first.chain(futures_util::stream::pending()));
    Request::post("/api/v1/share").body(Body::new(body)).unwrap()
}

#[tokio::test]
async fn large_ones_in_flight_leave_room_for_other_networks_and_for_small_ones() {
    let mut policy = policy();
    policy.max_size = 1_000_000;
    let app = App::with(policy);
    let network = [198, 51, 100, 1];
    let mut sending: FuturesUnordered<_> =
        (0..20).map(|_| app.send_from(network, standing_still(4_000_000))).collect();
    // A network gets 16 MiB: four bodies of four megabytes in buffers of four MiB.
    for _ in 0..16 {
        let answer = tokio::time::timeout(Duration::from_secs(8), sending.next()).await;
        let answer = answer.expect("the 16 that find no room are told").unwrap();
        assert_eq!(answer.pinned(), r#"503 {"message":"The server is busy. Please try again shortly."}"#);
        assert_eq!(answer.header("retry-after"), Some("2"));
    }
    assert!(sending.next().now_or_never().is_none(), "the others are read");
    let large = format!("secret={}", "y".repeat(900_000));
    let of = |peer, body: String| {
        let request =
            Request::post("/api/v1/share").header("content-type", "application/x-www-form-urlencoded");
        app.send_from(peer, request.body(Body::from(body)).unwrap())
    };
    assert_eq!(of(network, "secret=small".into()).await.status, 200, "small ones take nothing of it");
    assert_eq!(of([198, 51, 100, 2], large.clone()).await.status, 200, "another network has its own share");
    drop(sending);
    assert_eq!(of(network, large).await.status, 200, "what was given up is free again");
}
