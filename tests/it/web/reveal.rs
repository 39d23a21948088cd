//! The page of a link: constant, then one value, once, byte for byte.

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::site::{FORM, NO_KEY, Page, Site};
use crate::api_v1::app::json;

#[tokio::test]
async fn the_page_is_the_same_for_every_key_and_asks_no_store() {
    let site = Site::new();
    let (link, _) = site.share("secret=x").await;
    let (locked, _) = site.share("secret=x&passphrase=p").await;
    let (read, _) = site.share("secret=x").await;
    assert_eq!(site.post(&read, "").await.text("#value"), "x");
    let asking = async {
        let one = site.get(&link).await;
        for other in [&locked, &read, &format!("/secret/{NO_KEY}")] {
            let other = site.get(other).await;
            assert_eq!(other.status(), StatusCode::OK);
            assert!(other.token() != one.token(), "a page is known by its token");
            assert!(other.without_token() == one.without_token(), "pages differ");
        }
        let head = site.ask(Method::HEAD, &link, &[], "").await;
        assert_eq!((head.status().as_u16(), head.answer.text.as_str()), (200, ""));
        one
    };
    let (page, asked) = site.asked(asking).await;
    assert_eq!(asked, 0);
    assert!(!page.answer.text.contains(&link[8..]), "not even its own key");
    assert_eq!(page.all("form button").len(), 1);
    assert!(page.all("form [name]").len() == 1 && page.one("form").attr("action").is_none());
    assert!(!page.answer.text.contains("og:"));
}

#[tokio::test]
async fn what_is_no_key_is_no_page() {
    let site = Site::new();
    let keys = ["x", "%00", &NO_KEY.to_uppercase(), &format!("{NO_KEY}0"), &NO_KEY[7..], "%ff", "..%2f"];
    for key in keys {
        for method in [Method::GET, Method::POST, Method::HEAD] {
            let path = format!("/secret/{key}");
            let asking = site.ask(method.clone(), &path, &[("content-type", FORM)], "");
            let (page, asked) = site.asked(asking).await;
            assert_eq!((page.status().as_u16(), asked), (404, 0), "{method} {key}");
        }
    }
}

#[tokio::test]
async fn a_secret_is_shown_once_and_then_gone_like_any_other() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello").await;
    let page = site.post(&link, "").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (200, "Here is the secret"));
    assert_eq!(page.text("#value"), "hello");
    assert_eq!(page.attribute("[data-copy]", "data-copy"), "value");
    let (burned, receipt) = site.share("secret=x").await;
    assert_eq!(site.post(&format!("{receipt}/burn"), "").await.status(), 200);
    let (expired, _) = site.share("secret=x&ttl=60").await;
    site.app.clock.advance(61);
    let gone = site.post(&link, "").await;
    assert_eq!((gone.status().as_u16(), gone.heading().as_str()), (404, "There is no secret here"));
    for other in [&burned, &expired, &format!("/secret/{NO_KEY}")] {
        for form in ["", "passphrase=x"] {
            let other = site.post(other, form).await;
            assert_eq!(other.status(), 404);
            assert!(other.answer.text == gone.answer.text, "they can be told apart");
        }
    }
}

#[tokio::test]
async fn a_passphrase_is_asked_for_when_it_is_needed() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=hello&passphrase=swordfish").await;
    let asked = site.post(&link, "").await;
    assert_eq!((asked.status().as_u16(), asked.has("#passphrase-wrong")), (200, false));
    assert_eq!(asked.attribute("#passphrase", "type"), "password");
    for wrong in ["wr0ng", &"x".repeat(500)] {
        let page = site.post(&link, &format!("passphrase={wrong}")).await;
        assert_eq!(page.status(), 422);
        assert!(
            page.text("#passphrase-wrong")
                .starts_with("This passphrase is wrong. The secret is still there.")
        );
        let left = page.text("#passphrase-wrong").contains("There are 4 more tries.");
        assert_eq!(left, wrong.len() < 128, "one that is too long is none");
        assert!(!page.answer.text.contains(wrong), "a passphrase is never sent back");
    }
    assert_eq!(site.get(&receipt).await.text("#state"), "Not read yet");
    assert_eq!(site.post(&link, "passphrase=swordfish").await.text("#value"), "hello");
    assert_eq!(site.post(&link, "passphrase=swordfish").await.status(), 404);
}

/// The API still says one and the same of all of it.
#[tokio::test]
async fn only_people_are_told_that_a_passphrase_is_needed() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello&passphrase=swordfish").await;
    for body in ["", "passphrase=wrong"] {
        let answer = site.app.post(&format!("/api/v1{link}"), body).await;
        assert_eq!((answer.status.as_u16(), answer.field("message").as_str()), (404, "Unknown secret"));
    }
}

#[tokio::test]
async fn tries_are_limited() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello&passphrase=swordfish").await;
    for _ in 0..5 {
        assert_eq!(site.post(&link, "").await.status(), 200, "no passphrase, no try");
        assert_eq!(site.post(&link, "passphrase=wrong").await.status(), 422);
    }
    let page = site.post(&link, "passphrase=wrong").await;
    assert!(
        page.text(".card").starts_with("\nToo many wrong passphrases were typed. The secret is still there")
    );
    let page = site.post(&link, "passphrase=swordfish").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (429, "Too many tries"));
    assert_eq!(page.answer.header("retry-after"), Some("900"));
    assert!(page.answer.text.contains("15 minutes"));
    site.app.clock.advance(900);
    assert_eq!(site.post(&link, "passphrase=swordfish").await.text("#value"), "hello");
}

/// What the copy button copies.
fn copied(page: &Page) -> String {
    match page.one("#value").attr("data-exact") {
        None => page.text("#value"),
        Some(exact) => String::from_utf8(STANDARD.decode(exact).unwrap()).unwrap(),
    }
}

#[tokio::test]
async fn the_value_survives_html_byte_for_byte() {
    let site = Site::new();
    for value in [
        "a\r\nb\rc\n",
        "\nleading",
        "\n\n\r\n",
        "\r",
        "nul\0in\0it",
        "\u{feff}byte order mark",
        "</textarea></pre></body><script>alert(1)</script>",
        "<!-- &amp; &lt; &#13; & -->",
        "\"'`={{ value }}{% if x %}",
        "emoji 🔑👩‍👩‍👧‍👦, \u{202e}right to left\u{202c}, עברית, عربي",
        "\u{1}\u{b}\u{c}\u{1b}[31m\u{7f}\u{80}\u{9f}\u{fffe}\u{10ffff}",
        "  spaces  \t tabs\t",
        "\u{2028}\u{2029}\u{85}",
    ] {
        let body = serde_json::json!({ "secret": value }).to_string();
        let key = site.app.send(json("/api/v1/share", &body)).await.field("secret_key");
        let page = site.post(&format!("/secret/{key}"), "").await;
        assert_eq!(page.status(), 200);
        assert_eq!(copied(&page), value);
        assert_eq!(page.has("[data-exact]"), value.contains('\0'), "{value:?}");
        assert_eq!(page.text("#value"), value.replace('\0', "\u{2400}"));
        assert_eq!(page.all("script").len(), 1, "{value:?}");
    }
    let long = "é<&\r".repeat(2000);
    let body = serde_json::json!({ "secret": long }).to_string();
    let key = site.app.send(json("/api/v1/share", &body)).await.field("secret_key");
    assert_eq!(copied(&site.post(&format!("/secret/{key}"), "").await), long);
}

#[tokio::test]
async fn another_site_cannot_reveal() {
    let site = Site::new();
    let (link, _) = site.share("secret=hello").await;
    let headers = [("content-type", FORM), ("sec-fetch-site", "cross-site")];
    let (page, asked) = site.asked(site.ask(Method::POST, &link, &headers, "")).await;
    assert_eq!((page.status().as_u16(), asked), (403, 0));
    assert_eq!(site.post(&link, "").await.text("#value"), "hello");
}

#[tokio::test]
async fn the_whole_page_is_small() {
    let site = Site::new();
    let page = site.get(&format!("/secret/{NO_KEY}")).await;
    let mut total = page.answer.text.len();
    let files: Vec<_> = page.addresses().into_iter().filter(|address| address.contains("/assets/")).collect();
    for file in ["style-", "script-", "icon-"] {
        let address = files.iter().find(|address| address.contains(file)).unwrap();
        let file = site.get(address).await;
        assert_eq!(file.status(), 200);
        total += file.answer.text.len();
    }
    assert!(total + 4 * 1024 < 30_000, "{total} bytes and four heads");
}
