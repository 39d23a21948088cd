//! A browser that keeps the cookie that it was given.

use axum::http::Method;

use crate::web::site::{FORM, Page, Site};

/// The name under the tests' public address, which is https and has a path.
pub(super) const NAME: &str = "__Secure-readonce-session";

/// A browser of one site.
pub(super) struct Browser<'a> {
    pub(super) site: &'a Site,
    /// What it sends as `Cookie`; empty for none.
    pub(super) cookie: String,
}

impl<'a> Browser<'a> {
    pub(super) fn new(site: &'a Site) -> Self {
        Self { site, cookie: String::new() }
    }

    /// Of somebody who has signed in by the token of a new account.
    pub(super) async fn of(site: &'a Site, email: &str, plan: &str) -> Self {
        let token = site.app.account(email, plan).await;
        let mut browser = Self::new(site);
        let page = browser.sign_in(email, &token, "").await;
        assert_eq!(page.status(), 303, "{}", page.answer.text);
        browser
    }

    pub(super) async fn get(&self, path: &str) -> Page {
        self.site.ask(Method::GET, path, &[("cookie", &self.cookie)], "").await
    }

    /// A form, sent as it is; what the answer has kept or forgotten is.
    pub(super) async fn post(&mut self, path: &str, form: &str) -> Page {
        let lines =
            [("content-type", FORM), ("sec-fetch-site", "same-origin"), ("cookie", self.cookie.as_str())];
        let page = self.site.ask(Method::POST, path, &lines, form).await;
        if let Some(line) = page.answer.header("set-cookie") {
            let pair = line.split(';').next().unwrap();
            self.cookie = if pair.ends_with('=') { String::new() } else { pair.to_owned() };
        }
        page
    }

    /// The sign-in form, with a place to go on at.
    pub(super) async fn sign_in(&mut self, email: &str, token: &str, to: &str) -> Page {
        self.post("/sign-in", &format!("email={email}&token={token}&to={to}&do=token")).await
    }

    /// A form of the page at `/`, with the mark that it was given.
    pub(super) async fn share(&mut self, form: &str) -> Page {
        let mark = mark(&self.get("/").await);
        self.post("/", &format!("{form}&form={mark}")).await
    }

    pub(super) async fn sign_out(&mut self) -> Page {
        let mark = mark(&self.get("/sign-out").await);
        self.post("/sign-out", &format!("form={mark}")).await
    }

    /// Who the pages say is signed in.
    pub(super) async fn who(&self) -> Option<String> {
        let page = self.get("/").await;
        page.has(".person span").then(|| page.text(".person span"))
    }
}

/// What the forms of a page are known by.
pub(super) fn mark(page: &Page) -> String {
    page.attribute("main form [name=form]", "value")
}
