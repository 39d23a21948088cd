//! `web.reveal = "type"`: a click is not enough.

use super::site::{NO_KEY, Page, Site, with_captcha};
use crate::api_v1::app::policy;

fn site() -> Site {
    Site::with(policy(), with_captcha())
}

fn mark(page: &Page) -> String {
    page.attribute("input[name=mark]", "value")
}

fn letters(page: &Page) -> String {
    page.text(".letters")
}

#[tokio::test]
async fn what_is_shown_has_to_be_typed() {
    let site = site();
    let (link, _) = site.share("secret=hello").await;
    let page = site.get(&link).await;
    assert_eq!(letters(&page).len(), 4);
    assert!(page.one("#letters").attr("value").is_none(), "nothing is filled in");
    let typed = letters(&page).to_lowercase();
    let revealed = site.post(&link, &format!("mark={}&letters={typed}", mark(&page))).await;
    assert_eq!(revealed.text("#value"), "hello");
}

#[tokio::test]
async fn pressing_the_button_consumes_nothing() {
    let site = site();
    let (link, _) = site.share("secret=hello").await;
    let page = site.get(&link).await;
    let (shown, mark) = (letters(&page), mark(&page));
    let first = if shown.starts_with('A') { 'B' } else { 'A' };
    let wrong = format!("{first}{}", &shown[1..]);
    for form in [
        String::new(),
        format!("mark={mark}"),
        format!("mark={mark}&letters="),
        format!("mark={mark}&letters={wrong}"),
        format!("mark={mark}&letters={shown}{shown}"),
        format!("letters={shown}"),
        format!("mark=&letters={shown}"),
        format!("mark=x{mark}&letters={shown}"),
        format!("mark={mark}&letters=%00"),
    ] {
        let (page, asked) = site.asked(site.post(&link, &form)).await;
        assert_eq!((page.status().as_u16(), asked), (422, 0), "{form}");
        assert_eq!(letters(&page).len(), 4, "{form}");
        let has_typed = form.contains("letters=") && !form.ends_with('=');
        assert_eq!(page.has("#letters-wrong"), has_typed, "{form}");
    }
    assert_eq!(site.post(&link, &format!("mark={mark}&letters={shown}")).await.text("#value"), "hello");
}

#[tokio::test]
async fn there_are_ten_minutes_to_type_them() {
    let site = site();
    let (link, _) = site.share("secret=hello").await;
    let page = site.get(&link).await;
    let form = format!("mark={}&letters={}", mark(&page), letters(&page));
    site.app.clock.advance(601);
    let (late, asked) = site.asked(site.post(&link, &form)).await;
    assert_eq!((late.status().as_u16(), asked), (422, 0));
    site.app.clock.advance(600);
    let form = format!("mark={}&letters={}", mark(&late), letters(&late));
    assert_eq!(site.post(&link, &form).await.text("#value"), "hello");
}

#[tokio::test]
async fn a_passphrase_can_be_tried_again_without_typing_again() {
    let site = site();
    let (link, _) = site.share("secret=hello&passphrase=p").await;
    let page = site.get(&link).await;
    let asked = site.post(&link, &format!("mark={}&letters={}", mark(&page), letters(&page))).await;
    assert_eq!(asked.attribute("[name=letters]", "type"), "hidden");
    let form = |page: &Page, passphrase: &str| {
        format!(
            "mark={}&letters={}&passphrase={passphrase}",
            mark(page),
            page.attribute("[name=letters]", "value")
        )
    };
    let wrong = site.post(&link, &form(&asked, "q")).await;
    assert!(wrong.has("#passphrase-wrong"));
    assert_eq!(site.post(&link, &form(&wrong, "p")).await.text("#value"), "hello");
}

/// But for what is drawn anew each time, the page does not depend on its key.
#[tokio::test]
async fn the_page_is_the_same_for_every_key() {
    let site = site();
    let (link, _) = site.share("secret=hello").await;
    let asking = async { (site.get(&link).await, site.get(&format!("/secret/{NO_KEY}")).await) };
    let ((one, other), asked) = site.asked(asking).await;
    assert_eq!(asked, 0);
    let plain = |page: &Page| page.without_token().replace(&mark(page), "").replace(&letters(page), "");
    assert_eq!(plain(&one), plain(&other));
    let mut drawn = vec![letters(&one), letters(&other)];
    for _ in 0..4 {
        drawn.push(letters(&site.get(&link).await));
    }
    assert!(drawn.iter().any(|letters| *letters != drawn[0]), "always {}", drawn[0]);
}
