//! People who meet the proxy instead of readonce get a page in their language, and programs JSON; neither is told that nothing
//! happened where something may have.

use super::shipped;
use crate::support::Answer;

const LANGUAGES: [&str; 7] = ["en", "de", "sv", "bg", "zh-Hans", "fr", "es"];
/// What a page says where it is certain.
pub(super) const AWAY: &str = "Nothing was used up";
/// What a page says where it is not.
pub(super) const LOST: &str = "The outcome is not known";

/// A page for people, with `text` in it.
#[track_caller]
pub(super) fn is_page(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{answer:?}");
    let page = answer.text();
    assert!(page.contains(text), "{page}");
    for language in LANGUAGES {
        assert!(page.contains(&format!("<section lang=\"{language}\">")), "{language} is not in {page}");
    }
}

/// It may not be kept, and says when to come back.
#[track_caller]
pub(super) fn is_for_now(answer: &Answer) {
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
}

/// They need nothing but themselves, and say the same in each language that pages speak.
#[test]
fn the_pages_are_whole() {
    let locales = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/locales")).unwrap();
    let locales = locales.map(|folder| folder.unwrap().file_name().into_string().unwrap());
    let mut spoken = LANGUAGES.map(|language| language.split('-').next().unwrap().to_owned());
    spoken.sort();
    let mut locales: Vec<_> = locales.collect();
    locales.sort();
    assert_eq!(locales, spoken);
    for name in ["away", "unknown", "too-large"] {
        let page = shipped(&format!("deploy/pages/{name}.html"));
        for outside in ["http:", "https:", "src=", "href=", "<script", "url("] {
            assert!(!page.contains(outside), "{name} has {outside}");
        }
        let sections: Vec<_> = page.split("<section lang=\"").skip(1).collect();
        let languages: Vec<_> = sections.iter().map(|section| section.split('"').next().unwrap()).collect();
        assert_eq!(languages, LANGUAGES, "{name}");
        for section in sections {
            assert!(section.contains("</p>\n</section>"), "{name}: {section}");
        }
    }
}
