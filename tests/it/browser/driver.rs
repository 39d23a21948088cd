//! chromedriver as a child process, and the browsers it starts: each with a profile of its own, all ended with it.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::page::Browser;
use crate::support::{Client, SOON, wait_for};

/// No door to anywhere but to the server under test, and nothing that this machine may not have.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    // Names of other sites, which are asked over plain http as a server without TLS is.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
];

/// A running chromedriver. Browsers borrow it, so that they end before it does.
pub(super) struct Driver {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Driver {
    /// Starts one on a port that it chooses itself.
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("output");
        let output = File::create(&log).unwrap();
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").env("TMPDIR", folder.path()).stdin(Stdio::null());
        command.stdout(output.try_clone().unwrap()).stderr(output);
        let child = command.spawn().unwrap_or_else(|error| {
            panic!(
                "chromedriver cannot be started: {error}\nhint: `apt-get install chromium chromium-driver`"
            )
        });
        let mut driver = Self { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), folder };
        let port = wait_for("a chromedriver that listens", SOON, || {
            let said = fs::read_to_string(&log).unwrap();
            let (_, rest) = said.split_once("successfully on port ")?;
            rest.split_once('.')?.0.parse().ok()
        });
        driver.address.set_port(port);
        driver
    }

    /// A browser that nobody has used yet.
    pub(super) async fn browser(&self) -> Browser<'_> {
        self.browser_with(&json!({})).await
    }

    /// The same, in which the sites' scripts are blocked, as a person does it in the settings.
    pub(super) async fn browser_without_scripts(&self) -> Browser<'_> {
        self.browser_with(&json!({ "profile.managed_default_content_settings.javascript": 2 })).await
    }

    /// The same of a person who reads these languages, the best first.
    pub(super) async fn browser_for(&self, languages: &str) -> Browser<'_> {
        self.browser_with(&json!({ "intl.accept_languages": languages })).await
    }

    async fn browser_with(&self, preferences: &Value) -> Browser<'_> {
        let profile = tempfile::tempdir_in(self.folder.path()).unwrap();
        let own = format!("--user-data-dir={}", profile.path().to_str().unwrap());
        let flags: Vec<_> = FLAGS.into_iter().chain([own.as_str(), "--window-size=1280,900"]).collect();
        let wanted = json!({
            "goog:chromeOptions": { "args": flags, "prefs": preferences },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(wanted) = wanted else { unreachable!("an object") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://{}", self.address))
            .await
            .unwrap_or_else(|error| panic!("no browser: {error}\nhint: `apt-get install chromium`"));
        let session = client.session_id().await.unwrap().unwrap();
        Browser::new(self, client, session)
    }

    /// What the library has no words for: commands that only Chromium has, and the end of a session.
    pub(super) fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let body = (method == "POST").then_some(body.as_bytes());
        let media = [("Content-Type", "application/json")];
        let answer = Client::new(self.address).ask(method, path, &media, body);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()["value"].clone()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        drop(self.child.wait());
    }
}
