//! WCAG 2.2 AA as far as a program can tell: axe-core finds nothing on any page, in light and dark, wide and narrow.

use std::fs;
use std::path::Path;

use readonce::domain::Locale;

use super::driver::Driver;
use super::page::Browser;
use super::site::Site;
use super::tour::{PAGES, Sites};

/// What axe-core finds, a line each.
pub(super) async fn findings(browser: &Browser<'_>, axe: &str) -> Vec<String> {
    if browser.run("return typeof axe").await == "undefined" {
        browser.run(axe).await;
    }
    let found = browser
        .run_later(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
                                 resultTypes: ['violations'] })
               .then(({ violations, passes }) => passes.length < 10 ? ['it hardly looked'] : violations.flatMap(({ id, nodes }) =>
                 nodes.map((node) => `${id}: ${node.html}: ${node.failureSummary}`)))",
        )
        .await;
    let found = found.as_array().unwrap_or_else(|| panic!("axe-core failed: {found}"));
    found.iter().map(ToString::to_string).collect()
}

pub(super) fn axe() -> String {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/axe/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}\nhint: `scripts/test` installs it", file.display()))
}

/// What axe-core finds on every page in one language, light and wide, dark and narrow.
async fn nothing_is_found(sites: &Sites, browser: &Browser<'_>, query: &str) {
    let axe = axe();
    let (mut pages, mut wrong) = (0, Vec::new());
    sites
        .visit(browser, query, async |page| {
            for (scheme, width) in [("light", 1280), ("dark", 320)] {
                browser.prefer(scheme);
                browser.resize(width, 900);
                let found = findings(browser, &axe).await;
                wrong.extend(found.iter().map(|finding| format!("{page}, {scheme}: {finding}")));
            }
            pages += 1;
        })
        .await;
    assert!(wrong.is_empty(), "{query}: {wrong:#?}");
    assert_eq!(pages, PAGES);
    assert_eq!(browser.complaints(), [] as [&str; 0], "of the content security policy, or of scripts");
}

#[tokio::test]
async fn nothing_is_found_on_any_page_in_light_and_dark() {
    let (sites, driver) = (Sites::start(), Driver::start());
    nothing_is_found(&sites, &driver.browser().await, "").await;
}

/// Four times as long: lengths, languages and directions of words are all that differs.
#[tokio::test]
#[ignore = "takes minutes: scripts/test long"]
async fn nor_in_the_other_languages() {
    let (sites, driver) = (Sites::start(), Driver::start());
    for locale in Locale::ALL.iter().copied().filter(|locale| *locale != Locale::En) {
        nothing_is_found(&sites, &driver.browser().await, &format!("?locale={}", locale.tag())).await;
    }
}

/// Both watchmen are awake.
#[tokio::test]
async fn what_is_wrong_would_be_found() {
    let (site, driver) = (Site::start(), Driver::start());
    let browser = driver.browser().await;
    browser.go(&site.at("/")).await;
    browser
        .run(
            "document.querySelector('label').remove();
             document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">styled</p>');",
        )
        .await;
    let found = findings(&browser, &axe()).await;
    assert!(found.iter().any(|finding| finding.contains("label: ")), "{found:?}");
    let complaints = browser.complaints();
    assert!(complaints.iter().any(|text| text.contains("Content Security Policy")), "{complaints:?}");
}
