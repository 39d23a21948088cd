//! A person shares, another reads, and then it is gone.

use super::driver::Driver;
use super::site::{PASSPHRASE, Site, VALUE, is_gone, reveal, share};

#[tokio::test]
async fn a_link_is_copied_and_read_once_by_somebody_else() {
    let (site, driver) = (Site::start(), Driver::start());
    let (sharer, reader) = (driver.browser().await, driver.browser().await);
    sharer.go(&site.at("/")).await;
    let (shown, receipt) = share(&sharer, VALUE, "").await;
    let link = sharer.copy("link").await;
    assert_eq!(link, shown);
    let by_hand =
        "getSelection().selectAllChildren(document.getElementById('link')); return String(getSelection())";
    assert_eq!(sharer.run(by_hand).await, shown.as_str(), "selected, it is one line");
    assert!(link.starts_with(&site.at("/secret/")), "{link}");

    reader.go(&link).await;
    assert!(!reader.has("#value").await);
    sharer.go(&receipt).await;
    assert_eq!(sharer.text("#state").await, "Not read yet");
    reader.submit("button.primary").await;
    assert_eq!(reader.text("#value").await, VALUE);
    assert_eq!(reader.copy("value").await, VALUE);
    is_gone(&reader, &link).await;
    is_gone(&sharer, &link).await;
    sharer.go(&receipt).await;
    assert_eq!(sharer.text("#state").await, "Read");
    assert_eq!((sharer.complaints(), reader.complaints()), (vec![], vec![]));
}

#[tokio::test]
async fn a_wrong_passphrase_can_be_corrected() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    let (link, _) = share(&browser, VALUE, PASSPHRASE).await;
    reveal(&browser, &link).await;
    assert!(!browser.has("#passphrase-wrong").await && !browser.has("#value").await);
    browser.write("#passphrase", "sword fish").await;
    browser.submit("button.primary").await;
    assert_eq!(
        browser.text("#passphrase-wrong").await,
        "This passphrase is wrong. The secret is still there. There are 4 more tries."
    );
    assert!(!browser.has("#value").await);

    // Shown while it is typed, and hidden again.
    browser.write("#passphrase", PASSPHRASE).await;
    assert_eq!(browser.attribute("#passphrase", "type").await, "password");
    browser.click("[data-show] button").await;
    assert_eq!(browser.attribute("#passphrase", "type").await, "text");
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, VALUE);
    is_gone(&browser, &link).await;
}

#[tokio::test]
async fn a_generated_password_is_what_the_reader_gets() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    browser.submit("button[value=generate]").await;
    let password = browser.text("#value").await;
    assert_eq!(browser.copy("value").await, password);
    let link = browser.text("#link").await;
    reveal(&browser, &link).await;
    assert_eq!(browser.text("#value").await, password);
    is_gone(&browser, &link).await;
}
