//! Which language a page speaks, and that it speaks it throughout.

use axum::http::Method;
use readonce::domain::{Contact, Locale, Operator};
use readonce::i18n;
use readonce::web::Settings;

use super::site::{FORM, Page, Site, regional};
use crate::api_v1::app::policy;

#[tokio::test]
async fn a_chosen_language_wins_over_a_liked_one_and_stays() {
    let site = Site::new();
    for (query, liked, lang) in [
        ("", "", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "it, zh-CN;q=0.8, en;q=0.7", "zh"),
        ("", "fr-CA, en;q=0.5", "fr"),
        ("?locale=sv", "de", "sv"),
        ("?locale=BG", "de", "bg"),
        ("?locale=it", "de", "de"),
        ("?locale=%zz", "de", "de"),
        ("", "it", "en"),
    ] {
        let page = site.ask(Method::GET, &format!("/{query}"), &[("accept-language", liked)], "").await;
        assert_eq!(page.attribute("html", "lang"), lang, "{query} {liked}");
        let kept = if query.contains("sv") || query.contains("BG") {
            format!("?locale={lang}")
        } else {
            String::new()
        };
        assert_eq!(page.attribute("form", "action"), format!("/{kept}"));
        assert_eq!(page.attribute("a.brand", "href"), format!("/{kept}"));
        assert_eq!(page.attribute("[aria-current]", "lang"), lang);
    }
    let page = site.post("/?locale=de", "secret=x").await;
    assert!(page.attribute("a.button", "href").ends_with("?locale=de"));
    assert!(!page.text("#link").contains('?'), "whoever gets the link has a language, too");
}

/// Every page of a walk through all states.
async fn walk(site: &Site, locale: Locale) -> Vec<Page> {
    let q = format!("?locale={}", locale.tag());
    let shared = site.post(&format!("/{q}"), "secret=SECRET&passphrase=p").await;
    let link = shared.text("#link").replace("https://secrets.example.org/ots", "") + &q;
    let receipt = shared.attribute("a.button", "href");
    let burn = receipt.replace('?', "/burn?");
    let mut pages = vec![shared];
    for (method, path, form) in [
        (Method::GET, format!("/{q}"), ""),
        (Method::POST, format!("/{q}"), "secret="),
        (Method::POST, format!("/{q}"), "do=generate"),
        (Method::GET, format!("/about{q}"), ""),
        (Method::GET, receipt.clone(), ""),
        (Method::GET, burn.clone(), ""),
        (Method::GET, link.clone(), ""),
        (Method::POST, link.clone(), ""),
        (Method::POST, link.clone(), "passphrase=q"),
        (Method::POST, link.clone(), "passphrase=p"),
        (Method::POST, link, "passphrase=p"),
        (Method::GET, receipt, ""),
        (Method::POST, burn, ""),
        (Method::GET, format!("/secret/x{q}"), ""),
    ] {
        pages.push(site.ask(method, &path, &[("content-type", FORM)], form).await);
    }
    pages
}

#[tokio::test]
async fn every_page_is_wholly_in_its_language() {
    let operator = Operator { contact: Contact::parse("help@example.org"), ..Operator::default() };
    let site = Site::with(policy(), Settings { operator, ..regional() });
    let english = walk(&site, Locale::En).await;
    for locale in Locale::ALL.iter().copied() {
        for (page, english) in walk(&site, locale).await.iter().zip(&english) {
            let heading = page.heading();
            assert_eq!(page.status(), english.status(), "{heading}");
            assert_eq!(page.attribute("html", "lang"), locale.tag());
            assert!(!heading.is_empty() && page.text("title").starts_with(&heading));
            // A name that is no message comes out as itself; an argument that is missing in braces.
            assert!(!page.answer.text.contains("{ $"), "{heading}");
            // A password that was made up may have a brace and a dollar of its own.
            let made_up = page.all("#value").iter().any(|value| value.text().contains("{$"));
            assert!(made_up || !page.answer.text.contains("{$"), "{heading}");
            for name in ["share-", "shared-", "receipt-", "secret-", "about-", "error-", "burn-", "gone-"] {
                let said = page.text("main").contains(name) || heading.contains(name);
                assert!(!said, "{heading}: a name of a message");
            }
            // Chinese writes no space between sentences: its full stop and its colon bring their own.
            for stop in ["。 ", "： "] {
                assert!(!page.text("main").contains(stop), "{heading}: a space after {stop:?}");
            }
            if locale != Locale::En {
                // Languages have a name of their own, everywhere.
                for told in page.all("h1, h2, label, .lead, .hint, button:not([lang]), summary, dt") {
                    let text = told.text();
                    let same = english.all(&told.name).iter().any(|other| other.text() == text);
                    assert!(
                        !same
                            || text.starts_with("Passphrase")
                            || ["Status", "Secret"].contains(&text.trim()),
                        "{text} in {}",
                        locale.tag()
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn dates_and_lengths_are_in_the_language() {
    let site = Site::new();
    for locale in Locale::ALL.iter().copied() {
        let page = site.get(&format!("/?locale={}", locale.tag())).await;
        let week = page.text("option[selected]");
        assert_eq!(week, i18n::duration(locale, 604_800));
        let page = site.post(&format!("/?locale={}", locale.tag()), "secret=x").await;
        let expires = readonce::domain::Timestamp(crate::api_v1::app::NOW + 604_800);
        assert_eq!(page.text("time"), i18n::moment(locale, expires));
        assert_eq!(page.attribute("time", "datetime"), expires.to_string());
    }
}
