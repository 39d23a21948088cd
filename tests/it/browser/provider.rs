//! People sign in with a real provider, in a real browser, with scripts and without.

use super::access::{axe, findings};
use super::driver::Driver;
use super::page::Browser;
use super::site::{VALUE, is_gone, reveal, share};
use crate::support::eventually;
use crate::support::oidc::House;

/// Signs in at the provider's own page, if it is shown.
async fn sign_in(browser: &Browser<'_>, house: &House, who: &str) {
    browser.go(&house.at("/sign-in")).await;
    browser.click("a.button.primary").await;
    browser.one("input[name=login]").await; // a page of the provider's
    assert!(browser.url().await.starts_with(&house.relay.issuer()), "{}", browser.url().await);
    browser.write("input[name=login]", who).await;
    browser.write("input[name=password]", "any").await;
    browser.submit("button[type=submit]").await;
}

/// Goes there once more: the provider knows who they are.
async fn sign_in_again(browser: &Browser<'_>, house: &House) {
    browser.go(&house.at("/sign-in")).await;
    browser.submit("a.button.primary").await;
}

async fn walk(browser: Browser<'_>, reader: Browser<'_>, house: &House) {
    sign_in(&browser, house, "alice").await;
    assert_eq!(browser.url().await, house.at("/"));
    assert_eq!(browser.text(".person > span").await, "alice@example.org");
    let (link, _) = share(&browser, VALUE, "").await;
    reveal(&reader, &link).await;
    assert_eq!(reader.text("#value").await, VALUE);
    is_gone(&reader, &link).await;

    browser.go(&house.at("/")).await;
    browser.submit(".person button").await;
    assert_eq!(browser.text("h1").await, "You are signed out");
    let there = browser.attribute(".card a", "href").await;
    assert_eq!(there, format!("{}/session/end?client_id=readonce", house.relay.issuer()));
    // The provider still knows them: the next click signs the same person in.
    sign_in_again(&browser, house).await;
    assert_eq!(browser.text(".person > span").await, "alice@example.org");
    // Until they sign out there: it asks, and then asks who they are.
    browser.submit(".person button").await;
    browser.click(".card a").await;
    let there = async || browser.url().await.starts_with(&house.relay.issuer()).then_some(());
    eventually("a page of the provider's", there).await;
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn they_sign_in_share_and_sign_out() {
    let house = tokio::task::spawn_blocking(|| House::with("", &[("READONCE_ACCESS__JOIN", "anyone")])).await;
    let (house, driver) = (house.unwrap(), Driver::start());
    walk(driver.browser().await, driver.browser().await, &house).await;
    let without = (driver.browser_without_scripts().await, driver.browser_without_scripts().await);
    walk(without.0, without.1, &house).await;
    tokio::task::spawn_blocking(move || drop(house)).await.unwrap();
}

#[tokio::test]
async fn who_is_refused_is_told_why_and_may_begin_again() {
    let house = tokio::task::spawn_blocking(|| House::with("", &[("READONCE_ACCESS__JOIN", "anyone")])).await;
    let (house, driver) = (house.unwrap(), Driver::start());
    let browser = driver.browser().await;
    sign_in(&browser, &house, "unverified").await;
    assert_eq!(browser.text("h1").await, "Nobody was signed in");
    assert!(browser.text(".card p").await.contains("oidc.trust_email"));
    assert_eq!(browser.text(".card a.button").await, "Sign in again");
    let axe = axe();
    for address in [browser.url().await, house.at("/sign-in")] {
        browser.go(&address).await;
        for (scheme, width) in [("light", 1280), ("dark", 320)] {
            browser.prefer(scheme);
            browser.resize(width, 900);
            assert_eq!(findings(&browser, &axe).await, Vec::<String>::new(), "{address}, {scheme}");
        }
    }
    sign_in_again(&browser, &house).await;
    // Back and forth, and loaded anew: what was answered once is over.
    browser.reload().await;
    assert!(browser.text(".card p").await.contains("This sign-in is over"));
    assert_eq!(browser.complaints(), Vec::<String>::new());
    tokio::task::spawn_blocking(move || drop(house)).await.unwrap();
}
