//! Readers are never asked who they are: their pages look at no cookie, set none, and lead nowhere else. Nor does the API.

use axum::http::Method;
use readonce::service::{Access, Policy};
use readonce::web::Settings;

use super::browser::Browser;
use crate::api_v1::app::policy;
use crate::web::site::{FORM, NO_KEY, Site, settings};

#[tokio::test]
async fn what_a_reader_asks_for_knows_no_cookie() {
    let header = readonce::domain::UserHeader::parse("Remote-Email");
    let site = Site::with(policy(), Settings { user_header: header, ..settings() });
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    let (link, receipt) = site.share("secret=x&passphrase=p").await;
    let style = site.get("/about").await.attribute("link[rel=stylesheet]", "href");
    let as_ann =
        [("cookie", ann.cookie.as_str()), ("content-type", FORM), ("remote-email", "ann@example.org")];
    for (method, path, body) in [
        (Method::GET, link.as_str(), ""),
        (Method::HEAD, &link, ""),
        (Method::POST, &link, "passphrase=wrong"),
        (Method::POST, &link, "passphrase=p"),
        (Method::GET, &format!("/secret/{NO_KEY}"), ""),
        (Method::GET, &style, ""),
        (Method::GET, "/robots.txt", ""),
        (Method::GET, "/about", ""),
        (Method::GET, "/nowhere", ""),
        (Method::GET, &receipt, ""),
        (Method::GET, &format!("{receipt}/burn"), ""),
        (Method::POST, &format!("{receipt}/burn"), ""),
        (Method::GET, "/api/v1/status", ""),
        (Method::POST, "/api/v1/share", "secret=x"),
        (Method::GET, "/api/v2/status", ""),
    ] {
        let page = site.ask(method.clone(), path, &as_ann, body).await;
        assert_eq!(page.answer.header("set-cookie"), None, "{method} {path}");
        assert_eq!(page.answer.header("location"), None, "{method} {path}");
        assert!(!page.status().is_redirection(), "{method} {path}");
        assert!(!page.answer.text.contains("ann@example.org"), "{method} {path}: {}", page.answer.text);
        assert!(!page.has(".person"), "{method} {path}");
    }
    let (page, asked) = site.asked(site.ask(Method::GET, &link, &as_ann, "")).await;
    assert_eq!((page.status().as_u16(), asked), (200, 0), "the page of a link asks no store, whoever comes");
}

/// A session is not for programs: it would be used by whatever page has a browser call the API.
#[tokio::test]
async fn the_api_never_looks_at_a_session() {
    let site =
        Site::with(Policy { create: Access::Account, metadata: Access::Account, ..policy() }, settings());
    let ann = Browser::of(&site, "ann@example.org", "default").await;
    let as_ann = [("cookie", ann.cookie.as_str()), ("remote-email", "ann@example.org")];
    for (method, path, body) in [
        (Method::POST, "/api/v1/share", "secret=x"),
        (Method::GET, "/api/v1/private/recent", ""),
        (Method::POST, "/api/v2/secret/conceal", r#"{"secret":{"secret":"x"}}"#),
        (Method::GET, "/api/v2/receipt/recent", ""),
    ] {
        let answer = site.ask(method, path, &as_ann, body).await.answer;
        assert!(!answer.status.is_success(), "{path}: {}", answer.text);
    }
}
