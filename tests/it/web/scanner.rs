//! What follows links in mails and chats: it fetches, prefetches and follows every address, and submits no form; or, where
//! letters have to be typed, also presses every button.

use std::collections::BTreeSet;

use axum::http::Method;
use readonce::web::Settings;

use super::site::{FORM, Page, Site, settings, with_captcha};
use crate::api_v1::app::policy;

/// Fetches `start` and all that can be reached from it, in every way that is not a form.
async fn crawl(site: &Site, start: &str) -> usize {
    let mut waiting = vec![start.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        for headers in [
            &[][..],
            &[("accept", "text/html"), ("user-agent", "a bot")],
            &[("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")],
            &[("range", "bytes=0-99")],
        ] {
            site.ask(Method::HEAD, &path, headers, "").await;
            site.ask(Method::OPTIONS, &path, headers, "").await;
            let page = site.ask(Method::GET, &path, headers, "").await;
            assert!(page.status().as_u16() < 500, "{path}");
            for address in page.addresses() {
                if address.starts_with('?') {
                    waiting.push(format!("{}{address}", path.split('?').next().unwrap()));
                } else if address.starts_with('/') {
                    waiting.push(address);
                }
            }
        }
    }
    seen.len()
}

/// Presses every button of a page, with what its fields hold.
async fn press(site: &Site, path: &str) -> Vec<Page> {
    let page = site.get(path).await;
    let fields: Vec<_> = page
        .all("form input")
        .iter()
        .map(|input| format!("{}={}", input.attr("name").unwrap(), input.attr("value").unwrap_or_default()))
        .collect();
    let mut pages = Vec::new();
    for _ in page.all("form button") {
        pages.push(site.ask(Method::POST, path, &[("content-type", FORM)], &fields.join("&")).await);
    }
    pages
}

async fn unread(settings: Settings) -> (Site, String, String) {
    let site = Site::with(policy(), settings);
    let (link, receipt) = site.share("secret=hello").await;
    (site, link, receipt)
}

#[tokio::test]
async fn following_links_consumes_nothing_and_asks_no_store() {
    for settings in [settings(), with_captcha()] {
        let captcha = settings.captcha;
        let (site, link, _) = unread(settings).await;
        let (seen, asked) = site.asked(crawl(&site, &link)).await;
        assert!(seen > 10, "{seen} addresses");
        assert_eq!(asked, 0);
        if !captcha {
            assert_eq!(site.post(&link, "").await.text("#value"), "hello");
        }
    }
}

#[tokio::test]
async fn from_the_status_page_nothing_is_consumed_either() {
    let (site, link, receipt) = unread(settings()).await;
    assert!(crawl(&site, &receipt).await > 10);
    assert_eq!(site.post(&link, "").await.text("#value"), "hello");
}

#[tokio::test]
async fn pressing_every_button_reveals_a_secret_unless_letters_have_to_be_typed() {
    let (site, link, receipt) = unread(with_captcha()).await;
    let (pages, asked) = site.asked(press(&site, &link)).await;
    assert_eq!((pages.len(), asked), (1, 0));
    for page in &pages {
        assert!(page.has("input[name=mark]") && !page.has("#value"));
    }
    assert_eq!(site.get(&receipt).await.text("#state"), "Not read yet");

    let (site, link, _) = unread(settings()).await;
    assert_eq!(press(&site, &link).await[0].text("#value"), "hello", "which is why there is the other way");
}
