//! Burning: asked once more, then done, by a POST only.

use axum::http::Method;

use super::site::{FORM, NO_KEY, Site};
use crate::api_v1::watched::Trouble;

#[tokio::test]
async fn it_is_asked_once_more() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x").await;
    let page = site.get(&format!("{receipt}/burn")).await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (200, "Destroy this secret?"));
    assert!(page.one("form").attr("action").is_none());
    assert_eq!(page.attribute("form a", "href"), receipt);
    assert_eq!(site.post(&link, "").await.text("#value"), "x", "asking destroys nothing");
}

#[tokio::test]
async fn it_is_not_asked_of_what_has_ended_or_never_was() {
    let site = Site::new();
    let (link, read) = site.share("secret=x&ttl=3600").await;
    site.post(&link, "").await;
    let (_, burned) = site.share("secret=x&ttl=3600").await;
    site.post(&format!("{burned}/burn"), "").await;
    let (_, expired) = site.share("secret=x&ttl=3600").await;
    site.app.clock.advance(3600);
    for receipt in [read, burned, expired] {
        let page = site.get(&format!("{receipt}/burn?locale=en")).await;
        assert_eq!(
            (page.status().as_u16(), page.heading().as_str()),
            (404, "There is nothing left to destroy")
        );
        assert!(!page.has("form"));
        assert_eq!(page.attribute(".after a", "href"), format!("{receipt}?locale=en"));
    }
    let page = site.get(&format!("/receipt/{NO_KEY}/burn")).await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (404, "There is no status here"));
}

/// A store that is away is no reason to say that there is nothing.
#[tokio::test]
async fn while_the_store_is_away_nothing_is_said_of_it() {
    let site = Site::new();
    let (_, receipt) = site.share("secret=x").await;
    site.watch.next(Trouble::Refusal);
    let page = site.get(&format!("{receipt}/burn")).await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (503, "Out of order for the moment"));
    assert_eq!(page.attribute(".after a", "href"), format!("{receipt}/burn"));
}

#[tokio::test]
async fn a_post_burns_and_what_is_gone_cannot_be_burned() {
    let site = Site::new();
    for form in ["secret=x", "secret=x&passphrase=p"] {
        let (link, receipt) = site.share(form).await;
        let page = site.post(&format!("{receipt}/burn"), "").await;
        assert_eq!((page.status().as_u16(), page.text("#state").as_str()), (200, "Destroyed"));
        assert_eq!(site.post(&link, "passphrase=p").await.status(), 404);
        let page = site.post(&format!("{receipt}/burn"), "").await;
        assert_eq!(
            (page.status().as_u16(), page.heading().as_str()),
            (404, "There is nothing left to destroy")
        );
        assert_eq!(page.attribute(".after a", "href"), receipt, "which tells what became of it");
    }
}

#[tokio::test]
async fn another_site_cannot_burn() {
    let site = Site::new();
    let (link, receipt) = site.share("secret=x").await;
    let path = format!("{receipt}/burn");
    for headers in
        [&[("content-type", FORM), ("sec-fetch-site", "cross-site")][..], &[("content-type", "text/plain")]]
    {
        let (page, asked) = site.asked(site.ask(Method::POST, &path, headers, "")).await;
        assert!(page.status().is_client_error());
        assert_eq!(asked, 0);
    }
    assert_eq!(site.post(&link, "").await.text("#value"), "x");
}
