//! Whoever signed in has the link brought to a recipient by email, as by the API.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use readonce::domain::{EmailAddress, Locale};
use readonce::mail::{Email, Mailer, NoticeEmail, SendError};

use super::browser::{Browser, mark};
use crate::api_v1::app::{App, policy};
use crate::api_v1::watched::{Trouble, Watch, Watched};
use crate::web::site::{Site, settings};

/// Keeps what it is given: recipient, sharer, link, language.
#[derive(Debug, Default)]
struct Postbox(Mutex<Vec<(String, String, String, Locale)>>);

#[async_trait]
impl Mailer for Postbox {
    async fn send(&self, email: &Email) -> Result<(), SendError> {
        let Email { to, sharer, link, locale, .. } = email;
        let kept = (to.as_str().to_owned(), sharer.as_str().to_owned(), link.to_string(), *locale);
        self.0.lock().unwrap().push(kept);
        Ok(())
    }

    async fn send_notice(&self, email: &NoticeEmail) -> Result<(), SendError> {
        let told = email.told.iter().map(|told| told.end.name()).collect::<Vec<_>>().join(" ");
        let to = email.to.as_str().to_owned();
        self.0.lock().unwrap().push((to, String::new(), told, email.locale));
        Ok(())
    }

    async fn send_test(&self, _: &EmailAddress, _: &str, _: Locale) -> Result<(), SendError> {
        panic!("only `doctor` asks for it")
    }
}

fn mailing() -> (Site, Arc<Postbox>) {
    let (watch, postbox) = (Arc::new(Watch::default()), Arc::new(Postbox::default()));
    let app = App::mailing(postbox.clone(), policy(), |store| Watched::over(store, watch.clone()));
    (Site { app: app.with_pages("", settings()), watch }, postbox)
}

#[tokio::test]
async fn the_link_goes_to_the_recipient_in_the_language_of_the_page() {
    let (site, postbox) = mailing();
    assert!(!site.get("/").await.has("#recipient"), "a form for strangers mails to nobody");
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let form = ann.get("/?locale=de").await;
    assert!(form.has("label[for=recipient]"));
    let body = format!("secret=x&recipient=+bob@example.com+&form={}", mark(&form));
    let page = ann.post("/?locale=de", &body).await;
    assert_eq!(page.status(), 200, "{}", page.answer.text);
    assert!(page.text(".lead").contains("bo***@e***.com"), "{}", page.text(".lead"));
    site.app.service.outbox().deliver_due().await.unwrap();
    let link = page.text("#link");
    assert_eq!(
        *postbox.0.lock().unwrap(),
        [("bob@example.com".into(), "ann@example.org".into(), link, Locale::De)]
    );
    // Without one, nobody is told.
    assert!(ann.share("secret=x&recipient=").await.has("#link"));
    site.app.service.outbox().deliver_due().await.unwrap();
    assert_eq!(postbox.0.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_none_is_told_beside_its_field() {
    let (site, postbox) = mailing();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    for bad in ["bob", "a@example.com%0d%0aBcc:+c@example.com", "a@example.com,b@example.com"] {
        let page = ann.share(&format!("secret=kept&recipient={bad}")).await;
        assert_eq!((page.status().as_u16(), page.text("#secret").as_str()), (422, "kept"), "{bad}");
        assert!(page.text("#recipient-wrong").contains("no email can be sent"), "{bad}");
        assert!(page.attribute("#recipient", "aria-describedby").contains("recipient-wrong"), "{bad}");
    }
    let page = ann.share("secret=kept&recipient=bob").await;
    assert_eq!(page.attribute("#recipient", "value"), "bob");
    site.app.service.outbox().deliver_due().await.unwrap();
    assert!(postbox.0.lock().unwrap().is_empty());
}

/// Where nobody knows whether it was shared, the email may be on its way: sharing again may send two links.
#[tokio::test]
async fn an_unknown_outcome_says_that_the_email_may_be_on_its_way() {
    let (site, _) = mailing();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let form = mark(&ann.get("/").await);
    site.watch.after(1, Trouble::SilenceAfterwards); // whose session it is comes first
    let page = ann.post("/", &format!("secret=kept&recipient=bob@example.com&form={form}")).await;
    assert_eq!((page.status().as_u16(), page.heading().as_str()), (503, "The outcome is not known"));
    assert!(page.answer.text.contains("ask your recipient before you share it again"));
    assert_eq!(
        (page.text("#secret").as_str(), page.attribute("#recipient", "value").as_str()),
        ("kept", "bob@example.com")
    );
}

/// The switch for notices, on the page that lists the shares.
#[tokio::test]
async fn a_sharer_says_on_their_page_of_what_they_are_told() {
    let (site, postbox) = mailing();
    let mut ann = Browser::of(&site, "ann@example.org", "default").await;
    let chosen = |page: &crate::web::site::Page| -> Vec<String> {
        let boxes = page.all("main input[type=checkbox]");
        let on = boxes.iter().filter(|input| input.attr("checked").is_some());
        on.map(|input| input.attr("name").unwrap().to_owned()).collect()
    };
    let page = ann.get("/shares").await;
    assert_eq!((page.all("main input[type=checkbox]").len(), chosen(&page).len()), (3, 0), "off by default");
    assert_eq!(ann.post("/shares", "read=yes").await.status(), 409, "not without the mark of the session");
    assert_eq!(chosen(&ann.get("/shares").await), Vec::<String>::new());
    let saved = ann.post("/shares", &format!("read=yes&expired=yes&form={}", mark(&page))).await;
    assert_eq!((saved.status().as_u16(), saved.has(".done")), (200, true));
    for page in [saved, ann.get("/shares?locale=de").await] {
        assert_eq!(chosen(&page), ["read", "expired"]);
    }
    let shared = ann.share("secret=x").await;
    let key = shared.text("#link").rsplit_once('/').unwrap().1.to_owned();
    assert_eq!(site.app.post(&format!("/api/v1/secret/{key}"), "").await.status, 200);
    site.app.service.outbox().deliver_notices().await.unwrap();
    let told = ("ann@example.org".into(), String::new(), "read".into(), Locale::En);
    assert_eq!(*postbox.0.lock().unwrap(), [told]);
    // And off again.
    let form = format!("form={}", mark(&ann.get("/shares").await));
    assert_eq!(chosen(&ann.post("/shares", &form).await), Vec::<String>::new());
    // On a later page of the list there is none, and none where no mail is sent.
    assert!(!ann.get("/shares?after=ff").await.has("main input[type=checkbox]"));
    let silent = Site::new();
    let ann = Browser::of(&silent, "ann@example.org", "default").await;
    assert!(!ann.get("/shares").await.has("main input[type=checkbox]"));
}
