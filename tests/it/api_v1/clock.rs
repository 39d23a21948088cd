//! A wrong clock erases nothing (ADR 0041), and a right one erases what has expired.

use axum::http::Method;
use readonce::domain::{Clock as _, Timestamp};
use readonce::service::Limits;
use tokio_util::sync::CancellationToken;

use super::app::{App, NOW, policy};

const DAY: u64 = 24 * 3600;
const WEEK: u64 = 7 * DAY;

/// One round of what a server does twice a minute.
async fn round(app: &App) {
    let stop = CancellationToken::new();
    stop.cancel();
    app.service.maintenance().run_until(stop).await;
}

async fn share_twenty(app: &App) -> Vec<String> {
    let mut keys = Vec::new();
    for number in 0..20 {
        keys.push(app.share(&format!("secret=value+{number}&ttl={WEEK}")).await.0);
    }
    keys
}

/// How many of them can be read, at the time at which they were shared.
async fn left(app: &App, keys: &[String]) -> usize {
    app.clock.set(Timestamp(NOW));
    let mut left = 0;
    for key in keys {
        left += usize::from(app.post(&format!("/api/v1/secret/{key}"), "").await.status == 200);
    }
    left
}

#[tokio::test]
async fn what_has_expired_is_erased_five_minutes_later() {
    for (passed, expected) in [(WEEK + 300 - 1, 20), (WEEK + 300, 0)] {
        let app = App::new();
        let keys = share_twenty(&app).await;
        round(&app).await;
        app.clock.advance(passed);
        round(&app).await;
        assert_eq!(left(&app, &keys).await, expected, "after {passed} s");
    }
}

#[tokio::test]
async fn a_clock_set_ahead_erases_nothing_until_it_has_been_so_for_a_day() {
    for ahead in [31 * DAY, 50 * 365 * DAY] {
        for (passed, expected) in [(0, 20), (DAY - 1, 20), (DAY, 0)] {
            let app = App::new();
            let keys = share_twenty(&app).await;
            round(&app).await;
            app.clock.set(Timestamp(NOW + ahead));
            round(&app).await;
            assert_eq!(
                app.post(&format!("/api/v1/secret/{}", keys[0]), "").await.status,
                404,
                "it has, by that clock"
            );
            app.clock.advance(passed);
            round(&app).await;
            assert_eq!(left(&app, &keys).await, expected, "{ahead} s ahead, after {passed} s");
        }
    }
}

#[tokio::test]
async fn a_clock_that_cannot_be_right_never_erases_anything() {
    let app = App::new();
    let keys = share_twenty(&app).await;
    round(&app).await;
    app.clock.set(Timestamp(NOW + 100 * 365 * DAY));
    for _ in 0..3 {
        app.clock.advance(3 * DAY);
        round(&app).await;
    }
    assert_eq!(left(&app, &keys).await, 20);
}

#[tokio::test]
async fn ahead_and_back_while_it_runs_erases_nothing() {
    let app = App::new();
    let keys = share_twenty(&app).await;
    round(&app).await;
    for ahead in [31 * DAY, 0, 100 * 365 * DAY, 0, WEEK, 0] {
        let passed = app.clock.uptime().0 - 1000;
        app.clock.set(Timestamp(NOW + passed + ahead));
        for _ in 0..3 {
            app.clock.advance(60);
            round(&app).await;
        }
    }
    assert_eq!(left(&app, &keys).await, 20);
}

#[tokio::test]
async fn a_machine_that_starts_with_a_wrong_clock_erases_nothing() {
    for ahead in [WEEK, 31 * DAY, 100 * 365 * DAY] {
        let app = App::new();
        let keys = share_twenty(&app).await;
        round(&app).await;
        app.clock.reboot();
        app.clock.set(Timestamp(NOW + ahead));
        for _ in 0..6 {
            app.clock.advance(4 * 3600 - 1);
            round(&app).await;
        }
        assert_eq!(left(&app, &keys).await, 20, "{ahead} s ahead");
    }
}

/// Looked at with a clock that is ahead, a list shows nothing, and has lost nothing by the time the clock is right.
#[tokio::test]
async fn a_list_of_recent_shares_loses_nothing_to_a_clock_that_is_ahead() {
    let app = App::new();
    round(&app).await;
    let ann = format!("ann@example.org:{}", app.account("ann@example.org", "default").await);
    for _ in 0..20 {
        app.call(Method::POST, "/api/v1/share", Some(&ann), "secret=x&ttl=3600").await.field("secret_key");
    }
    let listed = async || {
        let list = app.call(Method::GET, "/api/v1/private/recent", Some(&ann), "").await;
        list.json().as_array().unwrap().len()
    };
    for ahead in [7201, 7201 + 300, DAY, 31 * DAY, 100 * 365 * DAY] {
        for looks in [false, true] {
            app.clock.set(Timestamp(NOW + ahead));
            if looks {
                round(&app).await;
            }
            assert_eq!(listed().await, 0, "{ahead} s ahead");
            app.clock.set(Timestamp(NOW));
            round(&app).await;
            assert_eq!(listed().await, 20, "after {ahead} s ahead");
        }
    }
    // And with one that is right nothing stays.
    app.clock.advance(DAY);
    round(&app).await;
    app.clock.advance(7200 + 300);
    assert_eq!(listed().await, 0);
    app.clock.set(Timestamp(NOW));
    assert_eq!(listed().await, 0);
}

/// A client that has used its allowance up waits as long as it was told, wherever the clock goes meanwhile; and no longer.
#[tokio::test]
async fn limits_go_by_no_clock_that_can_be_set() {
    let limits = Limits { create: 2, anonymous_secrets: 3, ..policy().limits };
    let app = App::with(readonce::service::Policy { limits, ..policy() });
    let share = async || app.post("/api/v1/share", "secret=x&ttl=3600").await.status.as_u16();
    for set_to in [NOW, NOW + 3600, 0, NOW + 100 * 365 * DAY] {
        app.clock.advance(1200); // the window
        app.clock.set(Timestamp(set_to));
        round(&app).await;
    }
    assert_eq!([share().await, share().await, share().await], [200, 200, 429]);
    for set_to in [NOW + 3600, NOW - 3600, NOW + 31 * DAY] {
        app.clock.set(Timestamp(set_to));
        round(&app).await;
        assert_eq!(share().await, 429, "at {set_to}");
    }
    app.clock.advance(600);
    assert_eq!([share().await, share().await], [200, 429]);
    app.clock.advance(600);
    app.clock.set(Timestamp(NOW + 365 * DAY));
    round(&app).await;
    assert_eq!(share().await, 429, "three are unread, and none has been for an hour");
    app.clock.advance(2400);
    assert_eq!([share().await, share().await], [200, 200], "the first two have");
}
