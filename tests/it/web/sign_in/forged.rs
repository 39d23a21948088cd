//! Whoever has database and keyring makes sessions of anybody, and gets nothing that opens.

use axum::http::Method;
use readonce::domain::{ClientNetwork, SessionClaim, SignInMethod, Timestamp};
use readonce::service::{Caller, SignedIn};
use readonce::vault::Cookie;

use super::browser::{Browser, NAME, mark};
use crate::api_v1::app::NOW;
use crate::web::site::Site;

#[tokio::test]
async fn with_database_and_keyring_a_session_is_made_and_opens_nothing() {
    let site = Site::new();
    let token = site.app.account("ann@example.org", "default").await;
    let mut ann = Browser::new(&site);
    ann.sign_in("ann@example.org", &token, "").await;
    let page = ann.share("secret=hello").await;
    let by_page = [page.text("#link"), page.attribute("a.button", "href")];
    let who = format!("ann@example.org:{token}");
    let call = site.app.call(Method::POST, "/api/v1/share", Some(&who), "secret=hello").await;
    let by_api = [call.field("secret_key"), call.field("metadata_key")];
    let keys: Vec<_> =
        by_page.iter().chain(&by_api).map(|it| it.rsplit('/').next().unwrap()[3..].to_owned()).collect();

    // What both together hold: the account's number, and what seals.
    let account = site.app.service.accounts().find("ann@example.org").await.unwrap().unwrap();
    let claim = SessionClaim {
        account: account.id,
        sessions: account.sessions,
        signed_in: Timestamp(NOW),
        method: SignInMethod::Oidc,
        number: [7; 16],
    };
    let sealed = site.app.vault.seal_cookie(Cookie::Session, &claim.to_bytes());
    let mut thief = Browser { site: &site, cookie: format!("{NAME}={sealed}") };
    assert_eq!(thief.who().await.as_deref(), Some("ann@example.org"));
    for path in ["/", "/sign-in", "/sign-out", "/about"] {
        let text = thief.get(path).await.answer.text;
        assert!(!keys.iter().any(|key| text.contains(key.as_str())), "{path}: {text}");
    }
    // Nor does the list of what was shared by the token open to whoever has none.
    let network = ClientNetwork::of([192, 0, 2, 1].into());
    let signed_in = Some(Box::new(SignedIn { account, token: None }));
    let permit = site.app.service.admit_account(Caller { network, signed_in }).unwrap();
    assert!(site.app.service.secrets().recent(&permit).await.unwrap().views.is_empty());
    // They can share in her name, as with her token, until she signs out.
    let form = format!("secret=x&form={}", mark(&thief.get("/").await));
    assert!(thief.post("/", &form).await.has("#link"));
    ann.sign_out().await;
    assert_eq!(thief.who().await, None);
}
