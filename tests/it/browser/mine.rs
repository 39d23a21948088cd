//! People see what became of their shares, and make and end their API tokens, with a script and without.

use std::process::Command;

use super::driver::Driver;
use super::page::Browser;
use super::site::{Site, VALUE, share, sign_in};
use crate::support::Account;

/// What curl is answered, by a token.
fn curl(account: &Account, arguments: &[&str]) -> String {
    let who = format!("{}:{}", account.email, account.token);
    let output = Command::new("curl").args(["-s", "-u", &who]).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a published client of v1 says, which does everything that it can.
fn published(site: &Site, account: &Account) -> String {
    const ROOT: &str = env!("CARGO_MANIFEST_DIR");
    let mut command = Command::new("node");
    command.arg(format!("{ROOT}/tests/it/process/published/client.js"));
    command.args([&site.at(""), &account.email, &account.token]);
    command.env("NODE_PATH", format!("{ROOT}/target/tools/node/node_modules"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "hint: scripts/test installs the client: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

async fn walk(browser: &Browser<'_>) {
    let site = Site::with(&[("READONCE_ACCESS__CREATE", "account")]);
    let account = site.account("ann@example.org");
    browser.go(&site.at("/sign-in?to=/shares")).await;
    sign_in(browser, &account.email, &account.token).await;
    assert_eq!(browser.url().await, site.at("/shares"));
    assert_eq!(browser.text("h1").await, "My shares");
    browser.go(&site.at("/")).await;
    let (_, receipt) = share(browser, VALUE, "").await;

    // A token, used by a program, whose share is there as well.
    browser.submit(".person a[href$='/tokens']").await;
    browser.write("#name", "curl").await;
    browser.submit("main form button.primary").await;
    let made = Account { token: browser.text("#value").await, ..account.clone() };
    assert_eq!(made.token.len(), 40);
    // A published client does all it can with it, and finds what it shared itself in its list, and nothing else.
    assert_eq!(published(&site, &made), "every operation works\n");
    let api = site.at("/api/v1");
    let shared = curl(&made, &["-d", "secret=by curl", &format!("{api}/share")]);
    assert!(shared.contains("\"secret_key\""), "{shared}");
    browser.submit(".person a[href$='/shares']").await;
    assert_eq!(browser.text(".rows li:first-child strong").await, "Not read yet");
    assert_eq!(browser.text(".rows li:last-child strong").await, "Not read yet");

    // The newest is destroyed: that of curl.
    browser.submit(".rows li a").await;
    browser.submit("button.danger").await;
    assert_eq!(browser.text(".rows li:first-child strong").await, "Destroyed");
    assert_eq!(browser.text(".rows li:last-child strong").await, "Not read yet");
    browser.go(&receipt).await;
    assert_eq!(browser.text("#state").await, "Not read yet");

    // Revoked, the token is refused.
    browser.go(&site.at("/tokens")).await;
    let rows = browser.text(".rows").await;
    assert!(rows.contains("First token") && rows.contains("curl"), "{rows}");
    browser.submit(".rows li:last-child a").await;
    browser.submit("button.danger").await;
    let rows = browser.text(".rows").await;
    assert!(rows.contains("First token") && !rows.contains("curl"), "{rows}");
    let refused = curl(&made, &["-d", "secret=x", &format!("{api}/share")]);
    assert!(refused.contains("Not authorized"), "{refused}");
    browser.submit(".person button").await;
    assert_eq!(browser.text("h1").await, "You are signed out");
    browser.go(&site.at("/shares")).await;
    assert_eq!(browser.text("h1").await, "Please sign in");
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}

#[tokio::test]
async fn shares_and_tokens_with_a_script() {
    let driver = Driver::start();
    walk(&driver.browser().await).await;
}

#[tokio::test]
async fn shares_and_tokens_without_a_script() {
    let driver = Driver::start();
    walk(&driver.browser_without_scripts().await).await;
}

/// Full of shares, in the language that takes the most bytes.
#[tokio::test]
async fn the_pages_are_light() {
    // With heads, and whether or not it is in the cache.
    const LOADED: &str = "return performance.getEntries().filter((entry) => 'encodedBodySize' in entry)
                            .reduce((sum, { encodedBodySize }) => sum + encodedBodySize + 300, 0);";
    let site = Site::start();
    let account = site.account("ann@example.org");
    for _ in 0..21 {
        curl(&account, &["-d", "secret=x", &site.at("/api/v1/share")]);
    }
    let driver = Driver::start();
    let browser = driver.browser().await;
    browser.go(&site.at("/sign-in?to=/")).await;
    sign_in(&browser, &account.email, &account.token).await;
    for path in ["/shares", "/tokens"] {
        browser.go(&site.at(&format!("{path}?locale=bg"))).await;
        let page = browser.run(LOADED).await.as_u64().unwrap();
        eprintln!("{path}: {page} bytes");
        assert!((12_000..=30_000).contains(&page), "{path}: {page}");
    }
}
