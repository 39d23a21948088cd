//! Not a test, but made like one: the pictures of the README, by `scripts/page-pictures`.

use std::fs;
use std::path::Path;

use readonce::domain::Locale;
use serde_json::json;

use super::driver::Driver;
use super::page::Browser;
use super::site::{Site, reveal, share};
use super::tour::Sites;

/// A window, what its person likes, and in which language.
struct Look {
    name: &'static str,
    width: u32,
    height: u32,
    scheme: &'static str,
    query: &'static str,
    secret: &'static str,
    /// What is taken a picture of.
    pages: &'static [&'static str],
}

const WIDE: Look = Look {
    name: "light",
    width: 960,
    height: 720,
    scheme: "light",
    query: "?locale=en",
    secret: ENGLISH,
    pages: &[],
};
const LOOKS: [Look; 4] = [
    Look { pages: &["share", "link", "status", "ask", "value", "about"], ..WIDE },
    Look { name: "dark", scheme: "dark", pages: &["share", "value"], ..WIDE },
    Look { name: "phone", width: 320, height: 640, pages: &["share", "link", "passphrase"], ..WIDE },
    Look { name: "german", query: "?locale=de", secret: GERMAN, pages: &["share", "link"], ..WIDE },
];
const ENGLISH: &str = "router.example.org\nadmin / correct horse battery staple";
const GERMAN: &str = "router.example.org\nadmin / Rindfleischetikettierung";

/// The whole page, however high it is, if there is to be a picture of it.
async fn picture(browser: &Browser<'_>, look: &Look, page: &str) {
    if !look.pages.contains(&page) {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    fs::create_dir_all(&folder).unwrap();
    let height =
        browser.run("document.activeElement.blur(); return document.documentElement.scrollHeight").await;
    browser.resize(look.width, look.height.max(u32::try_from(height.as_u64().unwrap()).unwrap()));
    fs::write(folder.join(format!("page-{page}-{}.png", look.name)), browser.picture().await).unwrap();
    browser.resize(look.width, look.height);
}

#[tokio::test]
#[ignore = "makes pictures: scripts/page-pictures"]
async fn of_the_pages() {
    // An address that people could have, instead of one of the loopback.
    let public = "https://secrets.example.org";
    let public_url = [("READONCE_BASE_URL", public)];
    let (site, regional, driver) = (Site::with(&public_url), Site::regional(&public_url), Driver::start());
    for look in LOOKS {
        let browser = driver.browser().await;
        browser.develop("Emulation.setTimezoneOverride", &json!({ "timezoneId": "Europe/Berlin" }));
        browser.prefer(look.scheme);
        browser.resize(look.width, look.height);
        browser.go(&site.at(&format!("/{}", look.query))).await;
        browser.write("#secret", look.secret).await;
        picture(&browser, &look, "share").await;
        browser.go(&site.at(&format!("/{}", look.query))).await;
        let (link, _) = share(&browser, look.secret, "right").await;
        picture(&browser, &look, "link").await;
        browser.submit("a.button").await;
        picture(&browser, &look, "status").await;
        let link = site.at(&format!("{}{}", link.strip_prefix(public).unwrap(), look.query));
        browser.go(&link).await;
        picture(&browser, &look, "ask").await;
        reveal(&browser, &link).await;
        picture(&browser, &look, "passphrase").await;
        browser.write("#passphrase", "right").await;
        browser.submit("button.primary").await;
        picture(&browser, &look, "value").await;
        browser.go(&regional.at(&format!("/about{}", look.query))).await;
        picture(&browser, &look, "about").await;
    }
}

/// For eyes: what no program sees. `target/pages/LOCALE-NUMBER-PAGE-LOOK.png`.
#[tokio::test]
#[ignore = "makes pictures of every page, to be looked at"]
async fn of_every_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    fs::create_dir_all(&folder).unwrap();
    let (sites, driver) = (Sites::start(), Driver::start());
    for locale in Locale::ALL.iter().copied() {
        let browser = driver.browser().await;
        let mut number = 0;
        sites
            .visit(&browser, &format!("?locale={}", locale.tag()), async |page| {
                number += 1;
                for (look, scheme, width) in [
                    ("wide", "light", 1280),
                    ("wide-dark", "dark", 1280),
                    ("phone", "light", 360),
                    ("phone-dark", "dark", 360),
                ] {
                    browser.prefer(scheme);
                    browser.resize(width, 640);
                    let height = browser.run("return document.documentElement.scrollHeight").await;
                    browser.resize(width, u32::try_from(height.as_u64().unwrap()).unwrap());
                    let name = format!(
                        "{}-{number:02}-{}-{look}.png",
                        locale.tag(),
                        page.replace([' ', ':', ','], "_")
                    );
                    fs::write(folder.join(name), browser.picture().await).unwrap();
                }
            })
            .await;
    }
}
