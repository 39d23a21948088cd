//! Every page in every language, also as narrow as WCAG asks for (1.4.10).

use readonce::domain::Locale;
use readonce::i18n;
use serde_json::Value;

use super::driver::Driver;
use super::site::{Site, share};
use super::tour::{PAGES, Sites};

/// The names of messages that cannot be taken for words.
fn names() -> Vec<String> {
    let files = i18n::files(Locale::En);
    let lines = files.iter().flat_map(|(_, text)| text.lines());
    let names = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    names.filter(|name| name.contains('-') && !name.contains(' ')).map(str::to_owned).collect()
}

/// The words of headings that a line break goes through.
const BROKEN: &str = r"
    const broken = [];
    for (const heading of document.querySelectorAll('h1, h2')) {
        const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const text = walker.currentNode;
            for (const { index, 0: word } of text.data.matchAll(/[\p{Script=Latin}\p{Script=Cyrillic}]+/gu)) {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
                if (lines.size > 1) broken.push(word);
            }
        }
    }
    return broken;";

#[tokio::test]
async fn every_page_is_whole_in_every_language_and_on_a_narrow_screen() {
    let (sites, driver, names) = (Sites::start(), Driver::start(), names());
    assert!(names.len() > 80);
    let browser = driver.browser().await;
    let mut titles = Vec::new();
    for locale in Locale::ALL.iter().copied() {
        browser.resize(320, 640);
        let mut own = Vec::new();
        sites
            .visit(&browser, &format!("?locale={}", locale.tag()), async |page| {
                let told = format!("{page} in `{}`", locale.tag());
                let seen = browser
                    .run(
                        "const { documentElement: html, body, title } = document;
                         return [html.lang, title, body.innerText, html.scrollWidth];",
                    )
                    .await;
                let text = |index: usize| seen[index].as_str().unwrap();
                assert_eq!(text(0), locale.tag(), "{told}");
                assert!(text(1).contains(" · "), "{told}: {}", text(1));
                let raw: Vec<_> =
                    names.iter().filter(|name| text(1).contains(*name) || text(2).contains(*name)).collect();
                assert!(raw.is_empty() && !text(2).contains("{ $"), "{told}: {raw:?}");
                assert_eq!(seen[3], Value::from(320), "{told} has to be scrolled sideways");
                let broken = browser.run(BROKEN).await;
                assert_eq!(broken, Value::Array(Vec::new()), "{told}");
                own.push(text(1).to_owned());
            })
            .await;
        assert_eq!(own.len(), PAGES);
        titles.push(own);
    }
    // Another language, other titles.
    for (index, title) in titles[0].iter().enumerate() {
        for (other, locale) in titles.iter().zip(Locale::ALL.iter().copied()).skip(1) {
            assert_ne!(&other[index], title, "in `{}`", locale.tag());
        }
    }
    assert_eq!(browser.complaints(), [] as [&str; 0]);
}

#[tokio::test]
async fn the_browsers_language_is_taken_and_another_can_be_chosen() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser_for("it,sv,en").await;
    browser.go(&site.at("/")).await;
    assert_eq!(browser.attribute("html", "lang").await, "sv");
    browser.submit("button[lang=bg]").await;
    let (link, receipt) = share(&browser, "тайна", "").await;
    assert_eq!(browser.attribute("html", "lang").await, "bg", "it is kept");
    browser.go(&receipt).await;
    assert_eq!(browser.attribute("html", "lang").await, "bg");
    browser.go(&link).await;
    assert_eq!(browser.attribute("html", "lang").await, "sv", "the reader's, not the sharer's");
}
