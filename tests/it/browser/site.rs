//! A server for browsers, and the ways through it that every test takes.

use std::net::SocketAddr;

use super::page::Browser;
use crate::support::{Client, Home, Server, Shared, UNLIMITED};

/// Something with line breaks, blanks and characters of many alphabets.
pub(super) const VALUE: &str = "correct horse battery staple\n  zweite Zeile <b>&amp; тайна 密码 🔑";
pub(super) const PASSPHRASE: &str = "swordfish ключ";

/// A running server in a folder of its own.
pub(super) struct Site {
    server: Server,
    _home: Home,
}

impl Site {
    pub(super) fn start() -> Self {
        Self::with(&[])
    }

    /// With more variables.
    pub(super) fn with(variables: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let server = home.serve_with(&[UNLIMITED, variables].concat());
        Self { server, _home: home }
    }

    /// With regions, in a file, as they have no variables.
    pub(super) fn regional(variables: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let regions = "region = \"eu\"\n[[regions]]\nname = \"us\"\nurl = \"https://us.example.org\"\n\
                       [[regions]]\nname = \"asia-2\"\nurl = \"https://asia.example.org/ots\"\n";
        std::fs::write(home.file("readonce.toml"), regions).unwrap();
        let server = home.serve_with(&[UNLIMITED, variables].concat());
        Self { server, _home: home }
    }

    /// The address of a page.
    pub(super) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(super) fn client(&self) -> Client {
        self.server.client()
    }

    pub(super) fn link(&self, shared: &Shared) -> String {
        self.at(&format!("/secret/{}", shared.secret))
    }

    pub(super) fn receipt(&self, shared: &Shared) -> String {
        self.at(&format!("/receipt/{}", shared.receipt))
    }
}

/// Shares by the form of the page that is shown; the link and the address of the status page.
pub(super) async fn share(browser: &Browser<'_>, value: &str, passphrase: &str) -> (String, String) {
    browser.write("#secret", value).await;
    browser.write("#passphrase", passphrase).await;
    browser.submit("button[value=share]").await;
    let receipt = browser.one("a.button").await.prop("href").await.unwrap().unwrap();
    (browser.text("#link").await, receipt)
}

/// Presses the button of a link's page.
pub(super) async fn reveal(browser: &Browser<'_>, link: &str) {
    browser.go(link).await;
    browser.submit("button.primary").await;
}

/// Says that there is no secret any more.
pub(super) async fn is_gone(browser: &Browser<'_>, link: &str) {
    reveal(browser, link).await;
    assert_eq!(browser.text("h1").await, "There is no secret here");
    assert!(!browser.has("#value").await);
}
