//! People sign in, share and sign out, with a script and without, while readers know nothing of it.

use serde_json::json;

use super::driver::Driver;
use super::page::Browser;
use super::site::{Site, VALUE, is_gone, reveal, share, sign_in};

const CLOSED: &[(&str, &str)] = &[("READONCE_ACCESS__CREATE", "account")];

/// Signs in by a token, shares, and signs out; another profile reads the link meanwhile.
async fn by_token(sharer: &Browser<'_>, reader: &Browser<'_>) {
    let site = Site::with(CLOSED);
    let account = site.account("ann@example.org");
    sharer.go(&site.at("/")).await;
    assert_eq!(sharer.text("h1").await, "Sharing takes an account here");
    sharer.submit("main a.primary").await;
    sign_in(sharer, &account.email, &"0".repeat(40)).await;
    assert!(sharer.text("#refused").await.contains("ann@example.org"));
    sharer.write("#token", &account.token).await;
    sharer.submit("button[value=token]").await;
    assert_eq!(sharer.url().await, site.at("/"));
    assert_eq!(sharer.text(".person span").await, "ann@example.org");
    let (link, receipt) = share(sharer, VALUE, "").await;

    reader.go(&link).await;
    reader.submit("button.primary").await;
    assert_eq!(reader.text("#value").await, VALUE);
    assert_eq!(reader.cookies().await, 0, "a reader has no cookie");
    is_gone(reader, &link).await;
    sharer.go(&receipt).await;
    assert_eq!(sharer.text("#state").await, "Read");

    sharer.go(&site.at("/")).await;
    assert_eq!(sharer.cookies().await, 1);
    sharer.submit(".person button").await;
    assert_eq!(sharer.text("h1").await, "You are signed out");
    assert_eq!(sharer.cookies().await, 0);
    sharer.go(&site.at("/")).await;
    assert_eq!(sharer.text("h1").await, "Sharing takes an account here");
    assert_eq!((sharer.complaints(), reader.complaints()), (vec![], vec![]));
}

#[tokio::test]
async fn by_token_with_a_script() {
    let driver = Driver::start();
    by_token(&driver.browser().await, &driver.browser().await).await;
}

#[tokio::test]
async fn by_token_without_a_script() {
    let driver = Driver::start();
    by_token(&driver.browser_without_scripts().await, &driver.browser_without_scripts().await).await;
}

/// The browser stands for a proxy that is trusted and has signed somebody in.
#[tokio::test]
async fn by_what_a_trusted_proxy_says() {
    let site = Site::with(&[
        ("READONCE_ACCESS__CREATE", "account"),
        ("READONCE_ACCESS__USER_HEADER", "Remote-Email"),
        ("READONCE_ACCESS__JOIN", "example.org"),
        ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
    ]);
    let driver = Driver::start();
    let browser = driver.browser_without_scripts().await;
    browser.develop("Network.enable", &json!({}));
    browser
        .develop("Network.setExtraHTTPHeaders", &json!({ "headers": { "Remote-Email": "ann@example.org" } }));
    browser.go(&site.at("/")).await;
    assert!(!browser.has(".person span").await, "on one path only");
    browser.submit("main a.primary").await;
    assert_eq!(browser.text("main strong").await, "ann@example.org");
    browser.submit("button[value=header]").await;
    assert_eq!(browser.text(".person span").await, "ann@example.org");
    let (link, _) = share(&browser, VALUE, "").await;
    reveal(&browser, &link).await;
    assert_eq!(browser.text("#value").await, VALUE);
    browser.go(&site.at("/")).await;
    browser.submit(".person button").await;
    assert!(browser.text(".card").await.contains("may still know you"));
}

/// A session ends while somebody types: the text is there when they have signed in again.
#[tokio::test]
async fn a_text_outlives_its_session() {
    let site = Site::with(CLOSED);
    let account = site.account("ann@example.org");
    let driver = Driver::start();
    let browser = driver.browser().await;
    browser.go(&site.at("/sign-in")).await;
    sign_in(&browser, &account.email, &account.token).await;
    browser.write("#secret", VALUE).await;
    assert_eq!(site.change("UPDATE accounts SET sessions = sessions + 1"), 1);
    browser.submit("button[value=share]").await;
    assert_eq!(browser.text("h1").await, "You are not signed in any more");
    assert_eq!(browser.value("#secret").await, VALUE);
}

/// Bytes over the wire of the page that is shown and all that it loads.
const LOADED: &str = "return performance.getEntries().filter((entry) => 'transferSize' in entry)
                        .reduce((sum, { transferSize }) => sum + transferSize, 0);";

/// A page to sign in at weighs as little as a reader's.
#[tokio::test]
async fn the_pages_are_light() {
    let site = Site::start();
    let account = site.account("ann@example.org");
    let driver = Driver::start();
    let browser = driver.browser().await;
    browser.go(&site.at("/sign-in?locale=bg")).await;
    let first = browser.run(LOADED).await.as_u64().unwrap();
    sign_in(&browser, &account.email, &account.token).await;
    browser.go(&site.at("/?locale=bg")).await;
    let home = browser.run(LOADED).await.as_u64().unwrap();
    eprintln!("{first} bytes to sign in, {home} for the form");
    assert!((3_000..=30_000).contains(&first) && (3_000..=30_000).contains(&home), "{first}, {home}");
}
