//! Whose pages they are: the name, the contact and the links that whoever runs the server has set.

use axum::http::Method;
use readonce::domain::{Contact, Label, LinkTarget, Operator, SiteLink};
use readonce::web::{Logo, Settings};

use super::site::{NO_KEY, Page, Site, settings};
use crate::api_v1::app::policy;
use crate::api_v1::watched::Trouble;

/// Everything that would be something else were it not escaped.
const NAME: &str = "Müller & Söhne <b>\"x\"</b>";

fn named() -> Settings {
    let link =
        |label, url| SiteLink { label: Label::parse(label).unwrap(), url: LinkTarget::parse(url).unwrap() };
    Settings {
        operator: Operator {
            name: Label::parse(NAME),
            contact: Contact::parse("help@example.org"),
            links: vec![
                link("Impressum & <i>mehr</i>", "https://www.example.org/imprint?a=b&lang=de"),
                link("Privacy", "/privacy"),
            ],
        },
        ..settings()
    }
}

/// Texts and addresses of the links at the foot.
fn foot(page: &Page) -> Vec<(String, String)> {
    let links = page.all(".links a");
    links.into_iter().map(|link| (link.text(), link.attr("href").unwrap().to_owned())).collect()
}

#[tokio::test]
async fn every_page_says_whose_it_is_and_how_to_reach_them() {
    let site = Site::with(policy(), named());
    let (link, receipt) = site.share("secret=x").await;
    let browser = [("accept", "text/html")];
    let pages = [
        site.get("/").await,
        site.get("/about").await,
        site.get(&link).await,
        site.get(&receipt).await,
        site.post(&link, "").await,
        site.post(&link, "").await,
        site.post("/", "secret=").await,
        site.ask(Method::GET, "/nowhere", &browser, "").await,
    ];
    for page in pages {
        assert_eq!(page.text(".brand span"), NAME);
        assert!(page.text("title").ends_with(&format!(" · {NAME}")), "{}", page.text("title"));
        let told = |text: &str, url: &str| (text.to_owned(), url.to_owned());
        assert_eq!(
            foot(&page),
            [
                told("About this server", "/about"),
                told("Contact", "mailto:help@example.org"),
                told("Impressum & <i>mehr</i>", "https://www.example.org/imprint?a=b&lang=de"),
                told("Privacy", "/privacy"),
            ]
        );
        for link in page.all(".links a").into_iter().skip(1) {
            assert_eq!(link.attr("rel"), Some("noreferrer"));
        }
        assert!(!page.has("b") && !page.has("i"), "{}", page.answer.text);
    }
    assert!(
        site.get("/about")
            .await
            .text("main")
            .contains("The program that this server runs is called readonce.")
    );
}

#[tokio::test]
async fn without_a_name_pages_are_called_as_the_program_is_and_lead_nowhere_else() {
    let page = Site::new().get("/about").await;
    assert_eq!(page.text(".brand span"), "readonce");
    assert_eq!(page.text("title"), "About this server · readonce");
    assert_eq!(foot(&page), [("About this server".to_owned(), "/about".to_owned())]);
    assert!(!page.has(".contact") && !page.text("main").contains("readonce"));
}

/// Whoever does not get on is told whom to ask, and where that helps.
#[tokio::test]
async fn a_dead_end_names_the_contact() {
    let site = Site::with(policy(), named());
    let (_, receipt) = site.share("secret=x").await;
    let is_told = |page: &Page, status: u16| {
        assert_eq!(page.status(), status);
        assert_eq!(
            page.text(".contact"),
            "Whoever runs this server can be reached here: help@example.org",
            "{}",
            page.answer.text
        );
        assert_eq!(page.attribute(".contact a", "href"), "mailto:help@example.org");
    };
    is_told(&site.post(&format!("/secret/{NO_KEY}"), "").await, 404);
    is_told(&site.get(&format!("/receipt/{NO_KEY}")).await, 404);
    assert!(!site.get(&receipt).await.has(".contact"), "nothing is wrong");
    site.watch.next(Trouble::Refusal);
    is_told(&site.get(&receipt).await, 503);
    site.watch.next(Trouble::Refusal);
    is_told(&site.post("/", "secret=x").await, 503);

    let mut closed = policy();
    closed.create = readonce::service::Access::Account;
    is_told(&Site::with(closed, named()).get("/").await, 200);
}

/// Served by us, under a name of its own, and as a document of its own it does nothing.
#[tokio::test]
async fn the_logo_is_theirs_and_runs_nothing() {
    let ours = Site::new().get("/").await.attribute(".brand img", "src");
    assert!(ours.contains("/assets/icon-"), "{ours}");
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    for (bytes, extension, media) in
        [(svg.as_bytes(), ".svg", "image/svg+xml"), (b"RIFF\x10\0\0\0WEBPVP8 ", ".webp", "image/webp")]
    {
        let logo = Logo::read(bytes.to_vec()).unwrap();
        let site = Site::with(policy(), Settings { logo: Some(logo), ..settings() });
        let page = site.get("/").await;
        let address = page.attribute(".brand img", "src");
        assert!(address.contains("/assets/logo-") && address.ends_with(extension), "{address}");
        assert!(page.addresses().iter().any(|address| address.contains("/assets/icon-")), "the tab has ours");
        let logo = site.get(&address).await;
        assert_eq!((logo.status().as_u16(), logo.answer.header("content-type")), (200, Some(media)));
        assert_eq!(logo.answer.text.len(), bytes.len());
        let policy = logo.answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.ends_with("sandbox"), "{policy}");
        assert_eq!(logo.answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn the_lifetimes_to_choose_from_are_theirs() {
    let site = Site::with(policy(), Settings { lifetimes: vec![7200, 600], ..settings() });
    let page = site.get("/").await;
    let values: Vec<_> = page.all("option").iter().map(|option| option.attr("value").unwrap()).collect();
    assert_eq!(values, ["600", "7200", "604800"]);
    assert_eq!(page.attribute("option[selected]", "value"), "604800");
}
