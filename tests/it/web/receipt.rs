//! The status page, in every state.

use axum::http::Method;
use readonce::service::{Access, Policy};

use super::site::{NO_KEY, Site, settings};
use crate::api_v1::app::policy;

#[tokio::test]
async fn unread_it_shows_the_link_and_who_can_open_it() {
    let site = Site::new();
    for (form, who) in [
        ("secret=x&ttl=3600", "Whoever has the link, once"),
        ("secret=x&ttl=3600&passphrase=p", "Whoever has the link and knows the passphrase, once"),
    ] {
        let (link, receipt) = site.share(form).await;
        for name in ["receipt", "private", "metadata"] {
            let page = site.get(&receipt.replace("/receipt/", &format!("/{name}/"))).await;
            assert_eq!((page.status().as_u16(), page.text("#state").as_str()), (200, "Not read yet"));
            assert_eq!(page.text("#link"), format!("https://secrets.example.org/ots{link}"));
            let told: Vec<_> = page.all("dd").iter().map(|told| told.text()).collect();
            assert_eq!(told.len(), if form.contains("passphrase") { 5 } else { 4 });
            assert_eq!(told[1], who);
            assert_eq!(page.attribute("a.danger", "href"), format!("{receipt}/burn"));
        }
        assert_eq!(site.post(&link, "passphrase=p").await.text("#value"), "x", "looking changes nothing");
    }
}

/// How often, whether somebody has to wait, and what to do.
#[tokio::test]
async fn of_a_protected_secret_the_sharer_sees_what_was_tried() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x&passphrase=right").await;
    let told = async || {
        let page = site.get(&receipt).await;
        let next = page.text("#tries");
        (
            next,
            page.has("#refused time"),
            page.all(".card")[0].text().contains("If it is not your recipient who tries"),
        )
    };
    assert_eq!(told().await, ("None".to_owned(), false, false));
    site.post(&link, "passphrase=wrong").await;
    assert_eq!(told().await, ("One, which did not open the secret".to_owned(), false, true));
    let limit = policy().tries;
    for _ in 1..limit {
        site.post(&link, "passphrase=wrong").await;
    }
    let all = format!("{limit}, none of which opened the secret");
    assert_eq!(told().await, (all.clone(), true, true));
    assert_eq!(site.post(&link, "passphrase=right").await.status(), 429);
    assert_eq!(told().await, (all.clone(), true, true), "what is refused is no try");
    site.app.clock.advance(policy().window.as_secs());
    assert_eq!(told().await, (all, false, true));
    assert_eq!(site.post(&link, "passphrase=right").await.text("#value"), "x");
    assert!(!site.get(&receipt).await.has("#tries"), "they ended with the secret");

    let (_, unprotected) = site.share("secret=x").await;
    assert!(!site.get(&unprotected).await.has("#tries"));
}

#[tokio::test]
async fn what_became_of_it_is_told_without_the_link() {
    let site = Site::new();
    let (link, read) = site.share("secret=x&ttl=3600").await;
    let (_, burned) = site.share("secret=x&ttl=3600").await;
    let (_, expired) = site.share("secret=x&ttl=60").await;
    site.app.clock.advance(61);
    site.post(&link, "").await;
    site.post(&format!("{burned}/burn"), "").await;
    for (receipt, state, times) in [(&read, "Read", 3), (&burned, "Destroyed", 3), (&expired, "Expired", 2)] {
        let page = site.get(receipt).await;
        assert_eq!((page.status().as_u16(), page.text("#state").as_str()), (200, state));
        assert!(!page.has("#link") && !page.has("a.danger"), "{state}");
        assert_eq!(page.all("time").len(), times, "{state}");
        let is_warned = page.text(".card").contains("Then change at once what was shared.");
        assert_eq!(is_warned, state == "Read");
    }
    site.app.clock.advance(7200);
    let page = site.get(&read).await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (404, "There is no status here"));
}

#[tokio::test]
async fn head_asks_no_store_and_tells_nothing() {
    let site = Site::new();
    let (_, receipt) = site.share("secret=x").await;
    let asking = async {
        for path in [receipt.clone(), format!("/private/{NO_KEY}"), format!("{receipt}/burn")] {
            let head = site.ask(Method::HEAD, &path, &[], "").await;
            assert_eq!((head.status().as_u16(), head.answer.text.as_str()), (200, ""));
            assert_eq!(head.answer.header("content-type"), Some("text/html; charset=utf-8"));
        }
    };
    assert_eq!(site.asked(asking).await.1, 0);
}

#[tokio::test]
async fn each_key_opens_its_own_door_only() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x").await;
    let (secret, key) = (&link["/secret/".len()..], &receipt["/receipt/".len()..]);
    assert_eq!(site.get(&format!("/receipt/{secret}")).await.status(), 404);
    assert_eq!(site.post(&format!("/receipt/{secret}/burn"), "").await.status(), 404);
    assert_eq!(site.post(&format!("/secret/{key}"), "").await.status(), 404);
    assert_eq!(site.post(&link, "").await.text("#value"), "x");
}

#[tokio::test]
async fn where_receipts_take_an_account_the_page_says_so() {
    let site = Site::with(Policy { metadata: Access::Account, ..policy() }, settings());
    let (_, receipt) = site.share("secret=x").await;
    let asking = async {
        assert_eq!(site.get(&receipt).await.status(), 403);
        assert_eq!(site.get(&format!("{receipt}/burn")).await.status(), 403);
        site.post(&format!("{receipt}/burn"), "").await
    };
    let (page, asked) = site.asked(asking).await;
    assert_eq!((page.status().as_u16(), asked), (403, 0));
    assert_eq!(page.heading(), "The status takes an account here");
}
