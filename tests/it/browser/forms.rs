//! What a script does for whoever types: what is wrong is told before it is sent, another language loses nothing, and a value
//! goes into a file as it is.

use std::fs;

use serde_json::{Value, json};

use super::driver::Driver;
use super::page::Browser;
use super::site::{PASSPHRASE, Site, VALUE, reveal};
use crate::support::eventually;

/// What is held by the field.
async fn held(browser: &Browser<'_>, field: &str) -> Value {
    browser.run(&format!("return document.querySelector({field:?}).value")).await
}

#[tokio::test]
async fn what_is_wrong_is_told_before_it_is_sent() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    browser.run("window.same = true").await;
    // 10,001 bytes, of far fewer characters.
    browser.run("document.getElementById('secret').value = '密'.repeat(3333) + 'xy'").await;
    browser.write("#passphrase", PASSPHRASE).await;
    browser.click("button[value=share]").await;
    assert_eq!(browser.text("#secret-wrong").await, "The secret is too long: 10000 bytes are allowed.");
    assert_eq!(browser.run("return document.activeElement.id").await, "secret");
    assert_eq!(held(&browser, "#passphrase").await, PASSPHRASE, "it was not sent");

    browser.run("document.getElementById('secret').value = 'a note'").await;
    browser.click("button[value=generate]").await;
    assert!(browser.text("#secret-wrong").await.starts_with("This text would be left out."));

    // Characters as they are counted here: composed, and none of them twice.
    browser.run("document.getElementById('passphrase').value = 'e\\u0301'.repeat(128) + '🔑'").await;
    browser.click("button[value=share]").await;
    assert!(browser.text("#passphrase-wrong").await.contains("128 characters are allowed"));
    assert_eq!(browser.run("return window.same").await, true, "nothing was sent");
    browser.run("document.getElementById('passphrase').value = 'e\\u0301'.repeat(127) + '🔑'").await;
    browser.submit("button[value=share]").await;
    reveal(&browser, &browser.text("#link").await).await;
    assert!(browser.has("#passphrase").await);
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}

/// By the browser itself that there is none, by the script how long it is.
#[tokio::test]
async fn a_passphrase_that_is_asked_for_is_asked_for_before_it_is_sent() {
    let rule = [("READONCE_PASSPHRASE__REQUIRED", "true"), ("READONCE_PASSPHRASE__MIN_LENGTH", "8")];
    let (site, driver) = (Site::with(&rule), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    browser.run("window.same = true").await;
    browser.write("#secret", VALUE).await;
    browser.click("button[value=share]").await;
    assert_eq!(browser.run("return document.querySelector('#passphrase').validity.valueMissing").await, true);
    browser.write("#passphrase", "sieben7").await;
    browser.click("button[value=share]").await;
    assert_eq!(browser.text("#passphrase-wrong").await, "It needs 8 characters at least.");
    browser
        .run("document.getElementById('passphrase').value = ''; document.getElementById('secret').value = ''")
        .await;
    browser.click("button[value=generate]").await;
    assert_eq!(browser.text("#passphrase-wrong").await, "A passphrase is needed here. Please type one.");
    assert_eq!(browser.run("return window.same").await, true, "nothing was sent");
    browser.write("#passphrase", PASSPHRASE).await;
    browser.submit("button[value=generate]").await;
    assert!(browser.has("#link").await);
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}

#[tokio::test]
async fn another_language_loses_nothing_that_was_typed() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    browser.write("#secret", VALUE).await;
    browser.write("#passphrase", PASSPHRASE).await;
    browser
        .run("document.getElementById('ttl').value = '3600'; document.getElementById('length').value = '20'")
        .await;
    browser.run("document.getElementById('symbols').checked = false").await;
    browser.click("button[lang=bg]").await;
    eventually("the page in Bulgarian", async || {
        (browser.attribute("html", "lang").await == "bg" && browser.text("h1").await.starts_with("Сподел"))
            .then_some(())
    })
    .await;
    assert!(browser.url().await.ends_with("/?locale=bg"));
    for (field, value) in
        [("#secret", VALUE), ("#passphrase", PASSPHRASE), ("#ttl", "3600"), ("#length", "20")]
    {
        assert_eq!(held(&browser, field).await, value, "{field}");
    }
    assert_eq!(browser.run("return document.getElementById('symbols').checked").await, false);
    // The page that is there now is as good as the first.
    browser.click("button[lang=de]").await;
    eventually("the page in German", async || {
        (browser.attribute("html", "lang").await == "de").then_some(())
    })
    .await;
    browser.submit("button[value=share]").await;
    assert_eq!(browser.attribute("html", "lang").await, "de");
    let link = browser.text("#link").await;
    reveal(&browser, &link).await;
    browser.write("#passphrase", PASSPHRASE).await;
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, VALUE);
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}

/// What the server knows of a passphrase, a page that is fetched would not.
#[tokio::test]
async fn a_form_that_came_back_goes_on_asking_for_its_passphrase() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    let send = "const form = document.querySelector('form');
                form.secret.value = 'x'.repeat(10001); form.passphrase.value = 'right'; form.submit();";
    browser.leaving(async || drop(browser.run(send).await)).await;
    browser.submit("button[lang=de]").await;
    assert_eq!(browser.attribute("html", "lang").await, "de");
    assert!(browser.text("#passphrase-wrong").await.starts_with("Bitte die Passphrase noch einmal"));
    assert_eq!(browser.run("return document.getElementById('secret').value.length").await, 10_001);
    browser.run("document.getElementById('secret').value = 'short'").await;
    browser.submit("button[value=share]").await;
    assert!(browser.has("#passphrase-wrong").await, "it is not shared unprotected");
}

#[tokio::test]
async fn without_a_script_another_language_loses_no_text() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser_without_scripts().await;
    browser.go(&site.at("/")).await;
    browser.write("#secret", VALUE).await;
    browser.submit("button[lang=bg]").await;
    assert_eq!(browser.attribute("html", "lang").await, "bg");
    browser.submit("button[value=share]").await;
    let link = browser.text("#link").await;
    reveal(&browser, &link).await;
    assert_eq!(browser.text("#value").await, VALUE);
}

#[tokio::test]
async fn a_value_is_saved_byte_for_byte() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    for value in ["-----BEGIN KEY-----\r\nMIIE\rvQ\n\n", "\u{feff}nul\0 é 🔑\u{2028}", VALUE] {
        let folder = tempfile::tempdir().unwrap();
        let where_to = json!({ "behavior": "allow", "downloadPath": folder.path() });
        browser.develop("Browser.setDownloadBehavior", &where_to);
        reveal(&browser, &site.link(&site.client().share(value))).await;
        browser.click("[data-save] button + button").await;
        let file = folder.path().join("secret.txt");
        let saved =
            eventually("a file", async || fs::read(&file).ok().filter(|bytes| !bytes.is_empty())).await;
        assert_eq!(saved, value.as_bytes());
        assert!(browser.has("#value").await, "the page stays");
    }
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}
