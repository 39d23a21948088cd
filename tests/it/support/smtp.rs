//! Real mail servers on loopback (aiosmtpd, `smtp_server.py` beside this file), which misbehave when told to.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::ports::free_port;
use super::{SOON, wait_for};

/// A mail server. Its port stays the same when it is stopped and started again, and it keeps its emails.
pub(crate) struct SmtpServer {
    process: Option<Child>,
    port: u16,
    folder: TempDir,
    options: Value,
}

/// An email as the server got it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The bytes between `DATA` and the dot.
    pub(crate) raw: Vec<u8>,
    /// `MAIL FROM` and `RCPT TO`.
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// The number of the connection it came by; the first is 1.
    pub(crate) connection: u64,
    /// The name the sender said in `EHLO`.
    pub(crate) hello: String,
    pub(crate) tls: bool,
    /// Who logged in.
    pub(crate) user: Option<String>,
    /// Whether `MAIL` asked for SMTPUTF8.
    pub(crate) utf8: bool,
    /// As Python's `email` reads it: `headers`, `date`, `from`, `to`, `reply_to`, `parts`, `defects`.
    pub(crate) parsed: Value,
}

impl Received {
    /// A header's text, decoded; the test fails when there is none, or more than one.
    pub(crate) fn header(&self, name: &str) -> String {
        let headers = self.parsed["headers"].as_array().unwrap().iter();
        let found: Vec<_> = headers.filter(|pair| pair[0].as_str().unwrap() == name).collect();
        assert_eq!(found.len(), 1, "`{name}` stands {} times", found.len());
        found[0][1].as_str().unwrap().to_owned()
    }

    /// The text of the part of this type, decoded; its lines, which have to end with CR LF, end with LF.
    pub(crate) fn part(&self, kind: &str) -> String {
        let mut parts = self.parsed["parts"].as_array().unwrap().iter();
        let part = parts.find(|part| part["type"] == kind).unwrap_or_else(|| panic!("no part is `{kind}`"));
        let lines: Vec<_> = part["text"].as_str().unwrap().split("\r\n").collect();
        assert!(!lines.iter().any(|line| line.contains(['\r', '\n'])), "a bare CR or LF in {lines:?}");
        lines.join("\n")
    }
}

impl SmtpServer {
    /// In the clear, for everybody.
    pub(crate) fn start() -> Self {
        Self::with(json!({}))
    }

    /// With `security` (`none`, `starttls`, `tls`) and its `certificate` and `key` (files), `login` (a list of user and
    /// password), `without` (mechanisms it does not offer) and `utf8` (whether it offers SMTPUTF8).
    pub(crate) fn with(given: Value) -> Self {
        let mut options = json!({
            "security": "none", "login": null, "without": [], "utf8": true, "connections": 0,
        });
        let Value::Object(given) = given else { panic!("options are an object") };
        options.as_object_mut().unwrap().extend(given);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("emails")).unwrap();
        let mut server = Self { process: None, port: free_port(), folder, options };
        server.behave(&[]);
        server.start_again();
        server
    }

    /// With TLS from this certificate and key.
    pub(crate) fn secured(security: &str, (certificate, key): &(PathBuf, PathBuf)) -> Self {
        Self::with(json!({ "security": security, "certificate": certificate, "key": key }))
    }

    /// What to do at which stage from now on (`smtp_server.py` tells what there is); nothing is to behave well.
    pub(crate) fn behave(&self, stages: &[(&str, &str)]) {
        let stages: serde_json::Map<_, _> =
            stages.iter().map(|(stage, action)| ((*stage).to_owned(), json!(action))).collect();
        self.write("behaviour.json", &Value::Object(stages));
    }

    /// Ends it, with all its connections.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
    }

    /// Starts it at its old port.
    pub(crate) fn start_again(&mut self) {
        self.stop();
        self.options["connections"] = json!(self.connections());
        self.write("options.json", &self.options);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut process = Command::new("python3")
            .arg(root.join("tests/it/support/smtp_server.py"))
            .arg(self.folder.path())
            .arg(self.port.to_string())
            .env("PYTHONPATH", root.join("target/tools/python"))
            .env("PYTHONWARNINGS", "ignore")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("python3 cannot be started: {error}"));
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        self.process = Some(process);
        self.port = line.trim().parse().unwrap_or_else(|_| {
            panic!(
                "the mail server does not start\nhint: `python3 -m pip install --target target/tools/python aiosmtpd`, as \
                 scripts/test does"
            )
        });
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> u64 {
        self.count("connections")
    }

    /// How often it was told this command: `NOOP`, `QUIT` or `AUTH`.
    pub(crate) fn commands(&self, command: &str) -> u64 {
        self.count(command)
    }

    fn count(&self, what: &str) -> u64 {
        let path = self.folder.path().join(what).with_extension("json");
        let text = fs::read(path).unwrap_or_else(|_| b"0".to_vec());
        serde_json::from_slice(&text).unwrap()
    }

    /// Every email it has taken, the oldest first.
    pub(crate) fn emails(&self) -> Vec<Received> {
        (1..).map_while(|number| self.email(number)).collect()
    }

    /// Waits until it has taken this many.
    pub(crate) fn wait_for_emails(&self, count: usize) -> Vec<Received> {
        wait_for("the mail server has emails", SOON, || Some(self.emails()).filter(|all| all.len() >= count))
    }

    fn email(&self, number: usize) -> Option<Received> {
        let text = fs::read(self.folder.path().join(format!("emails/{number}.json"))).ok()?;
        let email: Value = serde_json::from_slice(&text).unwrap();
        let text = |key: &str| email[key].as_str().unwrap().to_owned();
        Some(Received {
            raw: STANDARD.decode(text("raw")).unwrap(),
            from: text("from"),
            to: email["to"].as_array().unwrap().iter().map(|to| to.as_str().unwrap().to_owned()).collect(),
            connection: email["connection"].as_u64().unwrap(),
            hello: text("hello"),
            tls: email["tls"].as_bool().unwrap(),
            user: email["user"].as_str().map(str::to_owned),
            utf8: email["utf8"].as_bool().unwrap(),
            parsed: email["parsed"].clone(),
        })
    }

    /// Whole or not at all: the server reads at any moment.
    fn write(&self, name: &str, content: &Value) {
        let path = self.folder.path().join(name);
        let new = path.with_extension("new");
        fs::write(&new, content.to_string()).unwrap();
        fs::rename(new, path).unwrap();
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stop();
    }
}
