//! Links as people and programs pass them on: with a full stop, a bracket or a blank behind them, and through translators.

use axum::http::Method;

use super::site::{NO_KEY, Site};

/// What is taken into a link, as browsers send it.
const BEHIND: [&str; 12] =
    [".", ",", ")", "%20", "%3E", "%22", "'", "!).", "%E2%80%9D", "%C2%BB", "%E3%80%82", "%E2%80%8B"];

#[tokio::test]
async fn what_was_taken_into_a_link_is_no_part_of_it() {
    let site = Site::new();
    for behind in BEHIND {
        let (link, receipt) = site.share("secret=hello").await;
        let (page, asked) = site.asked(site.get(&format!("{link}{behind}"))).await;
        assert_eq!((page.status().as_u16(), asked), (200, 0), "{behind}");
        let own = site.get(&link).await;
        assert!(page.without_token() == own.without_token(), "{behind}: pages differ");
        let status = site.get(&format!("{receipt}{behind}")).await;
        assert_eq!(status.text("#state"), "Not read yet", "{behind}");
        assert_eq!(status.attribute("a.danger", "href"), format!("{receipt}/burn"));
        assert_eq!(site.post(&format!("{link}{behind}"), "").await.text("#value"), "hello", "{behind}");
    }
}

/// A letter or a digit more is another key, or none.
#[tokio::test]
async fn what_could_be_part_of_a_key_is_not_taken_off() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello").await;
    let inner = format!("{}.{}", &link[..20], &link[20..]);
    for path in [
        format!("{link}x"),
        format!("{link}.x"),
        format!("{link}%C3%A9"),
        inner,
        format!("/secret/.{}", &link[8..]),
    ] {
        for method in [Method::GET, Method::POST] {
            let form = [("content-type", super::site::FORM)];
            assert_eq!(site.ask(method, &path, &form, "").await.status(), 404, "{path}");
        }
    }
    // Nor by clients, which have the link from an answer.
    for path in [format!("/api/v1{link}."), format!("/api/v1/secret/{NO_KEY}.")] {
        assert_eq!(site.app.post(&path, "").await.status, 404);
    }
    assert_eq!(site.post(&link, "").await.text("#value"), "hello");
}

#[tokio::test]
async fn nothing_that_has_to_be_exact_is_translated_or_corrected() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=hello&passphrase=p").await;
    let generated = site.post("/", "secret=&do=generate").await;
    let translated = |page: &super::site::Page, what: &str| {
        let exact = page.all(&format!("{what}[translate=no]"));
        assert_eq!((exact.len(), page.all(what).len()), (1, 1), "{what}");
    };
    translated(&generated, "#value");
    translated(&generated, "#link");
    translated(&site.get(&receipt).await, "#link");
    let passphrase = site.post(&link, "").await;
    translated(&passphrase, "#passphrase");
    let form = site.get("/").await;
    translated(&form, "#secret");
    translated(&form, "#passphrase");
    for (page, field) in [(&form, "#secret"), (&form, "#passphrase"), (&passphrase, "#passphrase")] {
        for (name, value) in [("autocorrect", "off"), ("autocapitalize", "off"), ("spellcheck", "false")] {
            assert_eq!(page.attribute(field, name), value, "{field}");
        }
    }
    translated(&site.post(&link, "passphrase=p").await, "#value");
}
