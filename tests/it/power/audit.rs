//! Starts on what a power loss left, and compares it with what was promised.

use std::path::Path;
use std::sync::Arc;

use axum::http::Method;
use readonce::domain::{Clock as _, FakeClock, SystemClock};
use readonce::service::{KeySource, KeySourceError};
use readonce::store::sqlite::SqliteStore;
use readonce::store::{Maintenance as _, Store};
use readonce::vault::Keyring;
use serde_json::Value;

use super::book::{Book, End, Noted, PASSPHRASE, Person, Span, Stage, WRONG};
use crate::api_v1::app::App;
use crate::support::text::base64;
use crate::support::{Client, Server};

/// How many wrong passphrases one network may try.
const TRIES: usize = 5;

/// Who is asked: the program's parts in this process, or the program itself.
pub(super) enum Instance {
    Here(Box<App>),
    Process(Box<Server>, Client),
}

/// A status and a body.
type Answer = (u16, Value);

/// What is broken.
pub(super) type Violation = String;

/// The keyring of a power loss is the one that is there.
#[derive(Debug)]
struct Nowhere;

impl KeySource for Nowhere {
    fn load(&self) -> Result<Keyring, KeySourceError> {
        Err(KeySourceError { what: "no other keyring".into(), hint: "nobody should ask".into() })
    }
}

impl Instance {
    /// As `readonce serve` starts; `None` where it would begin with nothing, which is right if nothing was promised.
    pub(super) async fn start(root: &Path) -> Result<Option<Self>, Violation> {
        let database = root.join("data/readonce.db");
        let keyring = if root.join("readonce.toml").exists() { "keys/ring" } else { "data/readonce.keys" };
        if !database.exists() {
            return Ok(None);
        }
        let store =
            SqliteStore::open(&database).map_err(|error| format!("the database does not open: {error:?}"))?;
        let canary = store.canary(None).await.map_err(|error| format!("no canary can be read: {error:?}"))?;
        let Ok(text) = std::fs::read_to_string(root.join(keyring)) else {
            store.close().await;
            return if canary.is_some() { Err("the keyring is lost".to_owned()) } else { Ok(None) };
        };
        let ring = Keyring::parse(&text).map_err(|error| format!("the keyring does not open: {error}"))?;
        let (clock, store): (_, Arc<dyn Store>) = (FakeClock::at(SystemClock.now()), Arc::new(store));
        let app = App::instance_by(Arc::new(clock), store, ring, Arc::new(Nowhere));
        let checked = app.service.keys().check_canary().await;
        checked.map_err(|error| format!("the keyring is another one: {error:?}"))?;
        Ok(Some(Self::Here(Box::new(app))))
    }

    async fn ask(&self, method: Method, path: &str, who: Option<&str>, body: &str) -> Answer {
        match self {
            Self::Here(app) => {
                let request = axum::http::Request::builder().method(method).uri(path);
                let request = match who {
                    Some(who) => request.header("authorization", format!("Basic {}", base64(who.as_bytes()))),
                    None => request,
                };
                let request = request.body(axum::body::Body::from(body.to_owned())).unwrap();
                let answer = app.send_from([127, 0, 0, 1], request).await;
                (answer.status.as_u16(), serde_json::from_str(&answer.text).unwrap_or_default())
            }
            Self::Process(_, client) => {
                let form = ("Content-Type", "application/x-www-form-urlencoded");
                let who = who.map(|who| format!("Basic {}", base64(who.as_bytes())));
                let headers: Vec<_> =
                    [form].into_iter().chain(who.as_deref().map(|who| ("Authorization", who))).collect();
                let answer = client.ask(method.as_str(), path, &headers, Some(body.as_bytes()));
                (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
            }
        }
    }

    async fn reveal(&self, noted: &Noted, passphrase: &str) -> Answer {
        let path = format!("/api/v1/secret/{}", noted.secret.keys.secret);
        let body = if noted.secret.is_protected { format!("passphrase={passphrase}") } else { String::new() };
        self.ask(Method::POST, &path, None, &body).await
    }

    async fn state(&self, noted: &Noted) -> String {
        let path = format!("/api/v1/private/{}", noted.secret.keys.receipt);
        let (status, receipt) = self.ask(Method::GET, &path, None, "").await;
        if status == 200 { receipt["state"].as_str().unwrap_or("?").to_owned() } else { status.to_string() }
    }

    pub(super) async fn close(self) {
        match self {
            Self::Here(app) => app.store.close().await,
            Self::Process(server, _) => drop(server.stop()),
        }
    }
}

/// Whether all is kept that was promised by the time that so many steps were done.
pub(super) async fn audit(root: &Path, book: &Book, steps: usize) -> Result<(), Violation> {
    match Instance::start(root).await? {
        Some(instance) => {
            let kept = check(&instance, book, steps).await;
            instance.close().await;
            kept
        }
        None if book.told().iter().all(|told| *told >= steps)
            && !book.secrets.iter().any(|one| one.secret.is_old) =>
        {
            Ok(())
        }
        None => Err("the database or the keyring is gone, and something was promised".to_owned()),
    }
}

pub(super) async fn check(instance: &Instance, book: &Book, steps: usize) -> Result<(), Violation> {
    for noted in &book.secrets {
        let about = |violation| format!("{violation}: {:?}", noted.secret);
        check_secret(instance, noted, steps).await.map_err(about)?;
    }
    for (person, spans) in &book.people {
        check_person(instance, person, spans, steps).await?;
    }
    Ok(())
}

async fn check_secret(instance: &Instance, noted: &Noted, steps: usize) -> Result<(), Violation> {
    let state = instance.state(noted).await;
    let ended = noted.end.map(|(end, span)| (end, span.at(steps)));
    let word = |end| if end == End::Read { "received" } else { "burned" };
    match (noted.shared.at(steps), ended) {
        (Stage::Ahead, _) => Ok(()),
        (Stage::UnderWay, _) if state == "404" => is_gone(instance, noted).await,
        (Stage::Told, Some((end, Stage::Told))) if state != word(end) => {
            Err(format!("it has ended, and is `{state}`"))
        }
        (Stage::Told, Some((end, Stage::Told | Stage::UnderWay))) if state == word(end) => {
            is_gone(instance, noted).await
        }
        _ if state != "new" => Err(format!("it is unread, and is `{state}`")),
        _ => is_there(instance, noted, steps).await,
    }
}

/// It can be read, with as many guesses before as are left.
async fn is_there(instance: &Instance, noted: &Noted, steps: usize) -> Result<(), Violation> {
    let tried = noted.tries.iter().filter(|span| span.at(steps) == Stage::Told).count();
    if tried > 0 && noted.end.is_none() {
        for _ in tried..TRIES {
            instance.reveal(noted, WRONG).await;
        }
        return match instance.reveal(noted, PASSPHRASE).await {
            (429, _) => Ok(()),
            (status, _) => Err(format!("{tried} guesses were answered, and {TRIES} more are free: {status}")),
        };
    }
    let (status, answer) = instance.reveal(noted, PASSPHRASE).await;
    if answer["value"] != noted.secret.value.as_str() {
        return Err(format!("it cannot be read: {status} {answer}"));
    }
    is_gone(instance, noted).await
}

async fn is_gone(instance: &Instance, noted: &Noted) -> Result<(), Violation> {
    match instance.reveal(noted, PASSPHRASE).await {
        (404, _) => Ok(()),
        (status, _) => Err(format!("it can be read again: {status}")),
    }
}

/// The last token that was told is the only one, or the one after it.
async fn check_person(
    instance: &Instance,
    person: &Person,
    spans: &[Span],
    steps: usize,
) -> Result<(), Violation> {
    let told = spans.iter().filter(|span| span.at(steps) == Stage::Told).count();
    let mut accepted = Vec::new();
    for (place, token) in person.tokens.iter().enumerate() {
        let who = format!("{}:{token}", person.email);
        let (status, _) = instance.ask(Method::GET, "/api/v1/authcheck", Some(&who), "").await;
        accepted.extend((status == 200).then_some(place + 1));
    }
    match accepted.as_slice() {
        [] if told == 0 => Ok(()),
        [one] if *one == told || *one == told + 1 => Ok(()),
        _ => Err(format!("{told} tokens of {} were told, accepted are {accepted:?}", person.email)),
    }
}
