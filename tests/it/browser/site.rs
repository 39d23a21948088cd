//! A server for browsers, and the ways through it that every test takes.

use std::fs;
use std::net::SocketAddr;

use rusqlite::Connection;

use super::page::Browser;
use crate::support::ports::free_port;
use crate::support::{Account, Client, Home, Server, Shared, UNLIMITED};

/// Something with line breaks, blanks and characters of many alphabets.
pub(super) const VALUE: &str = "correct horse battery staple\n  zweite Zeile <b>&amp; тайна 密码 🔑";
pub(super) const PASSPHRASE: &str = "swordfish ключ";

const REGIONS: &str = r#"
region = "eu"
[[regions]]
name = "us"
url = "https://us.example.org"
[[regions]]
name = "asia-2"
url = "https://asia.example.org/ots"
"#;
/// The longest name that fits, and as many links as may be.
const OPERATOR: &str = r#"
[web]
name = "Müller & Söhne Vermögensverwaltungsgesellschaft mbH Freiburg"
contact = "secrets-helpdesk@vermoegensverwaltung.example.org"
links = [
  { label = "Impressum", url = "https://www.example.org/impressum" },
  { label = "Datenschutzerklärung", url = "https://www.example.org/datenschutz" },
  { label = "Nutzungsbedingungen", url = "/terms" },
  { label = "Barrierefreiheit", url = "/accessibility" },
  { label = "Status", url = "https://status.example.org/" },
]
"#;

/// A running server in a folder of its own.
pub(super) struct Site {
    server: Server,
    home: Home,
}

impl Site {
    pub(super) fn start() -> Self {
        Self::with(&[])
    }

    /// With more variables.
    pub(super) fn with(variables: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let server = home.serve_with(&[UNLIMITED, variables].concat());
        Self { server, home }
    }

    /// With regions.
    pub(super) fn regional(variables: &[(&str, &str)]) -> Self {
        Self::with_file(REGIONS, variables)
    }

    /// With regions, and with all that an operator may say of themselves.
    pub(super) fn named() -> Self {
        Self::with_file(&format!("{REGIONS}{OPERATOR}"), &[])
    }

    /// With a mail server that is not there, and secrets whose recipients it would tell: the answers to sharing them.
    pub(super) fn mailing(recipients: &[&str]) -> (Self, Vec<Shared>) {
        let (home, nobody) = (Home::new(), format!("smtp://127.0.0.1:{}", free_port()));
        let account = home.account("ann@example.org");
        let mail = [("READONCE_SMTP__URL", nobody.as_str()), ("READONCE_SMTP__FROM", "secrets@example.org")];
        let server = home.serve_with(&[UNLIMITED, &mail].concat());
        let client = server.client_of(&account);
        let share = |to: &&str| client.post("/share", &[("secret", "a secret"), ("recipient", to)]).ok();
        let shared = recipients.iter().map(|to| Shared::of(&share(to))).collect();
        (Self { server, home }, shared)
    }

    /// Changes the database behind the server's back; how many rows.
    pub(super) fn change(&self, sql: &str) -> usize {
        Connection::open(self.home.file("data/readonce.db")).unwrap().execute(sql, []).unwrap()
    }

    /// Takes the database away from the server.
    pub(super) fn lose_store(&self) {
        for ending in ["", "-wal", "-shm"] {
            fs::remove_file(self.home.file(&format!("data/readonce.db{ending}"))).unwrap();
        }
    }

    /// With settings that have no variables.
    fn with_file(settings: &str, variables: &[(&str, &str)]) -> Self {
        let home = Home::new();
        fs::write(home.file("readonce.toml"), settings).unwrap();
        let server = home.serve_with(&[UNLIMITED, variables].concat());
        Self { server, home }
    }

    /// The address of a page.
    pub(super) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A new account.
    pub(super) fn account(&self, email: &str) -> Account {
        self.home.account(email)
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

/// Fills the form to sign in at, which is shown, and sends it.
pub(super) async fn sign_in(browser: &Browser<'_>, email: &str, token: &str) {
    browser.write("#email", email).await;
    browser.write("#token", token).await;
    browser.submit("button[value=token]").await;
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
