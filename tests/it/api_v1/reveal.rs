//! v1-contract.md §7.4: at most once, and never by accident.

use futures_util::future::join_all;

use super::app::App;

#[tokio::test]
async fn a_value_is_read_once_byte_for_byte() {
    let app = App::new();
    let (key, _) = app.share("secret=%20caf%C3%A9%20%F0%9F%94%91%0D%0A%00%22%3C%26%2B%25+%0A").await;
    let path = format!("/api/v1/secret/{key}");
    let answer = app.post(&path, "continue=false").await;
    assert_eq!(
        answer.pinned(),
        "200 {\"value\":\" café 🔑\\r\\n\\u0000\\\"<&+% \\n\",\"secret_key\":\"<1>\",\"share_domain\":\"https://secrets.example.org/ots\"}"
    );
    let again = app.post(&path, "").await;
    assert_eq!(again.pinned(), r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#);
    assert_eq!(again.header("x-ots-intended-status"), None);
}

#[tokio::test]
async fn a_passphrase_is_needed_and_a_wrong_one_keeps_the_secret() {
    let app = App::new();
    let (key, receipt) = app.share("secret=guarded&passphrase=open+sesame").await;
    let path = format!("/api/v1/secret/{key}");
    let too_long = format!("passphrase={}", "x".repeat(129));
    for body in ["", "passphrase=", "passphrase=wrong", "passphrase=open+sesame+", too_long.as_str()] {
        let answer = app.post(&path, body).await;
        assert_eq!(answer.pinned(), r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#, "{body}");
    }
    assert_eq!(app.get(&format!("/api/v1/private/{receipt}")).await.field("state"), "new");
    assert_eq!(app.post(&format!("{path}?passphrase=open+sesame"), "").await.field("value"), "guarded");
}

#[tokio::test]
async fn tries_are_limited_and_the_limit_ends() {
    let app = App::new();
    let (key, _) = app.share("secret=guarded&passphrase=right&ttl=86400").await;
    let path = format!("/api/v1/secret/{key}");
    for _ in 0..5 {
        assert_eq!(app.post(&path, "passphrase=wrong").await.status, 404);
    }
    let limited = app.post(&path, "passphrase=right").await;
    assert_eq!(limited.pinned(), r#"429 {"message":"Apologies dear citizen! You have been rate limited."}"#);
    assert_eq!(limited.header("retry-after"), Some("900"));
    assert_eq!(app.post(&path, "").await.status, 404, "no passphrase is no try");
    app.clock.advance(900);
    assert_eq!(app.post(&path, "passphrase=right").await.field("value"), "guarded");
}

/// v1-contract.md §7.4: also when more come at once than there are tries.
#[tokio::test]
async fn of_many_right_passphrases_one_wins_and_the_late_ones_hear_that_it_is_gone() {
    let app = App::new();
    for (burns, verb) in [(false, "reveal"), (true, "burn")] {
        let (key, receipt) = app.share("secret=guarded&passphrase=right").await;
        let path =
            if burns { format!("/api/v1/private/{receipt}/burn") } else { format!("/api/v1/secret/{key}") };
        let all = join_all((0..32).map(|_| app.post(&path, "passphrase=right"))).await;
        let (won, lost): (Vec<_>, Vec<_>) = all.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 31), "{verb}");
        for answer in lost {
            assert_eq!(answer.pinned(), r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#, "{verb}");
        }
    }
}

#[tokio::test]
async fn of_many_wrong_passphrases_at_once_five_are_looked_at() {
    let app = App::new();
    let (key, _) = app.share("secret=guarded&passphrase=right").await;
    let path = format!("/api/v1/secret/{key}");
    let all = join_all((0..12).map(|_| app.post(&path, "passphrase=wrong"))).await;
    let limited = all.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((all.iter().filter(|answer| answer.status == 404).count(), limited), (5, 7));
}

#[tokio::test]
async fn a_passphrase_for_an_unprotected_secret_is_ignored() {
    let app = App::new();
    let (key, _) = app.share("secret=open&passphrase=").await;
    assert_eq!(app.post(&format!("/api/v1/secret/{key}"), "passphrase=any").await.field("value"), "open");
}

#[tokio::test]
async fn expired_is_gone_at_the_second() {
    let app = App::new();
    let (soon, _) = app.share("secret=x&ttl=60").await;
    let (late, _) = app.share("secret=y&ttl=60").await;
    app.clock.advance(59);
    assert_eq!(app.post(&format!("/api/v1/secret/{soon}"), "").await.status, 200);
    app.clock.advance(1);
    assert_eq!(
        app.post(&format!("/api/v1/secret/{late}"), "").await.pinned(),
        r#"404 {"secret_key":"<1>","message":"Unknown secret"}"#
    );
}

#[tokio::test]
async fn keys_open_only_what_they_are_for() {
    let app = App::new();
    let (secret, receipt) = app.share("secret=x").await;
    assert_eq!(app.post(&format!("/api/v1/secret/{receipt}"), "").await.status, 404);
    assert_eq!(app.get(&format!("/api/v1/private/{secret}")).await.status, 404);
    assert_eq!(app.post(&format!("/api/v1/private/{secret}/burn"), "").await.status, 404);
    for path in [format!("/api/v1/secret/{secret}"), format!("/api/v1/private/{receipt}/burn")] {
        let answer = app.get(&path).await;
        assert_eq!(
            answer.pinned(),
            r#"404 {"error":"Not Found","message":"Not Found"}"#,
            "only POST consumes"
        );
    }
    assert_eq!(app.post(&format!("/api/v1/secret/{secret}"), "").await.field("value"), "x");
}

#[tokio::test]
async fn whatever_is_no_key_is_unknown() {
    let app = App::new();
    for key in ["a", "0000000000unknownkey0000000000", "UPPER", "caf%C3%A9", &"x".repeat(500)] {
        let answer = app.post(&format!("/api/v1/secret/{key}"), "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.field("message").as_str()),
            (404, "Unknown secret"),
            "{key}"
        );
    }
    let echoed = app.post("/api/v1/secret/caf%C3%A9", "").await;
    assert_eq!(echoed.field("secret_key"), "café");
    assert_eq!(
        app.post("/api/v1/secret/%ff", "").await.pinned(),
        r#"400 {"error":"Bad Request","message":"The path is not valid UTF-8"}"#
    );
}
