//! What goes wrong behind a request ends that request and nothing else: bugs, and stores that never answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use readonce::server::{self, Connections, Listener};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::app::{Answer, App, policy};
use super::watched::{Trouble, Watch, Watched};
use crate::support::{Client, Connection};

const UNKNOWN_OUTCOME: &str = "The outcome is unknown: the store did not answer in time. If a retry says unknown, the \
                               secret was consumed.";
const UNAVAILABLE: &str = "Service temporarily unavailable. Please try again shortly.";

fn app() -> (App, Arc<Watch>) {
    let watch = Arc::new(Watch::default());
    (App::over(|store| Watched::over(store, watch.clone()), policy()), watch)
}

/// It carries what every answer carries, and says nothing of the cause.
#[track_caller]
fn proper(answer: &Answer) {
    for name in [
        "cache-control",
        "x-content-type-options",
        "referrer-policy",
        "content-security-policy",
        "cross-origin-resource-policy",
        "strict-transport-security",
        "x-request-id",
    ] {
        assert!(answer.header(name).is_some(), "no {name}: {:?}", answer.headers);
    }
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert!(!answer.text.contains("as the test wants it"), "{}", answer.text);
}

#[tokio::test]
async fn a_panic_ends_one_request_and_is_answered_in_json() {
    let (app, watch) = app();
    let (secret, receipt) = app.share("secret=kept").await;
    for path in [
        "/api/v1/share?secret=x".to_owned(),
        format!("/api/v1/secret/{secret}"),
        format!("/api/v1/private/{receipt}"),
        format!("/api/v1/private/{receipt}/burn"),
    ] {
        watch.next(Trouble::Panic);
        let answer = app.post(&path, "").await;
        assert_eq!(answer.pinned(), r#"500 {"message":"An unexpected error occurred :["}"#, "{path}");
        proper(&answer);
        assert_eq!(app.get("/api/v1/status").await.status, 200);
    }
    assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.field("value"), "kept");
}

/// Over sockets: the connection the panic happened on goes on, and so do others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_does_not_even_end_its_connection() {
    let (app, watch) = app();
    let (secret, _) = app.share("secret=kept").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let connections = Connections {
        most: 100,
        idle_timeout: Duration::from_secs(75),
        trusted_proxies: vec![],
        proxy_protocol: false,
    };
    let serving = server::serve(
        Listener::Tcp(listener),
        app.router(),
        String::new(),
        connections,
        stop.clone(),
        stop.clone(),
    );
    let serving = tokio::spawn(serving);

    let asking = tokio::task::spawn_blocking(move || {
        let mut other = Connection::open(address).unwrap();
        other.send(b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n").unwrap();
        let mut one = Connection::open(address).unwrap();
        let read = format!("POST /api/v1/secret/{secret} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        watch.next(Trouble::Panic);
        one.send(read.as_bytes()).unwrap();
        one.answer().unwrap().refused(500, "An unexpected error occurred :[");
        one.send(read.as_bytes()).unwrap();
        assert_eq!(one.answer().unwrap().ok().member("value"), "kept");
        other.send(b"\r\n").unwrap();
        other.answer().unwrap().ok();
        Client::new(address).get("/api/v1/status").ok();
    });
    asking.await.unwrap();
    stop.cancel();
    serving.await.unwrap();
}

/// Asks while the store is in trouble; what comes of it has to come in time.
async fn asked(app: &App, watch: &Watch, trouble: Trouble, path: &str) -> Answer {
    watch.next(trouble);
    let started = Instant::now();
    let answer = app.post(path, "").await;
    let took = started.elapsed();
    assert!(took > Duration::from_secs(4) && took < Duration::from_secs(8), "{path}: {took:?}");
    assert_eq!(answer.status, 503, "{path}: {}", answer.text);
    assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    proper(&answer);
    answer
}

#[tokio::test]
async fn a_store_that_never_answers_is_not_waited_for() {
    let claimed = async {
        let (app, watch) = app();
        let (secret, _) = app.share("secret=value").await;
        let path = format!("/api/v1/secret/{secret}");
        let answer = asked(&app, &watch, Trouble::SilenceAfterwards, &path).await;
        assert_eq!(answer.field("message"), UNKNOWN_OUTCOME);
        assert!(!answer.text.contains("value"), "a value that was won late left all the same");
        assert_eq!(app.post(&path, "").await.field("message"), "Unknown secret");
    };
    let untouched = async {
        let (app, watch) = app();
        let (secret, receipt) = app.share("secret=value").await;
        for path in [format!("/api/v1/secret/{secret}"), format!("/api/v1/private/{receipt}/burn")] {
            let answer = asked(&app, &watch, Trouble::Silence, &path).await;
            assert_eq!(answer.field("message"), UNKNOWN_OUTCOME);
        }
        assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.field("value"), "value");
    };
    let shared = async {
        let (app, watch) = app();
        // Nobody has its keys: for the caller it was not shared.
        let answer = asked(&app, &watch, Trouble::SilenceAfterwards, "/api/v1/share?secret=x").await;
        assert_eq!(answer.field("message"), UNAVAILABLE);
        app.share("secret=x").await;
    };
    let looked_at = async {
        let (app, watch) = app();
        let (_, receipt) = app.share("secret=x").await;
        let answer = asked(&app, &watch, Trouble::Silence, &format!("/api/v1/private/{receipt}")).await;
        assert_eq!(answer.field("message"), UNAVAILABLE);
    };
    let readiness = async {
        let (app, watch) = app();
        watch.next(Trouble::Silence);
        let (before, started) = (watch.asked(), Instant::now());
        let answers = futures_util::future::join_all((0..20).map(|_| app.get("/health/ready"))).await;
        let took = started.elapsed();
        assert!(took > Duration::from_secs(4) && took < Duration::from_secs(8), "{took:?}");
        for answer in answers {
            assert_eq!(answer.pinned(), r#"503 {"status":"unavailable"}"#);
        }
        assert_eq!(watch.asked(), before + 1, "one look for all of them");
        crate::support::eventually("ready again", || async {
            (app.get("/health/ready").await.status == 200).then_some(())
        })
        .await;
    };
    let signed_in = async {
        let (app, watch) = app();
        let token = app.account("ann@example.org", "default").await;
        watch.next(Trouble::Silence);
        let started = Instant::now();
        let who = format!("ann@example.org:{token}");
        let answer = app.call(axum::http::Method::GET, "/api/v1/status", Some(&who), "").await;
        assert_eq!((answer.status.as_u16(), answer.field("message").as_str()), (503, UNAVAILABLE));
        assert!(started.elapsed() < Duration::from_secs(8));
    };
    tokio::join!(claimed, untouched, shared, looked_at, readiness, signed_in);
}

/// Who asks for readiness and hangs up had no look of their own: the one that began is everybody's.
#[tokio::test]
async fn who_hangs_up_during_a_look_begins_no_other() {
    let (app, watch) = app();
    watch.next(Trouble::Silence);
    let before = watch.asked();
    for _ in 0..3 {
        let asked = tokio::time::timeout(Duration::from_millis(50), app.get("/health/ready")).await;
        assert!(asked.is_err(), "answered while the store is silent");
    }
    assert_eq!(watch.asked(), before + 1);
}
