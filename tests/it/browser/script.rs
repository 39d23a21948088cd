//! With scripts blocked, everything works; what needs one is not even there.

use super::driver::Driver;
use super::site::{PASSPHRASE, Site, VALUE, is_gone, reveal, share};

#[tokio::test]
async fn all_of_it_works_without_scripts() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser_without_scripts().await;
    browser.go(&site.at("/")).await;
    assert!(!browser.has("[data-show] button").await, "scripts run after all");
    let (link, receipt) = share(&browser, VALUE, PASSPHRASE).await;
    assert!(!browser.has("[data-copy] button").await);
    browser.click("summary").await;
    assert!(browser.one(".qr").await.is_displayed().await.unwrap());

    reveal(&browser, &link).await;
    browser.write("#passphrase", "wrong").await;
    browser.submit("button.primary").await;
    assert!(browser.has("#passphrase-wrong").await);
    browser.write("#passphrase", PASSPHRASE).await;
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, VALUE);
    is_gone(&browser, &link).await;
    browser.go(&receipt).await;
    assert_eq!(browser.text("#state").await, "Read");
    assert!(browser.text("time").await.ends_with(" UTC"), "the zone is told");

    browser.go(&site.at("/?locale=de")).await;
    browser.submit("button[value=generate]").await;
    assert_eq!(browser.attribute("html", "lang").await, "de");
    let link = browser.text("#link").await;
    browser.submit("a.button").await;
    browser.submit("a.danger").await;
    browser.submit("button.danger").await;
    assert_eq!(browser.text("#state").await, "Vernichtet");
    is_gone(&browser, &link).await;
}

/// Times are shown in the reader's own zone, in the page's language.
#[tokio::test]
async fn a_script_shows_times_where_the_reader_is() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.develop("Emulation.setTimezoneOverride", &serde_json::json!({ "timezoneId": "Asia/Tokyo" }));
    let shared = site.client().share("hello");
    browser.go(&format!("{}?locale=de", site.receipt(&shared))).await;
    let expected = browser
        .run(
            "const at = new Date(document.querySelector('time').dateTime);
             return at.toLocaleString('de', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Tokyo' });",
        )
        .await;
    assert_eq!(browser.text("time").await, expected.as_str().unwrap());
    assert!(browser.attribute("time", "title").await.ends_with(" UTC"));
}
