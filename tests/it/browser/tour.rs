//! Every page there is, one after the other: for tests that look at all of them.
//!
//! A page that is added has to be added here, or nobody looks at it.

use super::page::Browser;
use super::site::{Site, reveal, share, sign_in};
use crate::support::{SOON, Shared, wait_for};

/// How many pages a tour shows.
pub(super) const PAGES: usize = 54;

/// Servers, as some pages are those of other settings.
pub(super) struct Sites {
    usual: Site,
    typing: Site,
    closed: Site,
    strict: Site,
    _mailing: Site,
    /// Whose store is away.
    away: Site,
    /// Status pages of what happens seldom: address and name.
    seldom: Vec<(String, &'static str)>,
    /// Of a secret on the one whose store is away.
    unreachable: String,
}

impl Sites {
    pub(super) fn start() -> Self {
        let usual = Site::named();
        let mut seldom = Self::ended(&usual);
        let (mailing, shared) = Site::mailing(&["bob@example.com", "carol@example.com"]);
        wait_for("two attempts", SOON, || {
            (mailing.change("UPDATE outbox SET due = due WHERE failure IS NOT NULL") == 2).then_some(())
        });
        mailing.change("UPDATE outbox SET due = NULL WHERE id = (SELECT max(id) FROM outbox)");
        let names = ["status: not delivered yet", "status: not delivered"];
        seldom.extend(shared.iter().map(|shared| mailing.receipt(shared)).zip(names));
        let away = Site::start();
        let unreachable = away.receipt(&away.client().share("a secret"));
        away.lose_store();
        Self {
            usual,
            typing: Site::with(&[("READONCE_WEB__REVEAL", "type"), ("READONCE_PASSPHRASE__TRIES", "1")]),
            closed: Site::with(&[("READONCE_ACCESS__CREATE", "account")]),
            strict: Site::with(&[("READONCE_LIMITS__READ", "1"), ("READONCE_LIMITS__CREATE", "1")]),
            _mailing: mailing,
            away,
            seldom,
            unreachable,
        }
    }

    /// Secrets that were tried in vain, that nobody read in time, and that were lost.
    fn ended(site: &Site) -> Vec<(String, &'static str)> {
        let client = site.client();
        let [tried, expired, lost] =
            ["tried", "expired", "lost"].map(|value| client.share_locked(value, "right"));
        for _ in 0..5 {
            client.unlock(&tried, "wrong");
        }
        let by_age = |back: usize| format!("id = (SELECT max(id) - {back} FROM secrets)");
        assert_eq!(
            site.change(&format!("UPDATE secrets SET created = created - ttl - 60 WHERE {}", by_age(1))),
            1
        );
        assert_eq!(
            site.change(&format!("UPDATE secrets SET state = 3, envelope = NULL WHERE {}", by_age(0))),
            1
        );
        [(tried, "status: tried"), (expired, "status: expired"), (lost, "status: lost")]
            .map(|(shared, name)| (site.receipt(&shared), name))
            .into()
    }

    /// Shows every page to `look`, in the language of `query`, such as `?locale=de` or nothing.
    pub(super) async fn visit(&self, browser: &Browser<'_>, query: &str, mut look: impl AsyncFnMut(&str)) {
        let at = |path: &str| self.usual.at(&format!("{path}{query}"));
        let home = at("/");
        browser.go(&home).await;
        look("share").await;
        browser.run("document.querySelector('form').noValidate = true").await;
        browser.submit("button[value=share]").await;
        look("share, but nothing").await;
        self.refused(browser, query, &mut look).await;
        browser.go(&home).await;
        browser.submit("button[value=generate]").await;
        look("generated").await;
        browser.go(&home).await;
        let (link, receipt) = share(browser, "a secret", "right").await;
        browser.click("summary").await;
        browser.copy("link").await;
        look("shared").await;

        browser.go(&receipt).await;
        look("status: new").await;
        browser.go(&format!("{link}{query}")).await;
        look("link").await;
        browser.submit("button.primary").await;
        look("passphrase").await;
        browser.write("#passphrase", "wrong").await;
        browser.submit("button.primary").await;
        look("wrong passphrase").await;
        browser.write("#passphrase", "right").await;
        browser.submit("button.primary").await;
        look("revealed").await;
        reveal(browser, &format!("{link}{query}")).await;
        look("gone").await;
        browser.go(&receipt).await;
        look("status: read").await;
        self.burn(browser, query, &mut look).await;

        browser.go(&at("/about")).await;
        look("about").await;
        browser.go(&at("/nothing/here")).await;
        look("no such page").await;
        browser.go(&at("/receipt/nothing")).await;
        look("no such status").await;
        self.others(browser, query, &mut look).await;
        self.happen_seldom(browser, query, &mut look).await;
    }

    async fn happen_seldom(&self, browser: &Browser<'_>, query: &str, look: &mut impl AsyncFnMut(&str)) {
        for (receipt, page) in &self.seldom {
            browser.go(&format!("{receipt}{query}")).await;
            look(page).await;
        }
        browser.go(&self.away.at(&format!("/{query}"))).await;
        browser.write("#secret", "a secret").await;
        browser.write("#passphrase", "right").await;
        browser.submit("button[value=share]").await;
        look("share, but out of order").await;
        browser.go(&format!("{}/burn{query}", self.unreachable)).await;
        browser.submit("button.danger").await;
        look("out of order").await;
        let more = if query.is_empty() { "?".to_owned() } else { format!("{query}&") };
        browser.go(&self.usual.at(&format!("/{more}x={}", "x".repeat(33_000)))).await;
        look("too much of a head").await;
    }

    /// Forms that come back, and one that is too large for it.
    async fn refused(&self, browser: &Browser<'_>, query: &str, look: &mut impl AsyncFnMut(&str)) {
        let home = self.usual.at(&format!("/{query}"));
        // A script would have told it.
        let send = async |secret: &str, more: &str| {
            browser.go(&home).await;
            let script = format!(
                "const form = document.querySelector('form'), button = document.createElement('input');
                 form.secret.value = {secret}; form.passphrase.value = 'right'; {more}
                 form.submit();"
            );
            browser.leaving(async || drop(browser.run(&script).await)).await;
        };
        send("'x'.repeat(10001)", "").await;
        look("share, but too much, with a passphrase").await;
        let generate = "button.name = 'do'; button.value = 'generate'; form.append(button);";
        send("'beside'", generate).await;
        look("generate, but beside a text").await;
        send("''", &format!("document.getElementById('length').value = '3'; {generate}")).await;
        look("generate, but what").await;
        send("'x'.repeat(70000)", "").await;
        look("too large").await;
    }

    async fn burn(&self, browser: &Browser<'_>, query: &str, look: &mut impl AsyncFnMut(&str)) {
        let client = self.usual.client();
        let nul = client.share("a\0b");
        reveal(browser, &format!("{}{query}", self.usual.link(&nul))).await;
        look("revealed, not quite displayable").await;
        let burn = format!("{}/burn{query}", self.usual.receipt(&client.share("unread")));
        browser.go(&burn).await;
        look("burn").await;
        browser.submit("button.danger").await;
        look("status: burned").await;
        browser.go(&burn).await;
        look("nothing to burn").await;
    }

    /// Signing in and out, and the form of somebody who signed in.
    async fn people(&self, browser: &Browser<'_>, query: &str, look: &mut impl AsyncFnMut(&str)) {
        browser.go(&self.closed.at(&format!("/sign-in{query}"))).await;
        look("sign in").await;
        let account = self.closed.account(&format!("ann{}@example.org", query.replace(['?', '='], "-")));
        sign_in(browser, &account.email, "wrong").await;
        look("sign in, but wrong").await;
        browser.write("#token", &account.token).await;
        browser.submit("button[value=token]").await;
        look("share, signed in").await;
        browser.go(&self.closed.at(&format!("/sign-in{query}"))).await;
        look("sign in, but signed in").await;
        self.mine(browser, query, look).await;
        browser.go(&self.closed.at(&format!("/sign-out{query}"))).await;
        look("sign out").await;
        browser.submit("main button.primary").await;
        look("signed out").await;
        browser.go(&self.closed.at(&format!("/sign-out{query}"))).await;
        look("please sign in").await;
    }

    /// What somebody has who signed in: shares and tokens.
    async fn mine(&self, browser: &Browser<'_>, query: &str, look: &mut impl AsyncFnMut(&str)) {
        let at = |path: &str| self.closed.at(&format!("{path}{query}"));
        browser.go(&at("/shares")).await;
        look("my shares, none").await;
        browser.go(&at("/")).await;
        share(browser, "a secret", "right").await;
        browser.go(&at("/shares")).await;
        look("my shares").await;
        browser.submit(".rows a").await;
        look("my shares: destroy?").await;
        browser.submit("button.danger").await;
        look("my shares: destroyed").await;
        browser.go(&at("/tokens")).await;
        look("tokens").await;
        browser.run("document.querySelector('main form').noValidate = true").await;
        browser.submit("main form button.primary").await;
        look("tokens, but no name").await;
        browser.write("#name", "Backup des Rechnungswesens, nachts, auf dem Server im Keller").await;
        browser.submit("main form button.primary").await;
        browser.copy("value").await;
        look("token made").await;
        browser.go(&at("/tokens")).await;
        browser.submit(".rows li:last-child a").await;
        look("revoke?").await;
        browser.submit("button.danger").await;
        look("tokens: revoked").await;
    }

    async fn others(&self, browser: &Browser<'_>, query: &str, look: &mut impl AsyncFnMut(&str)) {
        let link = |site: &Site, shared: &Shared| format!("{}{query}", site.link(shared));
        let shared = self.typing.client().share_locked("a secret", "right");
        browser.go(&link(&self.typing, &shared)).await;
        look("letters").await;
        browser.write("#letters", "0000").await;
        browser.submit("button.primary").await;
        look("wrong letters").await;
        let letters = browser.text(".letters").await;
        browser.write("#letters", &letters).await;
        browser.submit("button.primary").await;
        look("passphrase after letters").await;
        for (passphrase, page) in [("wrong", "the last try"), ("right", "tries used up")] {
            browser.write("#passphrase", passphrase).await;
            browser.submit("button.primary").await;
            look(page).await;
        }
        browser.go(&self.closed.at(&format!("/{query}"))).await;
        look("closed").await;
        self.people(browser, query, look).await;

        // The first takes what the hour has.
        for _ in 0..2 {
            browser.go(&self.strict.at(&format!("/{query}"))).await;
            browser.write("#secret", "a secret").await;
            browser.write("#passphrase", "right").await;
            browser.submit("button[value=share]").await;
        }
        look("share, but too often").await;
        let unknown = self.strict.at(&format!("/receipt/zzzzunknownzzzzunknownzzzzunkno{query}"));
        browser.go(&unknown).await;
        browser.go(&unknown).await;
        look("too many tries").await;
    }
}
