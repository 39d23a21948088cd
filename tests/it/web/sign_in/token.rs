//! By e-mail address and API token.

use axum::http::Method;
use readonce::domain::{Contact, Operator, address::BaseUrl};
use readonce::service::{Limits, Policy};
use readonce::web::Settings;

use super::browser::{Browser, NAME};
use crate::api_v1::app::{OFF, policy};
use crate::api_v1::watched::Trouble;
use crate::web::site::{Site, settings};

#[tokio::test]
async fn the_right_token_opens_a_session_in_one_cookie() {
    let site = Site::new();
    let token = site.app.account("ann@example.org", "default").await;
    let mut ann = Browser::new(&site);
    assert_eq!(ann.get("/").await.text(".person a"), "Sign in");
    let page = ann.sign_in("+Ann@Example.ORG+", &token, "").await;
    assert_eq!((page.status().as_u16(), page.answer.header("location")), (303, Some("/")));
    let cookies: Vec<_> = page.answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 1);
    let cookie = cookies[0].to_str().unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/ots; Secure; HttpOnly; SameSite=Lax; Max-Age=28800");
    let (name, value) = pair.split_once('=').unwrap();
    assert_eq!(name, NAME);
    assert!(value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{value}");
    for word in ["ann", "example", &token] {
        assert!(!cookie.to_lowercase().contains(word), "{cookie}");
    }
    assert_eq!(ann.who().await.as_deref(), Some("ann@example.org"));
    assert!(!ann.get("/").await.answer.text.contains(&token));
    // Known again, and given nothing more.
    let page = ann.get("/sign-in").await;
    assert!(page.answer.text.contains("You are signed in as ann@example.org."));
    assert_eq!(page.answer.header("set-cookie"), None);
}

#[tokio::test]
async fn the_cookie_is_as_safe_as_the_address_allows() {
    for (url, name, attributes) in [
        (
            "https://secrets.example.org",
            "__Host-readonce-session",
            "Path=/; Secure; HttpOnly; SameSite=Lax; ",
        ),
        ("https://x.example/a/b", "__Secure-readonce-session", "Path=/a/b; Secure; HttpOnly; SameSite=Lax; "),
        ("http://127.0.0.1:7143", "readonce-session", "Path=/; HttpOnly; SameSite=Lax; "),
        ("http://127.0.0.1:7143/ots", "readonce-session", "Path=/ots; HttpOnly; SameSite=Lax; "),
    ] {
        let base_url = BaseUrl::parse(url).unwrap();
        let site = Site::with(Policy { base_url, ..policy() }, settings());
        let token = site.app.account("ann@example.org", "default").await;
        let mut ann = Browser::new(&site);
        let page = ann.sign_in("ann@example.org", &token, "").await;
        let cookie = page.answer.header("set-cookie").unwrap();
        let (pair, rest) = cookie.split_once("; ").unwrap();
        assert_eq!(pair.split_once('=').unwrap().0, name, "{url}");
        assert_eq!(rest.strip_suffix("Max-Age=28800"), Some(attributes), "{url}");
        assert_eq!(ann.who().await.as_deref(), Some("ann@example.org"), "{url}");
    }
}

/// Which address, and whom to ask; and not which of the two is wrong, or whether there is such an account.
#[tokio::test]
async fn a_refusal_says_which_address_and_whom_to_ask() {
    let operator = Operator { contact: Contact::parse("help@example.org"), ..Operator::default() };
    let site = Site::with(policy(), Settings { operator, ..settings() });
    let token = site.app.account("ann@example.org", "default").await;
    site.app.account("gone@example.org", "default").await;
    assert!(site.app.service.accounts().disable("gone@example.org").await.unwrap());
    let mut told = Vec::new();
    for (email, token) in [
        ("ann@example.org", "0000000000000000000000000000000000000000"),
        ("bob@example.org", &*token),
        ("gone@example.org", &*token),
        ("%3Cb%3E%22", "x"),
        ("", ""),
    ] {
        let mut browser = Browser::new(&site);
        let page = browser.sign_in(email, token, "").await;
        assert_eq!(page.status(), 403, "{email}");
        assert_eq!(page.answer.header("set-cookie"), None, "{email}");
        assert_eq!(page.text(".warning .contact a"), "help@example.org");
        let address = if email.starts_with('%') { "<b>\"" } else { email };
        assert_eq!(page.attribute("#email", "value"), address);
        assert!(
            !page.has("#token[value]")
                && (token.is_empty() || token == "x" || !page.answer.text.contains(token))
        );
        told.push(page.text("#refused").replace(address, ""));
        assert_eq!(browser.who().await, None);
    }
    assert!(
        told[..4].iter().all(|text| *text == told[0]) && told[0].contains("do not go together"),
        "{told:?}"
    );
}

#[tokio::test]
async fn guessing_ends_as_it_does_for_the_api() {
    let limits = Limits { login: 2, ..OFF };
    let site = Site::with(Policy { limits, ..policy() }, settings());
    let token = site.app.account("ann@example.org", "default").await;
    let mut ann = Browser::new(&site);
    for _ in 0..2 {
        assert_eq!(ann.sign_in("ann@example.org", "wrong", "").await.status(), 403);
    }
    let page = ann.sign_in("ann@example.org", &token, "").await;
    assert_eq!((page.status().as_u16(), page.answer.header("set-cookie")), (429, None));
    assert!(page.answer.header("retry-after").is_some());
    // The other way round, too.
    let who = format!("ann@example.org:{token}");
    let call = site.app.call(Method::POST, "/api/v1/share", Some(&who), "secret=x").await;
    assert_eq!(call.status, 429);
}

#[tokio::test]
async fn one_goes_on_at_a_page_of_ours() {
    let site = Site::new();
    let token = site.app.account("ann@example.org", "default").await;
    for to in [
        "//evil.example",
        "https://evil.example/",
        "/%5Cevil.example",
        "/%0D%0ASet-Cookie:%20a=b",
        "javascript:x",
        "",
    ] {
        let mut ann = Browser::new(&site);
        let page = ann.get(&format!("/sign-in?to={to}")).await;
        assert_eq!(page.attribute("form [name=to]", "value"), "/", "{to}");
        let page = ann.sign_in("ann@example.org", &token, to).await;
        assert_eq!(page.answer.header("location"), Some("/"), "{to}");
        assert_eq!(page.answer.headers.get_all("set-cookie").iter().count(), 1, "{to}");
    }
    let mut ann = Browser::new(&site);
    let page = ann.post("/sign-in?locale=de", &format!("email=ann@example.org&token={token}&to=//x")).await;
    assert_eq!(page.answer.header("location"), Some("/?locale=de"));
}

#[tokio::test]
async fn nobody_is_signed_in_by_an_address_or_from_another_site() {
    let site = Site::new();
    let token = site.app.account("ann@example.org", "default").await;
    let form = format!("email=ann@example.org&token={token}");
    let page = site.get(&format!("/sign-in?{form}")).await;
    assert_eq!((page.status().as_u16(), page.answer.header("set-cookie")), (200, None));
    assert!(!page.answer.text.contains(&token));
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    for lines in [
        &[form_type, ("sec-fetch-site", "cross-site")][..],
        &[form_type, ("sec-fetch-site", "same-site")],
        &[form_type, ("origin", "https://evil.example")],
        &[form_type, ("origin", "null")],
    ] {
        let page = site.ask(Method::POST, "/sign-in", lines, &form).await;
        assert_eq!((page.status().as_u16(), page.answer.header("set-cookie")), (403, None), "{lines:?}");
    }
}

#[tokio::test]
async fn a_store_that_is_away_signs_nobody_in() {
    let site = Site::new();
    let token = site.app.account("ann@example.org", "default").await;
    let mut ann = Browser::new(&site);
    site.watch.next(Trouble::Refusal);
    let page = ann.sign_in("ann@example.org", &token, "").await;
    assert_eq!((page.status().as_u16(), page.answer.header("set-cookie")), (503, None));
}

#[tokio::test]
async fn where_the_sign_in_is_switched_off_there_is_none() {
    let session = std::time::Duration::ZERO;
    let site = Site::with(Policy { session, ..policy() }, settings());
    for path in ["/sign-in", "/sign-out"] {
        assert_eq!(site.get(path).await.status(), 404, "{path}");
    }
    let page = site.get("/").await;
    assert!(!page.has(".person") && page.has("form"));
}
