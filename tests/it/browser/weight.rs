//! What a reader's browser loads: little, and from here only.

use serde_json::Value;

use super::driver::Driver;
use super::site::Site;

/// Bytes over the wire, with headers, of the page that is shown and all that it loads.
const LOADED: &str = "return performance.getEntries().filter((entry) => 'transferSize' in entry)
                        .map(({ name, transferSize }) => [name, transferSize]);";

/// The same of what came after that page.
const REVEALED: &str =
    "return performance.getEntriesByType('resource').map(({ name, transferSize }) => [name, transferSize]);";

fn bytes(loaded: &Value) -> u64 {
    loaded.as_array().unwrap().iter().map(|entry| entry[1].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn a_reader_loads_less_than_thirty_kilobytes() {
    let (site, driver) = (Site::start(), Driver::start());
    let shared = site.client().share("hello");
    let browser = driver.browser().await;
    browser.go(&format!("{}?locale=bg", site.link(&shared))).await;
    let first = browser.run(LOADED).await;
    let loaded = first.as_array().unwrap();
    assert!(loaded.len() >= 4, "page, style, script, icon: {first}");
    for entry in loaded {
        assert!(entry[0].as_str().unwrap().starts_with(&site.at("/")), "{first}");
    }
    // The icon of the page is that of the window as well, and may be there already when it is asked for again.
    let fetched = loaded.iter().filter(|entry| entry[1].as_u64() > Some(300)).count();
    assert!(fetched >= 4, "they came out of no cache: {first}");
    browser.run("performance.clearResourceTimings()").await;
    browser.submit("button.primary").await;
    assert_eq!(browser.text("#value").await, "hello");
    let second = browser.run(REVEALED).await;
    let (asked, revealed) = (bytes(&first), bytes(&second));
    eprintln!("{asked} bytes to ask, {revealed} to reveal");
    assert!(asked <= 30_000, "{first}");
    assert!((500..10_000).contains(&revealed), "only the page itself: {second}");
}
