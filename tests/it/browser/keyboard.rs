//! Without a mouse: everything is reached by the tabulator in the order of the page, and it shows where one is.

use fantoccini::key::Key;
use serde_json::Value;

use super::driver::Driver;
use super::page::Browser;
use super::site::{Site, VALUE};

/// Goes on by the tabulator until the focus is on `selector`; what it was on meanwhile.
async fn tab_to(browser: &Browser<'_>, selector: &str) -> Vec<String> {
    let mut passed = Vec::new();
    loop {
        browser.press(&char::from(Key::Tab).to_string()).await;
        let script = format!(
            "const it = document.activeElement, style = getComputedStyle(it);
             return [it.matches({selector:?}), it.id || it.className || it.textContent, style.outlineStyle,
                     parseFloat(style.outlineWidth), style.outlineColor, innerWidth - it.getBoundingClientRect().right];"
        );
        let seen = browser.run(&script).await;
        let name = seen[1].as_str().unwrap().to_owned();
        let ring = seen[2] == "solid" && seen[3].as_f64() >= Some(2.0) && seen[4] != "rgba(0, 0, 0, 0)";
        assert!(ring && seen[5].as_f64() > Some(0.0), "the focus on `{name}` does not show: {seen}");
        passed.push(name);
        if seen[0] == Value::Bool(true) {
            return passed;
        }
        assert!(passed.len() < 20, "`{selector}` is not reached: {passed:?}");
    }
}

async fn enter(browser: &Browser<'_>) {
    browser.leaving(async || browser.press(&char::from(Key::Enter).to_string()).await).await;
}

#[tokio::test]
async fn sharing_and_reading_take_no_mouse() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    browser.press(VALUE).await; // the field has the focus already
    let passed = tab_to(&browser, "button[value=share]").await;
    assert_eq!(passed[0], "passphrase");
    assert!(passed.iter().position(|name| name == "ttl") == Some(passed.len() - 2), "{passed:?}");
    enter(&browser).await;
    let link = browser.text("#link").await;

    browser.go(&link).await;
    let passed = tab_to(&browser, "button.primary").await;
    assert_eq!(passed[0], "skip", "the first leads over what is on every page");
    enter(&browser).await;
    assert_eq!(browser.text("#value").await, VALUE);
    tab_to(&browser, "[data-copy=value] button").await;
    browser.press(&char::from(Key::Enter).to_string()).await;
    let word = browser.attribute("body", "data-copied").await;
    crate::support::eventually("a word that it is copied", async || {
        (browser.text("#status").await == word).then_some(())
    })
    .await;
    assert_eq!(browser.clipboard().await, VALUE);
}

#[tokio::test]
async fn the_first_link_leads_over_the_head_of_the_page() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/about")).await;
    tab_to(&browser, "a.skip").await;
    browser.press(&char::from(Key::Enter).to_string()).await;
    assert_eq!(browser.run("return document.activeElement.id").await, "main");
}
