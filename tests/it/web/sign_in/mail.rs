//! Whoever signed in has the link brought to a recipient by email, as by the API.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use readonce::domain::{EmailAddress, Locale};
use readonce::mail::{Email, Mailer, SendError};

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
