//! How each verb goes over the wire of its API, and what the answers mean.

use serde_json::Value;

use super::history::{Answer, Api, Presented, Verb};
use super::program::PAGES;
use crate::support::text::form;
use crate::web::dom::parse;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const PASSPHRASE: &str = "open sesame";

/// What callers have of a shared secret.
pub(super) struct Keys {
    pub(super) secret: String,
    pub(super) receipt: String,
    /// Of its pages, by network and number.
    pub(super) tokens: Vec<[String; PAGES as usize]>,
}

/// A request as it is sent; the body is a form.
pub(super) struct Sent {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: String,
}

impl Keys {
    /// The request of a verb, from a network.
    pub(super) fn request(&self, verb: Verb, network: u8) -> Sent {
        let Self { secret, receipt, tokens } = self;
        let (method, path, mut fields) = match verb {
            Verb::Reveal(Api::V1, _) => ("POST", format!("/api/v1/secret/{secret}"), vec![]),
            Verb::Reveal(Api::V2, _) => {
                ("POST", format!("/api/v2/secret/{secret}/reveal"), vec![("continue", "true")])
            }
            Verb::Page(_, page) => {
                let token = &*tokens[usize::from(network)][usize::from(page)];
                ("POST", format!("/secret/{secret}"), vec![("token", token)])
            }
            Verb::Burn(Api::V1, _) => ("POST", format!("/api/v1/private/{receipt}/burn"), vec![]),
            Verb::Burn(Api::V2, _) => ("POST", format!("/api/v2/receipt/{receipt}/burn"), vec![]),
            Verb::Receipt(Api::V1) | Verb::Sweep => ("GET", format!("/api/v1/private/{receipt}"), vec![]),
            Verb::Receipt(Api::V2) => ("GET", format!("/api/v2/receipt/{receipt}"), vec![]),
            Verb::Look => ("GET", format!("/api/v2/secret/{secret}"), vec![]),
        };
        match verb.presented() {
            Presented::Nothing => {}
            Presented::Right => fields.push(("passphrase", PASSPHRASE)),
            Presented::Wrong => fields.push(("passphrase", "open barley")),
        }
        Sent { method, path, body: form(&fields) }
    }
}

/// Reads an answer to a verb. Pages are in English.
pub(super) fn read(verb: Verb, status: u16, retry_after: Option<u64>, text: &str) -> Answer {
    if matches!(verb, Verb::Page(..)) {
        return read_page(status, retry_after, text);
    }
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    match verb.api() {
        Api::V1 => read_v1(verb, status, retry_after, &body),
        Api::V2 => read_v2(verb, status, retry_after, &body),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn read_v1(verb: Verb, status: u16, retry_after: Option<u64>, body: &Value) -> Answer {
    let message = body["message"].as_str().unwrap_or_default();
    match (status, verb) {
        (200, Verb::Reveal(..)) => Answer::Value(text(&body["value"])),
        (200, Verb::Burn(..)) if body["state"]["state"] == "burned" => Answer::Burned,
        (200, Verb::Receipt(_)) => Answer::State(text(&body["state"])),
        (404, _) if message == "Unknown secret" => Answer::Unknown,
        (404, Verb::Burn(..)) if message == "Double check that passphrase" => Answer::WrongPassphrase,
        (429, _) => Answer::Limited(retry_after.unwrap_or_default()),
        (503, _) if message.contains("outcome is unknown") || message.contains("could not confirm") => {
            Answer::Lost
        }
        (503, _) if !message.contains("damaged") => Answer::Refused,
        _ => Answer::Other(format!("{status} {body}")),
    }
}

fn read_v2(verb: Verb, status: u16, retry_after: Option<u64>, body: &Value) -> Answer {
    let (record, error) = (&body["record"], body["error_type"].as_str().unwrap_or_default());
    // One word for what both APIs call differently.
    let state = || match text(&record["state"]).as_str() {
        "revealed" => Answer::State("received".to_owned()),
        state => Answer::State(state.to_owned()),
    };
    match (status, verb) {
        (200, Verb::Reveal(..)) => Answer::Value(text(&record["secret_value"])),
        (200, Verb::Burn(..)) if body["success"] == true && record["state"] == "burned" => Answer::Burned,
        (200, Verb::Burn(..)) if body["success"] == false => state(),
        (200, Verb::Receipt(_)) => state(),
        (200, Verb::Look) if record["secret_value"].is_null() => state(),
        (404, _) if error == "RecordNotFound" => Answer::Unknown,
        (422, Verb::Reveal(_, Presented::Nothing)) if error == "FormError" => Answer::Asked,
        (422, Verb::Reveal(..) | Verb::Burn(..)) if error == "FormError" => Answer::WrongPassphrase,
        (429, _) => Answer::Limited(retry_after.unwrap_or_default()),
        (503, _) if error == "OutcomeUnknown" => Answer::Lost,
        (503, _) if error == "Unavailable" => Answer::Refused,
        _ => Answer::Other(format!("{status} {body}")),
    }
}

fn read_page(status: u16, retry_after: Option<u64>, html: &str) -> Answer {
    let page = parse(html);
    let text = |selector: &str| page.all(selector).first().map(|element| element.text());
    let heading = text("h1").unwrap_or_default();
    match (status, heading.as_str(), text("#value")) {
        (200, _, Some(value)) => Answer::Value(value),
        (200, ..) if text("#passphrase").is_some() => Answer::Asked,
        (404, "There is no secret here", _) => Answer::Unknown,
        (422, ..) if text("#passphrase-wrong").is_some() => Answer::WrongPassphrase,
        (429, ..) => Answer::Limited(retry_after.unwrap_or_default()),
        (503, "The outcome is not known", _) => Answer::Lost,
        (503, ..) if !heading.contains("damaged") => Answer::Refused,
        _ => Answer::Other(format!("{status} {heading}")),
    }
}
