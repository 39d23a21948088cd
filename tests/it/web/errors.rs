//! What goes wrong, told by pages to people and as ever to clients of the API.

use std::time::Duration;

use axum::http::Method;
use readonce::service::{Limits, Policy};

use super::site::{NO_KEY, Site, settings};
use crate::api_v1::app::{App, OFF, policy};
use crate::api_v1::watched::Trouble;

#[tokio::test]
async fn a_browser_is_told_by_a_page_and_all_others_in_json() {
    let site = Site::new();
    let browser = [("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")];
    for path in ["/nowhere", "/secret", "/private", "/apiary", "/secret/x/y", "/favicon.ico"] {
        let page = site.ask(Method::GET, path, &browser, "").await;
        assert_eq!(
            (page.status().as_u16(), page.heading().as_str()),
            (404, "This page does not exist"),
            "{path}"
        );
        assert_eq!(page.answer.header("x-robots-tag"), Some("noindex, nofollow, noarchive"));
        for accept in [&[][..], &[("accept", "*/*")], &[("accept", "application/json")]] {
            let answer = site.ask(Method::GET, path, accept, "").await.answer;
            assert_eq!(answer.pinned(), r#"404 {"error":"Not Found","message":"Not Found"}"#, "{path}");
        }
    }
    for path in ["/api", "/api/v1/nowhere", "/api/v1/secret/x", "/health", "/health/x"] {
        let answer = site.ask(Method::GET, path, &browser, "").await.answer;
        assert_eq!(answer.pinned(), r#"404 {"error":"Not Found","message":"Not Found"}"#, "{path}");
    }
}

#[tokio::test]
async fn without_pages_nothing_is_there_but_the_api() {
    let app = App::new();
    for path in ["/", "/about", "/robots.txt", &format!("/secret/{NO_KEY}")] {
        assert_eq!(
            app.get(path).await.pinned(),
            r#"404 {"error":"Not Found","message":"Not Found"}"#,
            "{path}"
        );
        assert_eq!(app.post(path, "secret=x").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn other_methods_do_nothing() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x").await;
    let asking = async {
        for path in ["/", "/about", &link, &receipt, &format!("{receipt}/burn")] {
            for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
                let page = site.ask(method.clone(), path, &[], "").await;
                assert_eq!(page.status(), 405, "{method} {path}");
                assert!(page.answer.header("allow").unwrap().contains("GET"));
                assert_eq!(page.heading(), "This page does not exist");
            }
        }
        assert_eq!(site.post(&receipt, "").await.status(), 405);
        assert_eq!(site.post("/about", "").await.status(), 405);
    };
    assert_eq!(site.asked(asking).await.1, 0);
}

#[tokio::test]
async fn too_many_requests_are_told_how_long_to_wait() {
    let limits = Limits { create: 2, read: 3, window: Duration::from_mins(20), ..OFF };
    let site = Site::with(Policy { limits, ..policy() }, settings());
    let (link, receipt) = site.share("secret=x").await;
    site.share("secret=x").await;
    for _ in 0..3 {
        assert_eq!(site.get(&receipt).await.status(), 200);
    }
    let burn = format!("{receipt}/burn");
    for (method, path) in
        [(Method::POST, "/"), (Method::POST, &link), (Method::GET, &receipt), (Method::GET, &burn)]
    {
        let headers = [("content-type", super::site::FORM)];
        let (page, asked) = site.asked(site.ask(method.clone(), path, &headers, "secret=x")).await;
        assert_eq!((page.status().as_u16(), asked), (429, 0), "{method} {path}");
        let wait: u64 = page.answer.header("retry-after").unwrap().parse().unwrap();
        assert!((300..=600).contains(&wait), "{wait}");
        assert_eq!(page.heading(), "Too many tries");
        assert!(page.answer.text.contains(" minutes."));
        let back: Vec<_> = page.all(".after a").iter().map(|way| way.attr("href").unwrap()).collect();
        assert_eq!(
            back,
            if path == "/" { vec![] } else { vec![path] },
            "what was typed is there, or the way back"
        );
    }
    for path in ["/", "/about", &link] {
        assert_eq!(site.get(path).await.status(), 200, "{path} asks nothing, so it never counts");
    }
    assert_eq!(site.ask(Method::HEAD, &receipt, &[], "").await.status(), 200);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused() {
    let site = Site::new();
    let page = site.post("/", &format!("secret={}", "x".repeat(70_000))).await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (413, "This is too large"));
}

#[tokio::test]
async fn a_store_in_trouble_is_told_with_when_to_come_back() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x").await;
    for (method, path) in [
        (Method::POST, "/".to_owned()),
        (Method::POST, link.clone()),
        (Method::GET, receipt.clone()),
        (Method::POST, format!("{receipt}/burn")),
    ] {
        site.watch.next(Trouble::Refusal);
        let headers = [("content-type", super::site::FORM)];
        let page = site.ask(method, &path, &headers, "secret=x").await;
        assert_eq!(
            (page.status().as_u16(), page.heading().as_str()),
            (503, "Out of order for the moment"),
            "{path}"
        );
        assert_eq!(page.answer.header("retry-after"), Some("5"));
        assert!(!page.answer.text.contains("disk"), "a cause");
    }
    site.watch.next(Trouble::Panic);
    let page = site.post(&format!("{link}?locale=sv"), "").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (500, "Något gick fel"));
    assert_eq!(page.answer.header("x-robots-tag"), Some("noindex, nofollow, noarchive"));
    assert_eq!(site.post(&link, "").await.text("#value"), "x");
}

#[tokio::test]
async fn an_unknown_outcome_says_what_a_retry_will_mean() {
    let site = Site::new();
    let (link, _) = site.share("secret=value").await;
    site.watch.next(Trouble::SilenceAfterwards);
    let page = site.post(&link, "").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (503, "The outcome is not known"));
    assert!(!page.answer.text.contains(">value<"));
    assert_eq!(site.post(&link, "").await.status(), 404);
}

/// A proxy that has its own log-in in front of the pages has browsers send credentials along.
#[tokio::test]
async fn credentials_are_nothing_to_the_pages() {
    let site = Site::new();
    let headers = [("content-type", super::site::FORM), ("authorization", "Basic dTph")];
    assert_eq!(site.ask(Method::POST, "/", &headers, "secret=x").await.status(), 200);
}

/// Not even half of it.
#[tokio::test]
async fn a_form_that_is_json_or_holds_a_list_is_no_form_of_ours() {
    let site = Site::new();
    for body in [
        r#"{"secret":"p&secret=q"}"#,
        "secret[]=a&secret[]=b",
        "secret=a&passphrase[]=p",
        "secret=a&ttl[]=60",
    ] {
        let page = site.post("/", body).await;
        assert_eq!(page.status(), 400, "{body}");
    }
}

/// Cookies of a neighbour, for most who meet it. What the head ends with is the same for people and programs.
#[tokio::test]
async fn a_head_that_is_refused_is_told_to_people_by_a_page() {
    let site = Site::new();
    let (link, _) = site.share("secret=x").await;
    let (cookies, long) = ("a=b; ".repeat(8000), format!("/?q={}", "x".repeat(33_000)));
    let html = ("accept", "text/html,*/*;q=0.8");
    for (path, headers, status, heading) in [
        (link.as_str(), &[html, ("cookie", &cookies)][..], 431, "Your browser sends too much"),
        ("/nowhere", &[html, ("cookie", &cookies)], 431, "Your browser sends too much"),
        (&long, &[html], 431, "Your browser sends too much"),
        (&link, &[html, ("transfer-encoding", "gzip")], 400, "This could not be read"),
    ] {
        let (page, asked) = site.asked(site.ask(Method::POST, path, headers, "")).await;
        assert_eq!((page.status().as_u16(), asked), (status, 0));
        assert_eq!((page.heading().as_str(), page.answer.header("connection")), (heading, Some("close")));
        assert!(page.answer.header("content-security-policy").unwrap().contains("style-src 'self'"));
    }
    let german = [html, ("cookie", &cookies), ("accept-language", "de")];
    assert_eq!(site.ask(Method::GET, "/", &german, "").await.attribute("html", "lang"), "de");
    let json = r#"431 {"message":"The request's head is too large"}"#;
    let (cookie, health) = ([("cookie", cookies.as_str())], [html, ("cookie", &cookies)]);
    assert_eq!(site.ask(Method::GET, &link, &cookie, "").await.answer.pinned(), json);
    for path in ["/health/live", "/api/v1/status"] {
        assert_eq!(site.ask(Method::GET, path, &health, "").await.answer.pinned(), json, "{path}");
    }
    assert_eq!(site.post(&link, "").await.text("#value"), "x");
}
