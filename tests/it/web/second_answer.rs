//! A page whose form comes twice is answered twice (ADR 0055), and nobody else is: once, to one page.

use std::pin::pin;

use axum::http::StatusCode;
use futures_util::poll;

use super::site::{Page, Site, settings};
use crate::api_v1::app::policy;

/// The form of a page, as its button sends it.
fn form(page: &Page) -> String {
    format!("token={}", page.token())
}

async fn value(site: &Site, link: &str, form: &str) -> Option<String> {
    let page = site.post(link, form).await;
    match page.status() {
        StatusCode::OK => Some(page.text("#value")),
        StatusCode::NOT_FOUND => None,
        status => panic!("{status}"),
    }
}

#[tokio::test]
async fn the_same_page_is_answered_twice_and_no_more() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=hello").await;
    let form = form(&site.get(&link).await);
    assert_eq!(value(&site, &link, &form).await.as_deref(), Some("hello"));
    assert_eq!(site.get(&receipt).await.text("#state"), "Read");
    let (again, asked) = site.asked(value(&site, &link, &form)).await;
    assert_eq!((again.as_deref(), asked), (Some("hello"), 0));
    assert_eq!(value(&site, &link, &form).await, None);
    assert_eq!(site.get(&receipt).await.text("#state"), "Read");
}

#[tokio::test]
async fn a_protected_secret_is_kept_for_the_page_that_took_the_passphrase() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello&passphrase=p").await;
    let first = site.get(&link).await;
    let asked = site.post(&link, &form(&first)).await;
    assert!(form(&asked) != form(&first), "another page");
    let wrong = site.post(&link, &format!("{}&passphrase=q", form(&asked))).await;
    assert!(wrong.has("#passphrase-wrong"));
    let right = format!("{}&passphrase=p", form(&wrong));
    for _ in 0..2 {
        assert_eq!(value(&site, &link, &right).await.as_deref(), Some("hello"));
    }
    for form in [form(&first), form(&asked), right] {
        assert_eq!(value(&site, &link, &form).await, None);
    }
}

#[tokio::test]
async fn ten_seconds_later_it_is_gone() {
    let site = Site::new();
    for (seconds, again) in [(10, Some("hello")), (11, None)] {
        let (link, _) = site.share("secret=hello").await;
        let form = form(&site.get(&link).await);
        assert_eq!(value(&site, &link, &form).await.as_deref(), Some("hello"));
        site.app.clock.advance(seconds);
        assert_eq!(value(&site, &link, &form).await.as_deref(), again, "after {seconds} s");
    }
}

#[tokio::test]
async fn nobody_else_is_answered() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello").await;
    let (other_link, _) = site.share("secret=other").await;
    let (own, others) = (form(&site.get(&link).await), form(&site.get(&link).await));
    assert_eq!(value(&site, &link, &own).await.as_deref(), Some("hello"));
    assert_eq!(value(&site, &other_link, "").await.as_deref(), Some("other"));
    for form in
        [others, String::new(), "token=".into(), "token=x".into(), format!("{own}A"), own.replace('=', "=A")]
    {
        assert_eq!(value(&site, &link, &form).await, None, "another page: {form}");
    }
    assert_eq!(value(&site, &other_link, &own).await, None, "another link");
    assert_eq!(site.post_from([198, 51, 100, 7], &link, &own).await.status(), 404, "another network");
    let called = site.app.post(&format!("/api/v1{link}"), &own).await;
    assert_eq!(
        (called.status.as_u16(), called.field("message").as_str()),
        (404, "Unknown secret"),
        "the API"
    );
    assert_eq!(
        value(&site, &link, &own).await.as_deref(),
        Some("hello"),
        "and none of it is in the page's way"
    );
}

/// Nor is a page answered with what the API was asked for.
#[tokio::test]
async fn the_api_gives_a_value_once() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello").await;
    let form = form(&site.get(&link).await);
    let call = format!("/api/v1{link}");
    assert_eq!(site.app.post(&call, &form).await.field("value"), "hello");
    assert_eq!(site.app.post(&call, &form).await.field("message"), "Unknown secret");
    assert_eq!(value(&site, &link, &form).await, None);
}

#[tokio::test]
async fn a_page_is_known_for_a_day() {
    let site = Site::new();
    for (seconds, again) in [(86_400, Some("hello")), (86_401, None)] {
        let (link, _) = site.share("secret=hello").await;
        let form = form(&site.get(&link).await);
        site.app.clock.advance(seconds);
        assert_eq!(value(&site, &link, &form).await.as_deref(), Some("hello"));
        assert_eq!(value(&site, &link, &form).await.as_deref(), again, "after {seconds} s");
    }
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let on = Site::new();
    let site = Site::with(policy(), readonce::web::Settings { second_answer: false, ..settings() });
    let (link, _) = site.share("secret=hello").await;
    assert!(!site.get(&link).await.has("form [name]"));
    let (elsewhere, _) = on.share("secret=x").await;
    let form = form(&on.get(&elsewhere).await);
    assert_eq!(value(&site, &link, &form).await.as_deref(), Some("hello"));
    assert_eq!(value(&site, &link, &form).await, None);
}

#[tokio::test]
async fn two_at_the_same_time_are_both_answered() {
    let site = Site::new();
    for options in ["", "&passphrase=p"] {
        let (link, _) = site.share(&format!("secret=hello{options}")).await;
        let form = format!("{}{options}", form(&site.get(&link).await));
        let both =
            tokio::join!(value(&site, &link, &form), value(&site, &link, &form), value(&site, &link, &form));
        let both = [both.0, both.1, both.2];
        assert_eq!(both.iter().flatten().collect::<Vec<_>>(), ["hello", "hello"], "{options}");
    }
}

/// Wherever the first request is dropped, the second has the value.
#[tokio::test]
async fn a_browser_that_hangs_up_and_asks_again_is_answered() {
    let site = Site::new();
    for patience in 0..40 {
        let options = if patience % 2 == 0 { "" } else { "&passphrase=p" };
        let (link, receipt) = site.share(&format!("secret=hello{options}")).await;
        let form = format!("{}{options}", form(&site.get(&link).await));
        {
            let mut first = pin!(site.post(&link, &form));
            for _ in 0..patience / 2 {
                if poll!(first.as_mut()).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(value(&site, &link, &form).await.as_deref(), Some("hello"), "after {patience}");
        assert_eq!(site.get(&receipt).await.text("#state"), "Read");
    }
}
