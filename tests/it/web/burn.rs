//! Burning: asked once more, then done, by a POST only.

use axum::http::Method;

use super::site::{FORM, NO_KEY, Site};

#[tokio::test]
async fn it_is_asked_once_more_without_a_look_at_the_store() {
    let site = Site::new();
    let (_, receipt) = site.share("secret=x").await;
    let (page, asked) = site.asked(site.get(&format!("{receipt}/burn"))).await;
    assert_eq!((page.status().as_u16(), asked), (200, 0));
    assert_eq!(page.heading(), "Destroy this secret?");
    assert!(page.one("form").attr("action").is_none());
    assert_eq!(page.attribute("form a", "href"), receipt);
    let (other, asked) = site.asked(site.get(&format!("/receipt/{NO_KEY}/burn"))).await;
    assert_eq!((other.status().as_u16(), asked), (200, 0));
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
