//! Other sites use a visitor's browser for nothing (ADR 0056); programs, which say nothing of sites, go on as they do.

use axum::http::Method;

use super::site::{FORM, Site};

/// What a request says of where it comes from.
type Said = &'static [(&'static str, &'static str)];

const SITE: &str = "sec-fetch-site";
const MODE: &str = "sec-fetch-mode";
/// The host that is asked for; the public address is <https://secrets.example.org/ots>.
const HOST: (&str, &str) = ("host", "Internal:7143");

#[tokio::test]
async fn forms_are_taken_from_our_own_pages_only() {
    let site = Site::new();
    let ours: [Said; 13] = [
        &[],
        &[(SITE, "none")],
        &[(SITE, "same-origin")],
        &[(SITE, "same-origin"), ("origin", "https://secrets.example.org")],
        // The proxy in front calls itself otherwise, and the browser knows.
        &[(SITE, "same-origin"), ("origin", "https://alias.example")],
        // Over plain http, or in an old browser.
        &[("origin", "https://secrets.example.org")],
        &[("origin", "https://open.example.com")],
        &[("origin", "http://internal:7143"), HOST],
        &[("origin", "https://internal:7143"), HOST],
        &[("origin", "http://internal"), ("host", "internal:80")],
        &[("origin", "https://internal"), ("host", "internal:443")],
        &[("origin", "http://[::1]:7143"), ("host", "[::1]:7143")],
        &[("origin", "http://127.0.0.1:7143"), ("host", "127.0.0.1:7143")],
    ];
    let others: [Said; 17] = [
        &[(SITE, "cross-site")],
        &[(SITE, "same-site")],
        &[(SITE, "same-origin"), (SITE, "cross-site")],
        &[(SITE, "")],
        &[("origin", "null")],
        &[(SITE, "none"), ("origin", "null")],
        &[(SITE, "same-origin"), ("origin", "null")],
        &[(SITE, "none"), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://secrets.example.org"), ("origin", "https://evil.example")],
        // Whoever is on the way can write that page.
        &[("origin", "http://secrets.example.org")],
        &[("origin", "http://secrets.example.org"), ("host", "secrets.example.org")],
        &[("origin", "http://open.example.com"), ("host", "open.example.com")],
        &[("origin", "https://secrets.example.org.evil.example")],
        &[("origin", "https://secrets.example.org:8443")],
        &[("origin", "http://internal:7144"), HOST],
        &[("origin", "")],
    ];
    for (said, status) in ours.iter().map(|it| (it, 200)).chain(others.iter().map(|it| (it, 403))) {
        let (link, receipt) = site.share("secret=hello").await;
        let headers = [&[("content-type", FORM)], *said].concat();
        for (path, body) in [("/".to_owned(), "secret=x"), (format!("{receipt}/burn"), ""), (link, "")] {
            let (page, asked) = site.asked(site.ask(Method::POST, &path, &headers, body)).await;
            if path.starts_with("/secret") && status == 200 {
                assert_eq!(page.status(), 404, "it was burned: {said:?}");
            } else {
                assert_eq!((page.status().as_u16(), asked > 0), (status, status == 200), "{path}: {said:?}");
            }
        }
    }
}

/// Links to pages are followed from everywhere: that is what they are for.
#[tokio::test]
async fn pages_are_shown_wherever_a_link_was_followed() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=hello").await;
    for path in ["/", "/about", &link, &receipt] {
        for value in ["cross-site", "same-site"] {
            let headers = [(SITE, value), (MODE, "navigate"), ("origin", "null")];
            assert_eq!(site.ask(Method::GET, path, &headers, "").await.status(), 200, "{path}");
        }
    }
}

#[tokio::test]
async fn the_api_is_not_called_by_forms_and_pictures_of_other_sites() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=hello").await;
    let calls = [
        (Method::POST, "/api/v1/share".to_owned()),
        (Method::POST, "/api/v1/generate".to_owned()),
        (Method::POST, format!("/api/v1{link}")),
        (Method::POST, format!("/api/v1/private{}/burn", receipt.strip_prefix("/receipt").unwrap())),
        (Method::GET, "/api/v1/status".to_owned()),
    ];
    for (method, path) in &calls {
        for mode in ["no-cors", "navigate"] {
            let headers = [("content-type", "text/plain"), (SITE, "cross-site"), (MODE, mode)];
            let (page, asked) = site.asked(site.ask(method.clone(), path, &headers, "secret=x")).await;
            assert_eq!((page.answer.status.as_u16(), asked), (403, 0), "{method} {path} {mode}");
            let message = page.answer.field("message");
            assert_eq!(message, "Another website made this browser send a request");
        }
    }
    // An extension, a page of the same site, a bookmark, a program that says half of it.
    let others: [Said; 5] = [
        &[(SITE, "cross-site"), (MODE, "cors")],
        &[(SITE, "same-site"), (MODE, "no-cors")],
        &[(SITE, "none"), (MODE, "navigate")],
        &[(SITE, "cross-site")],
        &[(MODE, "navigate")],
    ];
    for said in others {
        let headers = [&[("content-type", FORM)], said].concat();
        let page = site.ask(Method::POST, "/api/v1/share", &headers, "secret=x").await;
        assert_eq!(page.answer.status, 200, "{said:?}");
    }
    assert_eq!(site.post(&link, "").await.text("#value"), "hello");
}
