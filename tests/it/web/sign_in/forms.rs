//! What people who signed in send: shares in the name of their account, from pages of their own session only.

use readonce::domain::TtlPolicy;
use readonce::service::{Access, Policy};

use super::browser::{Browser, mark};
use crate::api_v1::app::policy;
use crate::web::site::{Site, settings};

fn closed() -> Site {
    Site::with(Policy { create: Access::Account, ..policy() }, settings())
}

#[tokio::test]
async fn whoever_signed_in_shares_as_their_account_under_its_plan() {
    let site =
        Site::with(Policy { ttl: TtlPolicy { min: 60, default: 3600, max: 3600 }, ..policy() }, settings());
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let page = ann.get("/").await;
    let longest = page.all("option").last().unwrap().attr("value").unwrap().to_owned();
    assert_eq!(longest, "2592000", "the plan's, and not that of strangers");
    let page = ann.share("secret=hello&ttl=2592000").await;
    assert_eq!(page.status(), 200, "{}", page.answer.text);
    let receipt = page.attribute("a.button", "href").replace("/receipt/", "");
    let stored = site.app.post(&format!("/api/v1/private/{receipt}"), "").await;
    assert_eq!(
        (stored.field("custid").as_str(), stored.json()["ttl"].as_u64()),
        ("ann@example.org", Some(2_592_000))
    );

    let mut bob = Browser::of(&site, "bob@example.org", "small").await;
    let page = bob.share(&format!("secret={}", "x".repeat(101))).await;
    assert_eq!(page.text("#secret-wrong"), "The secret is too long: 100 bytes are allowed.");
    assert_eq!(bob.get("/").await.attribute("#typed", "data-max"), "100");
}

#[tokio::test]
async fn where_an_account_is_needed_signing_in_is_the_way_in() {
    let site = closed();
    let page = site.get("/").await;
    assert_eq!(page.heading(), "Sharing takes an account here");
    assert_eq!(page.attribute("main a.primary", "href"), "/sign-in");
    assert!(!page.has("main form") && !page.answer.text.contains("API"));
    let page = site.post("/", "secret=x").await;
    assert_eq!((page.status().as_u16(), page.has("main form")), (403, false));
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let page = ann.share("secret=hello").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (200, "The link is ready"));
}

/// Another site's page has no mark, and another session's has another one.
#[tokio::test]
async fn a_form_without_the_sessions_mark_shares_nothing_and_loses_nothing() {
    let site = closed();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let mut mallory = Browser::of(&site, "mallory@example.org", "default").await;
    let of_mallory = mark(&mallory.get("/").await);
    let of_ann = mark(&ann.get("/").await);
    let altered = format!("{}A", &of_ann[..of_ann.len() - 1]);
    for form in ["", "&form=", "&form=none", &format!("&form={of_mallory}"), &format!("&form={altered}A")] {
        let page = ann.post("/", &format!("secret=kept&passphrase=swordfish&ttl=3600{form}")).await;
        assert_eq!(
            (page.status().as_u16(), page.heading().as_str()),
            (409, "You have signed in anew"),
            "{form}"
        );
        assert_eq!((page.text("#secret").as_str(), page.has("#link")), ("kept", false), "{form}");
        assert!(!page.answer.text.contains("swordfish"));
        // The page that comes back can be sent.
        let again = format!("secret=kept&passphrase=swordfish&ttl=3600&form={}", mark(&page));
        assert!(ann.post("/", &again).await.has("#link"), "{form}");
    }
    let page = ann.post("/sign-out", &format!("form={of_mallory}")).await;
    assert_eq!((page.status().as_u16(), page.answer.header("set-cookie")), (409, None));
    assert!(ann.who().await.is_some() && mallory.share("secret=x").await.has("#link"));
}

#[tokio::test]
async fn a_text_outlives_the_session_that_it_was_typed_in() {
    for site in [closed(), Site::new()] {
        let token = site.app.account("ann@example.org", "default").await;
        let mut ann = Browser::new(&site);
        ann.sign_in("ann@example.org", &token, "").await;
        let typed = format!("secret=kept&ttl=3600&form={}", mark(&ann.get("/").await));
        site.app.clock.advance(28_800);
        let page = ann.post("/", &typed).await;
        assert_eq!(
            (page.status().as_u16(), page.heading().as_str()),
            (403, "You are not signed in any more")
        );
        assert_eq!((page.text("#secret").as_str(), page.has("#link")), ("kept", false));
        assert_eq!(page.attribute("main a[target]", "href"), "/sign-in");
        // Nor is it shared by nobody in particular when it is sent once more.
        let typed = format!("secret=kept&ttl=3600&form={}", mark(&page));
        assert_eq!(ann.post("/", &typed).await.status(), 403);
        ann.sign_in("ann@example.org", &token, "").await;
        let page = ann.post("/", &typed).await;
        assert_eq!((page.status().as_u16(), page.text("#secret").as_str()), (409, "kept"));
        let page = ann.post("/", &format!("secret=kept&ttl=3600&form={}", mark(&page))).await;
        assert!(page.has("#link"));
    }
}

#[tokio::test]
async fn another_language_keeps_the_form_and_the_session() {
    let site = closed();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let old = mark(&ann.get("/").await);
    let page = ann.post("/?locale=de", &format!("secret=kept&do=language&form={old}")).await;
    assert_eq!((page.status().as_u16(), page.text("#secret").as_str()), (200, "kept"));
    assert!(ann.post("/", &format!("secret=kept&form={}", mark(&page))).await.has("#link"));
}

#[tokio::test]
async fn a_recipient_is_asked_for_where_mail_is_sent_and_only_of_accounts() {
    let site = Site::new();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    assert!(!site.get("/").await.has("#recipient") && !ann.get("/").await.has("#recipient"));
    // Whoever sends one all the same is told.
    assert_eq!(ann.share("secret=x&recipient=bob@example.org").await.status(), 400);
    let page = site.post("/", "secret=x&recipient=bob@example.org").await;
    assert!(page.status() == 422 && !page.has("#link"), "{}", page.answer.text);
}

/// With `access.metadata = "account"`, receipts are for people who signed in, and burning takes a page of theirs.
#[tokio::test]
async fn receipts_that_take_an_account_are_shown_to_people_who_signed_in() {
    let site = Site::with(Policy { metadata: Access::Account, ..policy() }, settings());
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let (_, receipt) = site.share("secret=x").await;
    let page = site.get(&receipt).await;
    assert_eq!((page.status().as_u16(), page.attribute(".after a", "href").as_str()), (403, "/sign-in"));
    assert_eq!(ann.get(&receipt).await.heading(), "Status of a secret");
    let burn = format!("{receipt}/burn");
    let asked = ann.get(&burn).await;
    assert_eq!(ann.post(&burn, "").await.status(), 409);
    let page = ann.post(&burn, &format!("form={}", mark(&asked))).await;
    assert_eq!(page.text("#state"), "Destroyed");
}
