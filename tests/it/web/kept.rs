//! A form that is refused comes back with what was typed into it, but for the passphrase, which is asked for again: a text is
//! never lost, and a passphrase never silently left out (ADR 0057).

use std::time::Duration;

use readonce::domain::Locale;
use readonce::service::{Limits, Policy};

use super::site::{Page, Site, settings};
use crate::api_v1::app::{OFF, policy};
use crate::api_v1::watched::Trouble;

const AGAIN: &str = "Please type the passphrase again: it is never sent back to this page.";
/// With a line break as browsers send it.
const TEXT: &str = "secret=two%0D%0Alines+%3C%2Ftextarea%3E&ttl=3600";
const HELD: &str = "two\nlines </textarea>";

/// What a browser sends of the form that is shown.
fn form(page: &Page, secret: &str, passphrase: &str) -> String {
    let hidden: Vec<_> = page
        .all("form [type=hidden]")
        .iter()
        .map(|input| format!("&{}={}", input.attr("name").unwrap(), input.attr("value").unwrap()))
        .collect();
    format!("secret={secret}&passphrase={passphrase}&do=share{}", hidden.concat())
}

#[track_caller]
fn keeps_all_but_the_passphrase(page: &Page) {
    assert_eq!(page.text("#secret"), HELD);
    assert_eq!(page.attribute("option[selected]", "value"), "3600");
    assert_eq!(page.text("#passphrase-wrong"), AGAIN);
    assert!(page.attribute("#passphrase", "aria-describedby").contains("passphrase-wrong"));
    assert!(!page.answer.text.contains("swordfish"), "a passphrase is never sent back");
}

#[tokio::test]
async fn a_passphrase_typed_on_a_refused_form_is_asked_for_again() {
    let site = Site::new();
    let page = site.post("/", &format!("secret={}&passphrase=swordfish&do=share", "x".repeat(10_001))).await;
    assert_eq!((page.status().as_u16(), page.text("#passphrase-wrong").as_str()), (422, AGAIN));
    assert_eq!(page.attribute("[autofocus]", "id"), "secret", "one thing after the other");

    // Shortened, and sent without it.
    let (asked, store) = site.asked(site.post("/", &form(&page, "x", ""))).await;
    assert_eq!((asked.status().as_u16(), store), (422, 0));
    assert!(asked.text("#passphrase-wrong").starts_with("The passphrase is missing."));
    assert_eq!(
        (asked.text("#secret").as_str(), asked.attribute("[autofocus]", "id").as_str()),
        ("x", "passphrase")
    );
    // Or with it.
    let shared = site.post("/", &form(&page, "x", "swordfish")).await;
    assert!(shared.answer.text.contains("Whoever has the link and knows the passphrase, once"));
    // Without one again, it is meant.
    let shared = site.post("/", &form(&asked, "x", "")).await;
    assert!(shared.answer.text.contains("Whoever has the link, once"));
}

#[tokio::test]
async fn whoever_typed_no_passphrase_is_not_asked_for_one() {
    let site = Site::new();
    let page = site.post("/", &format!("secret={}&passphrase=", "x".repeat(10_001))).await;
    assert!(!page.has("#passphrase-wrong") && !page.has("[name=protect]"));
    assert_eq!(site.post("/", &form(&page, "x", "")).await.status(), 200);
}

#[tokio::test]
async fn too_many_requests_lose_no_text() {
    let limits = Limits { create: 1, window: Duration::from_mins(20), ..OFF };
    let site = Site::with(Policy { limits, ..policy() }, settings());
    site.share("secret=x").await;
    let (page, asked) = site.asked(site.post("/", &format!("{TEXT}&passphrase=swordfish"))).await;
    assert_eq!((page.status().as_u16(), asked), (429, 0));
    assert_eq!(page.heading(), "Too many tries");
    assert!(
        page.text(".warning").contains("20 minutes") && page.text(".warning").contains("still in the form")
    );
    assert_eq!(page.answer.header("retry-after"), Some("1200"));
    keeps_all_but_the_passphrase(&page);
    site.app.clock.advance(1200);
    assert_eq!(site.post("/", &form(&page, "x", "swordfish")).await.status(), 200);

    // What is no form, or larger than every request may be, is refused as before.
    for (body, told) in [("secret=%zz".to_owned(), 400), (format!("secret={}", "x".repeat(70_000)), 429)] {
        site.post("/", TEXT).await;
        let (page, asked) = site.asked(site.post("/", &body)).await;
        assert_eq!((page.status().as_u16(), asked, page.has("form")), (told, 0, false));
    }
}

#[tokio::test]
async fn a_store_in_trouble_loses_no_text() {
    let site = Site::new();
    for trouble in [Trouble::Refusal, Trouble::SilenceAfterwards] {
        site.watch.next(trouble);
        let page = site.post("/?locale=en", &format!("{TEXT}&passphrase=swordfish")).await;
        assert_eq!((page.status().as_u16(), page.heading().as_str()), (503, "Out of order for the moment"));
        let languages = page.all("nav button").len();
        assert_eq!((page.answer.header("retry-after"), languages), (Some("5"), Locale::ALL.len()));
        keeps_all_but_the_passphrase(&page);
    }
}

#[tokio::test]
async fn a_text_beside_a_generated_password_is_not_dropped() {
    let site = Site::new();
    let (page, asked) = site.asked(site.post("/", &format!("{TEXT}&passphrase=swordfish&do=generate"))).await;
    assert_eq!((page.status().as_u16(), asked), (422, 0));
    assert!(page.text("#secret-wrong").starts_with("This text would be left out."));
    keeps_all_but_the_passphrase(&page);
}

/// Without a script nothing is told before it is sent; then at least by the answer.
#[tokio::test]
async fn a_form_that_is_too_large_is_told_how_much_is_allowed() {
    let site = Site::new();
    let page = site.post("/", &format!("secret={}", "x".repeat(70_000))).await;
    assert_eq!(page.status(), 413);
    assert!(page.text("main").contains("10000 bytes are allowed"), "{}", page.text("main"));
}

/// As a browser without a script does: the language is a button of the form.
#[tokio::test]
async fn another_language_loses_no_text() {
    let site = Site::new();
    let page = site.get("/?locale=en").await;
    let german = page.all("nav button").into_iter().find(|button| button.attr("lang") == Some("de")).unwrap();
    assert_eq!(german.attr("form"), page.one("form").attr("id"));
    let [to, name, value] = ["formaction", "name", "value"].map(|name| german.attr(name).unwrap());
    let typed = format!("{TEXT}&passphrase=swordfish&length=20&symbols=yes&{name}={value}");
    let (page, asked) = site.asked(site.post(to, &typed)).await;
    assert_eq!((page.status().as_u16(), asked), (200, 0), "nothing is shared");
    assert_eq!(
        (page.heading().as_str(), page.attribute("html", "lang").as_str()),
        ("Ein Geheimnis teilen", "de")
    );
    assert_eq!(page.text("#secret"), HELD);
    assert_eq!(page.attribute("option[selected]", "value"), "3600");
    assert_eq!(page.attribute("#length", "value"), "20");
    assert!(page.one("#symbols").attr("checked").is_some() && page.one("#numbers").attr("checked").is_none());
    assert!(page.text("#passphrase-wrong").starts_with("Bitte die Passphrase noch einmal"));
    assert!(!page.answer.text.contains("swordfish"));
    // From there to the link, in that language.
    let shared = site.post(&page.attribute("form", "action"), &form(&page, "x", "swordfish")).await;
    assert_eq!((shared.status().as_u16(), shared.attribute("html", "lang").as_str()), (200, "de"));
    assert!(shared.text("main").contains("Passphrase kennt"));

    // An empty form is no wrong one, and asks for nothing.
    let page = site.post("/?locale=sv", "secret=&passphrase=&do=language").await;
    assert_eq!((page.status().as_u16(), page.all(".wrong").len()), (200, 0));
}
