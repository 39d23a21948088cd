//! The form, and the page of a new link.

use axum::http::Method;
use readonce::domain::{PassphraseRule, TtlPolicy};
use readonce::service::{Access, Policy};

use super::site::{FORM, Site, settings};
use crate::api_v1::app::policy;

#[tokio::test]
async fn the_form_offers_what_the_operator_allows_and_no_recipient() {
    let site = Site::new();
    let page = site.get("/").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.heading(), "Share a secret");
    assert_eq!(page.attribute("form", "method"), "post");
    let names: Vec<_> = page.all("form [name]").iter().map(|field| field.attr("name").unwrap()).collect();
    let password = ["length", "uppercase", "lowercase", "numbers", "symbols", "distinct"];
    assert_eq!(names, [&["secret", "passphrase", "ttl", "do", "do"][..], &password].concat());
    let options: Vec<_> = page.all("option").iter().map(|option| option.text()).collect();
    assert_eq!(
        options,
        ["5 minutes", "30 minutes", "1 hour", "4 hours", "12 hours", "1 day", "3 days", "7 days"]
    );
    assert_eq!(page.attribute("option[selected]", "value"), "604800");

    let ttl = TtlPolicy { min: 3600, default: 7200, max: 14_400 };
    let site = Site::with(Policy { ttl, ..policy() }, settings());
    let page = site.get("/").await;
    let values: Vec<_> = page.all("option").iter().map(|option| option.attr("value").unwrap()).collect();
    assert_eq!(values, ["3600", "7200", "14400"]);
    assert_eq!(page.attribute("option[selected]", "value"), "7200");
}

#[tokio::test]
async fn every_field_has_its_label() {
    let site = Site::new();
    for path in ["/".to_owned(), "/?locale=bg".to_owned()] {
        let page = site.get(&path).await;
        for field in page.all("textarea, select, input:not([type=hidden])") {
            let id = field.attr("id").unwrap();
            assert!(!page.text(&format!("label[for={id}]")).trim().is_empty(), "{id}");
            for described in field.attr("aria-describedby").unwrap_or_default().split_whitespace() {
                assert!(page.has(&format!("#{described}")), "{described}");
            }
        }
    }
}

#[tokio::test]
async fn a_new_link_comes_with_all_that_is_needed() {
    let site = Site::new();
    let page = site.post("/", "secret=hello&passphrase=&ttl=3600&do=share").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (200, "The link is ready"));
    let link = page.text("#link");
    let key = link.strip_prefix("https://secrets.example.org/ots/secret/").unwrap();
    assert_eq!(key.len(), 31);
    assert_eq!(page.attribute("[data-copy]", "data-copy"), "link");
    assert!(page.text(".warning").contains("do not open this link yourself"));
    assert_eq!(page.attribute("svg", "role"), "img");
    assert!(!page.answer.text.contains("hello"), "the value is shown to nobody but the reader");
    assert_eq!(page.attribute("time", "datetime"), "2026-11-21T08:47:09Z".replace("08:47", &one_hour_on()));
    assert!(page.answer.text.contains("Whoever has the link, once"));
    assert!(!page.has("nav"), "another language would be another request, and the link gone");
    assert_eq!(site.app.post(&format!("/api/v1/secret/{key}"), "").await.field("value"), "hello");
}

/// An hour after the tests' present, hours and minutes.
fn one_hour_on() -> String {
    let of_day = (crate::api_v1::app::NOW + 3600) % 86_400;
    format!("{:02}:{:02}", of_day / 3600, of_day % 3600 / 60)
}

#[tokio::test]
async fn lifetime_and_passphrase_are_kept() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x&passphrase=sw%C3%B6rd&ttl=300").await;
    let key = receipt.strip_prefix("/receipt/").unwrap();
    let answer = site.app.post(&format!("/api/v1/private/{key}"), "").await.json();
    assert_eq!((answer["ttl"].as_u64(), answer["passphrase_required"].as_bool()), (Some(300), Some(true)));
    assert_eq!(site.app.post(&format!("/api/v1{link}"), "passphrase=sw%C3%B6rd").await.field("value"), "x");
}

#[tokio::test]
async fn lines_are_shared_as_the_field_holds_them() {
    let site = Site::new();
    for (sent, value) in [
        ("a%0D%0Ab%0D%0A", "a\nb\n"),
        ("%0D%0Aa%0D%0D%0A", "\na\r\n"),
        ("a%0Ab", "a\nb"),
        ("%E2%80%AEabc+%F0%9F%94%91", "\u{202e}abc 🔑"),
        ("+x+", " x "),
    ] {
        let (link, _) = site.share(&format!("secret={sent}")).await;
        assert_eq!(site.app.post(&format!("/api/v1{link}"), "").await.field("value"), value, "{sent}");
    }
}

#[tokio::test]
async fn a_password_is_made_up_and_shown_once() {
    let site = Site::new();
    let page = site.post("/", "secret=&passphrase=&ttl=&do=generate").await;
    assert_eq!(page.status(), 200);
    let value = page.text("#value");
    assert_eq!(value.chars().count(), 12);
    let link = page.text("#link").replace("https://secrets.example.org/ots", "");
    assert_eq!(site.app.post(&format!("/api/v1{link}"), "").await.field("value"), value);
}

#[tokio::test]
async fn length_and_characters_of_a_password_can_be_chosen() {
    let site = Site::new();
    let page = site.get("/").await;
    let chosen: Vec<_> =
        page.all("[type=checkbox][checked]").iter().map(|it| it.attr("id").unwrap()).collect();
    assert_eq!(chosen, ["uppercase", "lowercase", "numbers", "symbols", "distinct"]);
    assert_eq!(page.attribute("#length", "value"), "12");

    let made = async |form: &str| {
        let page = site.post("/", &format!("secret=&passphrase=&ttl=&do=generate&{form}")).await;
        assert_eq!(page.status(), 200, "{form}");
        page.text("#value")
    };
    let pin = made("length=4&numbers=yes").await;
    assert!(pin.len() == 4 && pin.bytes().all(|byte| byte.is_ascii_digit()), "{pin}");
    let long = made("length=+128+&uppercase=yes&lowercase=yes").await;
    assert!(long.len() == 128 && long.bytes().all(|byte| byte.is_ascii_alphabetic()), "{long}");
    assert!(
        long.bytes().any(|byte| byte.is_ascii_uppercase()) && long.bytes().any(|it| it.is_ascii_lowercase())
    );
    let distinct = made("length=128&lowercase=yes&numbers=yes&distinct=yes").await;
    assert!(!distinct.contains(['i', 'l', 'o', '1', '0']), "{distinct}");

    for form in [
        "length=12",
        "length=3&numbers=yes",
        "length=129&numbers=yes",
        "length=&numbers=yes",
        "length=x&symbols=yes",
    ] {
        let body = format!("secret=&passphrase=p&ttl=3600&do=generate&{form}");
        let (page, asked) = site.asked(site.post("/", &body)).await;
        assert_eq!((page.status().as_u16(), asked), (422, 0), "{form}");
        assert!(page.text("#length-wrong").contains("4 to 128"), "{form}");
        assert!(page.has("details[open]") && page.has("[name=protect]"), "{form}");
        assert_eq!(page.has("#numbers[checked]"), form.contains("numbers"), "{form}");
        assert_eq!(page.attribute("#length", "value"), form["length=".len()..].split('&').next().unwrap());
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_beside_the_field_and_what_was_typed_stays() {
    let site = Site::new();
    let page = site.post("/", "secret=&passphrase=p&ttl=3600").await;
    assert_eq!(page.status(), 422);
    assert_eq!(page.text("#secret-wrong"), "Please write something to share.");
    assert_eq!(page.attribute("#secret", "aria-describedby"), "secret-wrong");
    assert_eq!(page.attribute("option[selected]", "value"), "3600");

    let long = format!("{}%0D%0A%3C%2Ftextarea%3E", "x".repeat(10_000));
    let page = site.post("/", &format!("secret={long}")).await;
    assert_eq!(page.text("#secret-wrong"), "The secret is too long: 10000 bytes are allowed.");
    assert_eq!(page.text("#secret"), format!("{}\n</textarea>", "x".repeat(10_000)));

    let page = site.post("/", &format!("secret=%0Akept&passphrase={}", "p".repeat(129))).await;
    assert!(page.text("#passphrase-wrong").contains("128"));
    assert_eq!(page.text("#secret"), "\nkept");
    assert!(!page.answer.text.contains("ppp"), "a passphrase is never sent back");
}

/// What is asked for is said before anything is typed, and kept to where no browser checks it.
#[tokio::test]
async fn what_a_passphrase_has_to_be_like_is_said_beforehand() {
    let page = Site::new().get("/").await;
    assert!(!page.has("#passphrase[required]") && page.text("label[for=passphrase]").contains("(optional)"));
    assert!(!page.text("#passphrase-hint").contains("at least"));

    let passphrase = PassphraseRule { required: true, min_length: 8 };
    let site = Site::with(Policy { passphrase, ..policy() }, settings());
    let page = site.get("/").await;
    assert!(page.has("#passphrase[required]") && !page.text("label[for=passphrase]").contains("optional"));
    assert!(page.text("#passphrase-hint").ends_with("It needs 8 characters at least."));
    for (typed, told) in [
        ("secret=kept&passphrase=", "A passphrase is needed here. Please type one."),
        ("secret=kept&passphrase=1234567", "It needs 8 characters at least."),
        // One was typed before; without it nothing is shared here, so that this is not offered.
        ("secret=kept&passphrase=&protect=yes", "A passphrase is needed here. Please type one."),
    ] {
        for told_of in ["do=share", "do=share&ttl=3600"] {
            let page = site.post("/", &format!("{typed}&{told_of}")).await;
            assert_eq!(
                (page.status().as_u16(), page.text("#passphrase-wrong").as_str()),
                (422, told),
                "{typed}"
            );
            assert_eq!(page.text("#secret"), "kept");
        }
    }
    let page = site.post("/", "passphrase=&length=20&lowercase=yes&do=generate").await;
    assert_eq!(page.text("#passphrase-wrong"), "A passphrase is needed here. Please type one.");
    let page = site.post("/", "secret=kept&passphrase=12345678&do=share").await;
    assert_eq!(page.heading(), "The link is ready");
}

#[tokio::test]
async fn where_an_account_is_needed_the_page_says_so() {
    // And people do not sign in at the pages; where they do, `sign_in::forms` looks.
    let session = std::time::Duration::ZERO;
    let site = Site::with(Policy { create: Access::Account, session, ..policy() }, settings());
    let page = site.get("/").await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (200, "Sharing takes an account here"));
    assert!(!page.has("form") && page.answer.text.contains("API"));
    let (page, asked) = site.asked(site.post("/", "secret=x")).await;
    assert_eq!((page.status().as_u16(), asked), (403, 0));
    assert_eq!(page.heading(), "Sharing takes an account here");
    // No page leads in a circle.
    for path in ["/secret/x", "/nowhere/x"] {
        assert!(!site.get(path).await.has(".after a"), "{path}");
    }
    assert!(!page.has(".after a"));
}

#[tokio::test]
async fn only_forms_of_these_pages_are_taken() {
    let site = Site::new();
    for (headers, status) in [
        (&[("content-type", FORM), ("sec-fetch-site", "cross-site")][..], 403),
        (&[("content-type", "text/plain")], 415),
        (&[("content-type", "application/json")], 415),
        (&[("content-type", "multipart/form-data; boundary=x")], 415),
        (&[], 415),
        (&[("content-type", FORM), ("sec-fetch-site", "same-origin")], 200),
        (&[("content-type", FORM), ("sec-fetch-site", "none")], 200),
        (&[("content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8")], 200),
    ] {
        let (page, asked) = site.asked(site.ask(Method::POST, "/", headers, "secret=x")).await;
        assert_eq!(page.status(), status, "{headers:?}");
        assert_eq!(asked > 0, status == 200, "{headers:?}");
    }
    for body in ["secret=%zz", "secret=%ff", "secret[x]=y", "secret=x&passphrase[a]=b"] {
        let (page, asked) = site.asked(site.post("/", body)).await;
        assert_eq!((page.status().as_u16(), asked), (400, 0), "{body}");
    }
    let page = site.post("/?secret=x", "ttl=60").await;
    assert_eq!(page.status(), 422, "what is in an address is no secret");
}
