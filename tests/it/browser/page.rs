//! A browser with one window: what a person does there, and what is looked at.

use std::time::Duration;

use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::driver::Driver;
use crate::support::eventually;

/// How long a page may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser of its own profile. Ended when dropped.
pub(super) struct Browser<'d> {
    driver: &'d Driver,
    client: Client,
    session: String,
}

impl<'d> Browser<'d> {
    pub(super) fn new(driver: &'d Driver, client: Client, session: String) -> Self {
        Self { driver, client, session }
    }

    pub(super) async fn go(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(super) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    /// The address shown.
    pub(super) async fn url(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    pub(super) async fn title(&self) -> String {
        self.client.title().await.unwrap()
    }

    /// The first that is there, or will be.
    pub(super) async fn one(&self, selector: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no `{selector}`: {error}\n{}", self.client.source().await.unwrap()),
        }
    }

    /// Whether there is one now.
    pub(super) async fn has(&self, selector: &str) -> bool {
        !self.client.find_all(Locator::Css(selector)).await.unwrap().is_empty()
    }

    /// The text content, byte for byte.
    pub(super) async fn text(&self, selector: &str) -> String {
        self.one(selector).await.prop("textContent").await.unwrap().unwrap()
    }

    pub(super) async fn attribute(&self, selector: &str, name: &str) -> String {
        let element = self.one(selector).await;
        element.attr(name).await.unwrap().unwrap_or_else(|| panic!("no `{name}` at `{selector}`"))
    }

    /// What a field holds.
    pub(super) async fn value(&self, selector: &str) -> String {
        self.one(selector).await.prop("value").await.unwrap().unwrap()
    }

    /// How many cookies the browser would send for this page.
    pub(super) async fn cookies(&self) -> usize {
        self.client.get_all_cookies().await.unwrap().len()
    }

    pub(super) async fn write(&self, selector: &str, text: &str) {
        self.one(selector).await.send_keys(text).await.unwrap();
    }

    pub(super) async fn click(&self, selector: &str) {
        self.one(selector).await.click().await.unwrap();
    }

    /// Clicks twice, as people do who are not sure of the first click.
    pub(super) async fn click_twice(&self, selector: &str, between: Duration) {
        let element = self.one(selector).await;
        let down = || PointerAction::Down { button: MOUSE_BUTTON_LEFT };
        let up = || PointerAction::Up { button: MOUSE_BUTTON_LEFT };
        let clicks = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(down())
            .then(up())
            .then(PointerAction::Pause { duration: between })
            .then(down())
            .then(up());
        self.client.perform_actions(clicks).await.unwrap();
    }

    /// Clicks what leads to another page, and waits for that.
    pub(super) async fn submit(&self, selector: &str) {
        let button = self.one(selector).await;
        self.leaving(async || button.click().await.unwrap()).await;
    }

    /// Does what leads to another page, and waits for that.
    pub(super) async fn leaving(&self, act: impl AsyncFnOnce()) {
        // Not `html`, which stays when a script puts the next page into its place.
        let old = self.one("body").await;
        act().await;
        eventually("another page", async || match old.tag_name().await {
            Err(CmdError::Standard(_)) => Some(()),
            _ => None,
        })
        .await;
        self.one("#status").await; // the last element of a page
    }

    /// Types a key where the focus is.
    pub(super) async fn press(&self, key: &str) {
        self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// Runs the body of a function, and hands back what it returns.
    pub(super) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{error}"))
    }

    /// The same for a promise.
    pub(super) async fn run_later(&self, promise: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; ({promise}).then(done, (error) => done({{ failed: String(error) }}));"
        );
        self.client.execute_async(&script, Vec::new()).await.unwrap()
    }

    /// A command of the protocol that Chromium has for developers.
    pub(super) fn develop(&self, command: &str, parameters: &Value) -> Value {
        let path = format!("/session/{}/goog/cdp/execute", self.session);
        self.driver.ask("POST", &path, &json!({ "cmd": command, "params": parameters }))
    }

    /// Gives the window this size, in CSS pixels.
    pub(super) fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.develop("Emulation.setDeviceMetricsOverride", &size);
    }

    /// What the person likes: a dark or a light page. Without transitions, for those are looked at in between.
    pub(super) fn prefer(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.develop("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// What is in the clipboard.
    pub(super) async fn clipboard(&self) -> String {
        self.develop(
            "Browser.grantPermissions",
            &json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }),
        );
        let read = self.run_later("navigator.clipboard.readText()").await;
        read.as_str().unwrap_or_else(|| panic!("the clipboard cannot be read: {read}")).to_owned()
    }

    /// Presses a button that copies, and waits until it says so.
    pub(super) async fn copy(&self, id: &str) -> String {
        self.click(&format!("[data-copy={id}] button")).await;
        let word = self.attribute("body", "data-copied").await;
        eventually("a word that it is copied", async || (self.text("#status").await == word).then_some(()))
            .await;
        self.clipboard().await
    }

    /// What the browser complained about since it was asked last: not that a page came with an error's status, and not
    /// what it recommends to sites where people sign in.
    pub(super) fn complaints(&self) -> Vec<String> {
        let path = format!("/session/{}/se/log", self.session);
        let log = self.driver.ask("POST", &path, &json!({ "type": "browser" }));
        let counts = |entry: &&Value| entry["source"] != "network" && entry["source"] != "recommendation";
        log.as_array().unwrap().iter().filter(counts).map(ToString::to_string).collect()
    }

    /// The page as a PNG.
    pub(super) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }
}

impl Drop for Browser<'_> {
    fn drop(&mut self) {
        self.driver.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
    }
}
