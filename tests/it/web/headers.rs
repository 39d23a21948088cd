//! What pages and their files carry (security-design.md §8).

use axum::http::Method;

use super::site::{FORM, NO_KEY, Page, Site, regional};
use crate::api_v1::app::policy;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[track_caller]
fn common(page: &Page) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(page.answer.header(name), Some(value), "{name}");
    }
    assert!(page.answer.header("set-cookie").is_none() && page.answer.header("location").is_none());
    assert!(page.answer.header("x-request-id").is_some());
}

/// Every page there is, with its path.
async fn pages(site: &Site) -> Vec<(String, Page)> {
    let (link, receipt) = site.share("secret=x&passphrase=p").await;
    let form = [("content-type", FORM)];
    let asked = [
        (Method::GET, "/".to_owned(), ""),
        (Method::GET, "/about".into(), ""),
        (Method::GET, link.clone(), ""),
        (Method::GET, receipt.clone(), ""),
        (Method::GET, format!("{receipt}/burn"), ""),
        (Method::HEAD, receipt.clone(), ""),
        (Method::GET, "/secret/x".into(), ""),
        (Method::PUT, link.clone(), ""),
        (Method::POST, "/".into(), "secret=x"),
        (Method::POST, "/".into(), "do=generate"),
        (Method::POST, "/".into(), "secret="),
        (Method::POST, "/".into(), "secret=%zz"),
        (Method::POST, link.clone(), ""),
        (Method::POST, link.clone(), "passphrase=q"),
        (Method::POST, link.clone(), "passphrase=p"),
        (Method::POST, link, "passphrase=p"),
        (Method::GET, receipt.clone(), ""),
        (Method::POST, format!("{receipt}/burn"), ""),
        (Method::GET, format!("/receipt/{NO_KEY}"), ""),
    ];
    let mut pages = Vec::new();
    for (method, path, body) in asked {
        let page = site.ask(method.clone(), &path, &form, body).await;
        pages.push((format!("{method} {path} {body}"), page));
    }
    pages
}

#[tokio::test]
async fn every_page_carries_them_and_is_never_cached() {
    let site = Site::with(policy(), regional());
    for (told, page) in pages(&site).await {
        common(&page);
        assert_eq!(page.answer.header("referrer-policy"), Some("strict-origin"), "{told}");
        assert_eq!(page.answer.header("content-type"), Some("text/html; charset=utf-8"), "{told}");
        assert_eq!(page.answer.header("content-security-policy"), Some(POLICY), "{told}");
        assert_eq!(page.answer.header("cache-control"), Some("no-store, no-transform"), "{told}");
        assert_eq!(page.answer.header("x-robots-tag"), Some("noindex, nofollow, noarchive"), "{told}");
        assert_eq!(page.answer.header("cross-origin-opener-policy"), Some("same-origin"), "{told}");
    }
}

/// The policy would stop it, and the page would be broken: no style, script or event in the page itself, nothing from
/// elsewhere.
#[tokio::test]
async fn no_page_needs_what_its_policy_forbids() {
    let site = Site::with(policy(), regional());
    for (told, page) in pages(&site).await {
        if told.starts_with("HEAD") {
            continue;
        }
        assert!(!page.has("style, iframe, object, embed, base, [style], meta[http-equiv]"), "{told}");
        for script in page.all("script") {
            assert!(script.text().is_empty() && script.attr("src").is_some(), "{told}");
        }
        for element in page.all("*") {
            assert!(
                !element.attributes.iter().any(|(name, _)| name.starts_with("on")),
                "{told}: {element:?}"
            );
        }
        for address in page.addresses() {
            let local = address.starts_with('/') && !address.starts_with("//");
            let region =
                address.starts_with("https://us.example.org/") || address.starts_with("https://asia.");
            assert!(
                local || region || address.starts_with('?') || address.starts_with('#'),
                "{told}: {address}"
            );
        }
        let ids: Vec<_> = page.all("[id]").iter().map(|element| element.attr("id").unwrap()).collect();
        for id in &ids {
            assert_eq!(ids.iter().filter(|other| *other == id).count(), 1, "{told}: `{id}` twice");
        }
        assert_eq!(page.all("h1").len(), 1, "{told}");
        assert_eq!(page.all("main").len(), 1, "{told}");
        assert!(page.attribute("a.skip", "href") == "#main" && page.has("[role=status]"), "{told}");
    }
}

#[tokio::test]
async fn files_may_be_kept_for_ever_and_change_their_names() {
    let site = Site::new();
    let page = site.get("/").await;
    let files: Vec<_> = page.addresses().into_iter().filter(|address| address.contains("/assets/")).collect();
    assert!(files.len() >= 3);
    for file in &files {
        let (answer, asked) = site.asked(site.get(file)).await;
        common(&answer);
        assert_eq!(answer.answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!((answer.status().as_u16(), asked), (200, 0), "{file}");
        assert_eq!(answer.answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let media = match file.rsplit_once('.').unwrap().1 {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        };
        assert_eq!(answer.answer.header("content-type"), Some(media));
        let other = file.replace(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], "f");
        let none = site.get(&other).await;
        assert_eq!(none.status(), 404);
        assert_eq!(none.answer.header("cache-control"), Some("no-store, no-transform"));
    }
    let robots = site.get("/robots.txt").await;
    assert_eq!(robots.answer.text, "User-agent: *\nDisallow: /\n");
    assert_eq!(robots.answer.header("cache-control"), Some("no-store, no-transform"));
}
