//! A server with pages, and what is asked of a page.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use readonce::domain::address::BaseUrl;
use readonce::domain::{Region, RegionName};
use readonce::service::Policy;
use readonce::web::Settings;

use super::dom::{Element, parse};
pub(super) use crate::api_v1::app::pages as settings;
use crate::api_v1::app::{Answer, App, policy};
use crate::api_v1::watched::{Watch, Watched};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
/// A key that nobody was given.
pub(super) const NO_KEY: &str = "zzzzunknownzzzzunknownzzzzunkno";

pub(super) fn with_captcha() -> Settings {
    Settings { captcha: true, ..settings() }
}

pub(super) fn regional() -> Settings {
    let named = |name| RegionName::parse(name).unwrap();
    let other = |name, url| Region { name: named(name), url: BaseUrl::parse(url).unwrap() };
    let regions =
        vec![other("us", "https://us.example.org"), other("asia-2", "https://asia.example.org/ots")];
    Settings { region: Some(named("eu")), regions, ..settings() }
}

/// Pages over a store that counts how often it is asked.
pub(super) struct Site {
    pub(super) app: App,
    pub(super) watch: Arc<Watch>,
}

impl Site {
    pub(super) fn new() -> Self {
        Self::with(policy(), settings())
    }

    pub(super) fn with(policy: Policy, settings: Settings) -> Self {
        Self::under("", policy, settings)
    }

    pub(super) fn under(base_path: &str, policy: Policy, settings: Settings) -> Self {
        let watch = Arc::new(Watch::default());
        let app = App::over(|store| Watched::over(store, watch.clone()), policy);
        Self { app: app.with_pages(base_path, settings), watch }
    }

    /// Behind proxies that are believed; what its store is asked is not counted.
    pub(super) fn behind(proxies: &[&str], policy: Policy, settings: Settings) -> Self {
        let app = App::behind(proxies, policy).with_pages("", settings);
        Self { app, watch: Arc::new(Watch::default()) }
    }

    pub(super) async fn get(&self, path: &str) -> Page {
        self.ask(Method::GET, path, &[], "").await
    }

    /// A form as browsers send it.
    pub(super) async fn post(&self, path: &str, form: &str) -> Page {
        self.ask(Method::POST, path, &[("content-type", FORM), ("sec-fetch-site", "same-origin")], form).await
    }

    /// The same, from another address.
    pub(super) async fn post_from(&self, peer: [u8; 4], path: &str, form: &str) -> Page {
        let request = Request::post(path).header("content-type", FORM).body(Body::from(form.to_owned()));
        Page::new(self.app.send_from(peer, request.unwrap()).await)
    }

    pub(super) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        self.ask_from([192, 0, 2, 1], method, path, headers, body).await
    }

    /// The same, over a connection from this address.
    pub(super) async fn ask_from(
        &self,
        peer: [u8; 4],
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Page {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            // As bytes: other applications' cookies are not ASCII only.
            request = request.header(*name, value.as_bytes());
        }
        Page::new(self.app.send_from(peer, request.body(Body::from(body.to_owned())).unwrap()).await)
    }

    /// Shares by the page; path of the link and of the receipt.
    pub(super) async fn share(&self, form: &str) -> (String, String) {
        let page = self.post("/", form).await;
        assert_eq!(page.status(), 200, "{}", page.answer.text);
        let link = page.text("#link");
        let path = link.strip_prefix("https://secrets.example.org/ots").unwrap().to_owned();
        let receipt = page.attribute("a.button", "href");
        assert!(receipt.starts_with("/receipt/"), "{receipt}");
        (path, receipt)
    }

    /// How often the store is asked while `asking` goes on.
    pub(super) async fn asked<T>(&self, asking: impl Future<Output = T>) -> (T, usize) {
        let before = self.watch.asked();
        let answer = asking.await;
        (answer, self.watch.asked() - before)
    }
}

/// An answer, parsed.
pub(super) struct Page {
    pub(super) answer: Answer,
    html: Element,
}

impl Page {
    fn new(answer: Answer) -> Self {
        let html = parse(&answer.text);
        Self { answer, html }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.answer.status
    }

    pub(super) fn all(&self, selector: &str) -> Vec<&Element> {
        self.html.all(selector)
    }

    pub(super) fn has(&self, selector: &str) -> bool {
        !self.all(selector).is_empty()
    }

    #[track_caller]
    pub(super) fn one(&self, selector: &str) -> &Element {
        let all = self.all(selector);
        assert_eq!(all.len(), 1, "`{selector}` in {}", self.answer.text);
        all[0]
    }

    /// The text content of the one element, as scripts and clipboards get it.
    #[track_caller]
    pub(super) fn text(&self, selector: &str) -> String {
        self.one(selector).text()
    }

    #[track_caller]
    pub(super) fn attribute(&self, selector: &str, name: &str) -> String {
        let all = self.all(selector);
        let found = all.first().unwrap_or_else(|| panic!("no `{selector}` in {}", self.answer.text));
        found.attr(name).unwrap_or_else(|| panic!("no `{name}` at `{selector}`")).to_owned()
    }

    /// By which the page of a link is known.
    pub(super) fn token(&self) -> String {
        self.attribute("form input[name=token]", "value")
    }

    /// All of it but for that.
    pub(super) fn without_token(&self) -> String {
        self.answer.text.replace(&self.token(), "")
    }

    pub(super) fn heading(&self) -> String {
        self.text("h1")
    }

    /// Every address the page names.
    pub(super) fn addresses(&self) -> Vec<String> {
        ["href", "src", "action", "formaction", "srcset", "poster", "data", "content", "style"]
            .into_iter()
            .flat_map(|name| {
                self.all(&format!("[{name}]"))
                    .into_iter()
                    .filter(move |element| !(name == "content" && element.name == "meta"))
                    .map(move |element| element.attr(name).unwrap().to_owned())
            })
            .collect()
    }
}
