//! Programs that follow links, and those that press buttons, against the real server.

use std::collections::BTreeSet;

use super::driver::Driver;
use super::site::{Site, is_gone};
use crate::web::dom::parse;

/// Fetches a path, and all that can be reached from it on this server, in every way that is no form.
fn crawl(site: &Site, start: &str) -> usize {
    let client = site.client();
    let (mut waiting, mut seen) = (vec![start.to_owned()], BTreeSet::new());
    while let Some(path) = waiting.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        for headers in [
            &[("User-Agent", "a bot")][..],
            &[("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1")],
            &[("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")],
        ] {
            for method in ["HEAD", "OPTIONS", "GET"] {
                let answer = client.ask(method, &path, headers, None);
                assert!(answer.status < 500, "{method} {path}");
                for element in parse(&answer.text()).all("[href], [src], [action]") {
                    let named = ["href", "src", "action"].into_iter().find_map(|name| element.attr(name));
                    match named {
                        Some(address) if address.starts_with('/') => waiting.push(address.to_owned()),
                        Some(query) if query.starts_with('?') => {
                            waiting.push(format!("{}{query}", path.split('?').next().unwrap()));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    seen.len()
}

#[test]
fn following_every_link_consumes_nothing() {
    let site = Site::start();
    let shared = site.client().share("hello");
    assert!(crawl(&site, &format!("/secret/{}", shared.secret)) > 10);
    assert!(crawl(&site, &format!("/receipt/{}", shared.receipt)) > 10);
    assert_eq!(site.client().state(&shared), "new");
    site.client().reads_once(&shared, "hello");
}

/// A gateway that opens links in a browser of its own, and there presses what can be pressed.
#[tokio::test]
async fn pressing_every_button_consumes_nothing_where_letters_have_to_be_typed() {
    let (site, driver) = (Site::with(&[("READONCE_WEB__REVEAL", "type")]), Driver::start());
    let shared = site.client().share("hello");
    let link = site.link(&shared);
    let browser = driver.browser().await;
    browser.go(&link).await;
    let buttons = browser.run("return document.querySelectorAll('button').length").await;
    assert_eq!(buttons, 1);
    browser.click("button").await; // held back by the browser: the field is required
    assert!(browser.has("#letters:invalid").await);
    for script in [
        "const form = document.forms[0]; form.noValidate = true; form.querySelector('button').click()",
        "document.forms[0].submit()",
        "document.forms[0].letters.value = 'abcd'; document.forms[0].submit()",
        "for (const field of document.querySelectorAll('input')) field.value ||= 'x'; document.forms[0].submit()",
    ] {
        browser.go(&link).await;
        browser.leaving(async || drop(browser.run(script).await)).await;
        assert!(browser.has("#letters").await && !browser.has("#value").await, "{script}");
    }
    assert_eq!(site.client().state(&shared), "new");

    browser.go(&link).await;
    let letters = browser.text(".letters").await.to_lowercase();
    browser.write("#letters", &letters).await;
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, "hello");
    assert_eq!(site.client().state(&shared), "received");
}

/// Why there is that setting: here, the one button is enough.
#[tokio::test]
async fn otherwise_a_button_is_enough() {
    let (site, driver) = (Site::start(), Driver::start());
    let shared = site.client().share("hello");
    let browser = driver.browser().await;
    browser.go(&site.link(&shared)).await;
    browser.leaving(async || drop(browser.run("document.forms[0].submit()").await)).await;
    assert_eq!(browser.text("#value").await, "hello");
    is_gone(&browser, &site.link(&shared)).await;
}

/// `web.enabled = false` leaves the API alone.
#[test]
fn without_pages_there_is_only_the_api() {
    let site = Site::with(&[("READONCE_WEB__ENABLED", "false")]);
    let client = site.client();
    let shared = client.share("hello");
    let page = [("Accept", "text/html")];
    for path in
        ["/", "/about", &format!("/secret/{}", shared.secret), &format!("/receipt/{}", shared.receipt)]
    {
        for method in ["GET", "POST"] {
            let answer = client.ask(method, path, &page, (method == "POST").then_some(b""));
            assert_eq!(answer.status, 404, "{method} {path}");
            assert!(answer.json()["message"].is_string(), "{path}");
        }
    }
    client.reads_once(&shared, "hello");
}
