//! What is read is what was shared, byte for byte, on the page and in the clipboard.

use super::driver::Driver;
use super::site::{Site, reveal};

#[tokio::test]
async fn a_value_is_shown_and_copied_as_it_is() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    for value in [
        "\n\n  first lines and blanks \t\n\n",
        "-----BEGIN KEY-----\r\nMIIE\rvQ\r\n-----END KEY-----\r\n",
        "</pre><script>document.title = 'x'</script>&amp;&lt;&#13;<!--",
        "\u{feff}\u{200b}\u{202e}right to left\u{202c} e\u{301} 👩\u{200d}💻 \u{1}\u{7f}\u{85}\u{2028}\u{fffd}",
    ] {
        let shared = site.client().share(value);
        reveal(&browser, &site.link(&shared)).await;
        assert_eq!(browser.text("#value").await, value);
        assert_eq!(browser.copy("value").await, value);
        assert!(browser.title().await.starts_with("Here is the secret"));
    }

    // No element can hold a NUL, so the page shows a picture of it, and the button knows better.
    let shared = site.client().share("a\0b\r\n\u{feff}");
    reveal(&browser, &site.link(&shared)).await;
    assert_eq!(browser.text("#value").await, "a\u{2400}b\r\n\u{feff}");
    browser
        .run("window.copied = []; navigator.clipboard.writeText = async (text) => copied.push(text)")
        .await;
    browser.click("[data-copy=value] button").await;
    assert_eq!(browser.run("return copied").await, serde_json::json!(["a\0b\r\n\u{feff}"]));
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}
