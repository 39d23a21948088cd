//! Pages under a path, and under a link domain.

use axum::http::{Method, Uri};
use readonce::server::normaliser;

use super::site::{FORM, Page, Site, settings};
use crate::api_v1::app::policy;

#[tokio::test]
async fn every_address_carries_the_path_of_the_public_url() {
    let site = Site::under("/ots", policy(), settings());
    let shared = site.post("/", "secret=x").await;
    let receipt = shared.attribute("a.button", "href");
    let inner = |path: &str| normaliser("/ots").normalise(path.parse::<Uri>().unwrap()).to_string();
    let link = shared.text("#link").replace("https://secrets.example.org", "");
    let mut pages = vec![shared];
    for path in ["/", "/about", &link, &receipt, &format!("{receipt}/burn"), "/secret/x"] {
        pages.push(site.get(&inner(path)).await);
    }
    let lead_to_pages = async |pages: &[Page]| {
        for address in pages.iter().flat_map(Page::addresses) {
            if !address.starts_with(['?', '#']) {
                assert!(address.starts_with("/ots/"), "{address}");
                let method = Method::GET;
                let answer = site.ask(method, &inner(&address), &[], "").await;
                assert_eq!(answer.status(), 200, "{address}");
            }
        }
    };
    lead_to_pages(&pages).await;
    let revealed = site.ask(Method::POST, &inner(&link), &[("content-type", FORM)], "").await;
    assert_eq!(revealed.text("#value"), "x");
    lead_to_pages(&[revealed]).await;
}

/// A link domain is another host before the same server: nothing in a page may lead away from it.
#[tokio::test]
async fn a_page_under_a_link_domain_stays_there() {
    let site = Site::new();
    let (link, _) = site.share("secret=x").await;
    let host = [("host", "links.example.com"), ("content-type", FORM)];
    for (method, form) in [(Method::GET, ""), (Method::POST, "")] {
        let page = site.ask(method, &link, &host, form).await;
        assert_eq!(page.status(), 200);
        assert!(page.addresses().iter().all(|address| address.starts_with(['/', '?', '#'])));
        assert!(!page.answer.text.contains("secrets.example.org"));
    }
}
