//! What the server says of itself.

use super::site::{Site, regional};
use crate::api_v1::app::policy;

#[tokio::test]
async fn it_tells_promises_and_regions() {
    let site = Site::with(policy(), regional());
    let (page, asked) = site.asked(site.get("/about?locale=de")).await;
    assert_eq!((page.status().as_u16(), asked), (200, 0));
    assert_eq!(page.all(".promises li").len(), 6);
    assert!(page.text(".regions").contains("Region eu"));
}

#[tokio::test]
async fn other_regions_are_links_where_one_shares() {
    let site = Site::with(policy(), regional());
    let page = site.get("/?locale=de").await;
    let regions: Vec<_> =
        page.all(".regions a").iter().map(|link| (link.text(), link.attr("href").unwrap())).collect();
    let expected = [
        ("us".to_owned(), "https://us.example.org/?locale=de"),
        ("asia-2".to_owned(), "https://asia.example.org/ots/?locale=de"),
    ];
    assert_eq!(regions, expected);
    assert_eq!(page.text(".region"), "Region: eu");
    assert!(!Site::new().get("/").await.has(".regions, .region"));
}
