//! Whoever shared a secret destroys it, after being asked once more.

use super::driver::Driver;
use super::site::{Site, VALUE, is_gone, share};

#[tokio::test]
async fn it_is_asked_whether_it_is_meant() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    let (link, receipt) = share(&browser, VALUE, "").await;
    browser.submit("a.button").await;
    assert_eq!(browser.text("#link").await, link);
    browser.submit("a.danger").await;
    assert_eq!(browser.text("h1").await, "Destroy this secret?");
    browser.submit("a.plain").await;
    assert_eq!(browser.url().await, receipt);
    assert_eq!(browser.text("#state").await, "Not read yet", "kept");

    browser.submit("a.danger").await;
    browser.submit("button.danger").await;
    assert_eq!(browser.text("#state").await, "Destroyed");
    assert!(!browser.has("#link, a.danger").await);
    is_gone(&browser, &link).await;
    browser.go(&format!("{receipt}/burn")).await;
    assert!(!browser.has("button.danger").await, "there is nothing to ask about");
    assert_eq!(browser.text("h1").await, "There is nothing left to destroy");
}
