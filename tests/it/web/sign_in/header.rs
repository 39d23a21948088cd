//! By what a trusted proxy says.

use std::time::Duration;

use axum::http::Method;
use readonce::domain::UserHeader;
use readonce::domain::address::HostName;
use readonce::service::{Join, Policy};
use readonce::web::Settings;

use crate::api_v1::app::policy;
use crate::web::site::{FORM, Page, Site, settings};

const PROXY: [u8; 4] = [10, 0, 0, 1];
const STRANGER: [u8; 4] = [192, 0, 2, 1];
const ANN: (&str, &str) = ("Remote-Email", "ann@example.org");

fn site(join: Join) -> Site {
    let settings = Settings { user_header: UserHeader::parse("Remote-Email"), ..settings() };
    Site::behind(&["10.0.0.1"], Policy { join, join_plan: "small".to_owned(), ..policy() }, settings)
}

/// The button of the page to sign in at, pressed in a browser that comes by this peer.
async fn press(site: &Site, peer: [u8; 4], lines: &[(&str, &str)]) -> Page {
    let form = [("content-type", FORM), ("sec-fetch-site", "same-origin")];
    site.ask_from(peer, Method::POST, "/sign-in", &[&form, lines].concat(), "do=header&to=/").await
}

fn is_in(page: &Page) -> bool {
    let is_cookie = page.answer.header("set-cookie").is_some();
    assert_eq!(is_cookie, page.status() == 303, "{}", page.answer.text);
    is_cookie
}

#[tokio::test]
async fn whom_the_proxy_names_signs_in_by_one_button() {
    let site = site(Join::Never);
    site.app.account("ann@example.org", "default").await;
    let page = site.ask_from(PROXY, Method::GET, "/sign-in", &[ANN], "").await;
    assert_eq!(page.text("main strong"), "ann@example.org");
    assert_eq!(page.attribute("main button.primary", "value"), "header");
    assert_eq!(page.answer.header("set-cookie"), None, "a GET signs nobody in");
    let page = press(&site, PROXY, &[ANN]).await;
    assert!(is_in(&page));
    let cookie = page.answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let home = site.ask_from(PROXY, Method::GET, "/", &[("cookie", &cookie)], "").await;
    assert_eq!(home.text(".person span"), "ann@example.org");
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let site = site(Join::Anyone);
    site.app.account("ann@example.org", "default").await;
    for lines in [
        &[ANN][..],
        &[("remote-email", ANN.1)],
        &[("REMOTE-EMAIL", ANN.1)],
        &[ANN, ANN],
        &[ANN, ("x-forwarded-for", "10.0.0.1")],
        &[("Remote_Email", ANN.1)],
    ] {
        let page = press(&site, STRANGER, lines).await;
        assert!(!is_in(&page), "{lines:?}");
        let page = site.ask_from(STRANGER, Method::GET, "/sign-in", lines, "").await;
        assert!(!page.answer.text.contains(ANN.1), "{lines:?}");
    }
    for lines in [
        &[][..],
        &[ANN, ANN],
        &[ANN, ("remote-email", "bob@example.org")],
        &[("Remote_Email", ANN.1)],
        &[("Remote-Email", "ann@example.org,bob@example.org")],
        &[("Remote-Email", "{http.reverse_proxy.header.Remote-Email}")],
        &[("Remote-Email", "ann")],
        &[("Remote-Email", "")],
        &[("Remote-User", ANN.1)],
    ] {
        let page = press(&site, PROXY, lines).await;
        assert!(!is_in(&page), "{lines:?}");
        assert!(page.text("#refused").contains("does not say clearly who you are"), "{lines:?}");
    }
}

#[tokio::test]
async fn it_counts_on_no_other_path() {
    let site = site(Join::Anyone);
    let (link, receipt) = site.share("secret=x").await;
    for (method, path, body) in [
        (Method::GET, "/", ""),
        (Method::POST, "/", "secret=x"),
        (Method::GET, "/sign-out", ""),
        (Method::GET, "/about", ""),
        (Method::GET, &link, ""),
        (Method::POST, &link, ""),
        (Method::GET, &receipt, ""),
        (Method::GET, "/api/v1/authcheck", ""),
        (Method::GET, "/api/v1/private/recent", ""),
        (Method::GET, "/api/v2/receipt/recent", ""),
        (Method::GET, "/sign-in/", ""),
        (Method::GET, "/sign-in/x", ""),
    ] {
        let page = site.ask_from(PROXY, method.clone(), path, &[("content-type", FORM), ANN], body).await;
        assert_eq!(page.answer.header("set-cookie"), None, "{method} {path}");
        assert!(!page.has(".person span"), "{method} {path}");
        if !path.starts_with("/sign-in") {
            assert!(!page.answer.text.contains(ANN.1), "{method} {path}: {}", page.answer.text);
        }
    }
    assert!(site.app.service.accounts().list().await.unwrap().is_empty(), "and nobody joined");
}

#[tokio::test]
async fn an_account_is_made_for_whom_the_operator_says() {
    let org = HostName::parse("example.org").unwrap();
    for (join, email, is_made) in [
        (Join::Never, "ann@example.org", false),
        (Join::Anyone, "ann@example.org", true),
        (Join::Domains(vec![org.clone()]), "ann@EXAMPLE.org", true),
        (Join::Domains(vec![org]), "ann@example.net", false),
    ] {
        let site = site(join.clone());
        let page = press(&site, PROXY, &[("Remote-Email", email)]).await;
        assert_eq!(is_in(&page), is_made, "{join:?} {email}");
        let accounts = site.app.service.accounts().list().await.unwrap();
        let plans: Vec<_> = accounts.iter().map(|it| (it.email.as_str(), it.plan.as_str())).collect();
        if is_made {
            assert_eq!(plans, [(email, "small")]);
            assert!(is_in(&press(&site, PROXY, &[("Remote-Email", email)]).await), "and is found then");
        } else {
            assert!(plans.is_empty());
            assert!(page.text("#refused").contains(&format!("no account for {email} here")));
        }
    }
}

#[tokio::test]
async fn an_account_that_is_disabled_stays_out() {
    let site = site(Join::Anyone);
    site.app.account("ann@example.org", "default").await;
    assert!(site.app.service.accounts().disable("ann@example.org").await.unwrap());
    let page = press(&site, PROXY, &[ANN]).await;
    assert!(!is_in(&page) && page.text("#refused").contains("is disabled"));
}

/// A page of another site cannot press it: the proxy would vouch for the browser.
#[tokio::test]
async fn another_site_signs_nobody_in() {
    let site = site(Join::Anyone);
    for lines in [[("sec-fetch-site", "cross-site"), ANN], [("origin", "https://evil.example"), ANN]] {
        let lines = [&[("content-type", FORM)][..], &lines].concat();
        let page = site.ask_from(PROXY, Method::POST, "/sign-in", &lines, "do=header").await;
        assert!(page.status() == 403 && page.answer.header("set-cookie").is_none());
    }
    assert!(site.app.service.accounts().list().await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_was_vouched_for_is_told_that_they_may_still_be_known() {
    let site = site(Join::Anyone);
    let page = press(&site, PROXY, &[ANN]).await;
    let cookie = page.answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    site.app.clock.advance(Duration::from_secs(5).as_secs());
    let asked = site.ask(Method::GET, "/sign-out", &[("cookie", &cookie)], "").await;
    let form = format!("form={}", asked.attribute("main form [name=form]", "value"));
    let page =
        site.ask(Method::POST, "/sign-out", &[("cookie", &cookie), ("content-type", FORM)], &form).await;
    assert!(page.text(".card").contains("may still know you"));
}
