//! Properties of reading parameters: whatever arrives is read or refused, and what is read is what was sent.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use readonce::http::params::{Params, ParamsError};

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=\"--edge of {part}\"";
const JSON: &str = "application/json";

/// A body with the type it is sent with.
type Sent = (&'static str, Vec<u8>);

fn read(query: Option<&str>, (content_type, body): &Sent) -> Result<Params, ParamsError> {
    Params::parse(query, Some(content_type.as_bytes()), body)
}

/// Percent-encodes `text`; `choices` decides about every character whether, and how, where there is a choice.
fn escaped(text: &str, choices: &[u8]) -> String {
    let mut out = String::new();
    for (character, choice) in text.chars().zip(choices.iter().cycle()) {
        match choice % 4 {
            0 if character == ' ' => out.push('+'),
            0 | 1 if !"%&=+[]".contains(character) => out.push(character),
            case => {
                for byte in character.to_string().bytes() {
                    let digits = if case == 2 { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
                    let digit = |value: u8| char::from(digits[usize::from(value)]);
                    out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
                }
            }
        }
    }
    out
}

/// Like a text, but a bare blank before a name does not count, so that it is never sent so.
fn escaped_name(name: &str, choices: &[u8]) -> String {
    let escaped = escaped(name, choices);
    match escaped.strip_prefix(' ') {
        Some(rest) => format!("+{rest}"),
        None => escaped,
    }
}

fn form(pairs: &[(&str, &str)], choices: &[u8]) -> String {
    let pair =
        |(name, text): &(&str, &str)| format!("{}={}", escaped_name(name, choices), escaped(text, choices));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn urlencoded(pairs: &[(&str, &str)], choices: &[u8]) -> Sent {
    (URLENCODED, form(pairs, choices).into_bytes())
}

fn multipart(pairs: &[(&str, &str)]) -> Sent {
    let part = |(name, text): &(&str, &str)| {
        format!("----edge of {{part}}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let parts: String = pairs.iter().map(part).collect();
    (MULTIPART, (parts + "----edge of {part}--\r\n").into_bytes())
}

fn json(pairs: &[(&str, &str)]) -> Sent {
    let members = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).into()));
    (JSON, serde_json::Value::Object(members.collect()).to_string().into_bytes())
}

/// Texts with a bias to what is special in one of the encodings.
fn texts() -> impl Strategy<Value = String> {
    let special = select(vec![
        "\r\n", "--", "%", "%41", "&", "=", "+", "\"", "\\", "\0", ";", "[", "]", "{", "é", "😀", "\u{feff}",
        "----edge",
    ]);
    let piece = prop_oneof![special.prop_map(str::to_owned), any::<String>()];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Well-formed bodies of all kinds, with some nesting.
fn sent() -> impl Strategy<Value = Sent> {
    let names = select(vec!["secret", "secret[ttl]", "recipient[]", "a[b][c]", "ttl", "", "x[", "y]["]);
    (vec((names, texts()), 0..5), vec(any::<u8>(), 1..9), 0..3).prop_map(|(pairs, choices, kind)| {
        let pairs: Vec<_> = pairs.iter().map(|(name, text)| (*name, text.as_str())).collect();
        match kind {
            0 => urlencoded(&pairs, &choices),
            1 => multipart(&pairs),
            _ => json(&pairs),
        }
    })
}

/// Asks everything that can be asked, so that a tree of any shape is walked.
fn read_all(params: Params) {
    for params in [&params, params.map("secret").unwrap_or(&params)] {
        for name in ["secret", "ttl", "recipient", "a", "x", "y", ""] {
            let _ = params.require_texts(&[name]);
            assert_eq!(params.flag(name).is_some(), params.text(name).is_some());
            assert!(params.list(name).iter().all(|text| !text.is_empty()));
        }
    }
    let mut params = params.unwrap_secret();
    let text = params.text("secret").map(str::to_owned);
    assert_eq!(params.take_text("secret").as_deref(), text.as_ref());
    assert_eq!(format!("{params:?}"), "Params[..]");
}

proptest! {
    #[test]
    fn a_text_arrives_as_it_was_sent(text in texts(), choices in vec(any::<u8>(), 1..99)) {
        let pairs = [("ttl", "60"), ("secret", text.as_str()), ("passphrase", "")];
        for sent in [urlencoded(&pairs, &choices), multipart(&pairs), json(&pairs)] {
            let mut params = read(None, &sent).unwrap();
            prop_assert_eq!(params.text("secret"), Some(text.as_str()), "{}", sent.0);
            prop_assert_eq!(params.text("ttl"), Some("60"));
            prop_assert_eq!(params.text("passphrase"), Some(""));
            let taken = params.take_text("secret");
            prop_assert_eq!(taken.as_deref(), Some(&text));
        }
        let params = Params::parse(Some(&form(&pairs, &choices)), None, b"").unwrap();
        prop_assert_eq!(params.text("secret"), Some(text.as_str()));
    }

    #[test]
    fn a_name_arrives_as_it_was_sent(name in "[^\\[\\]\"\\\\\\r\\n]{1,9}", choices in vec(any::<u8>(), 1..9)) {
        let pairs = [(name.as_str(), "x")];
        for sent in [urlencoded(&pairs, &choices), multipart(&pairs), json(&pairs)] {
            let params = read(None, &sent).unwrap();
            prop_assert_eq!(params.text(&name), Some("x"), "{}", sent.0);
        }
    }

    #[test]
    fn the_body_wins(outer in texts(), inner in texts(), other in texts(), choices in vec(any::<u8>(), 1..9)) {
        let query = form(&[("secret", &outer), ("other", &other)], &choices);
        let pairs = [("secret", inner.as_str())];
        for sent in [urlencoded(&pairs, &choices), multipart(&pairs), json(&pairs)] {
            let params = read(Some(&query), &sent).unwrap();
            prop_assert_eq!(params.text("secret"), Some(inner.as_str()), "{}", sent.0);
            prop_assert_eq!(params.text("other"), Some(other.as_str()), "{}", sent.0);
        }
    }

    #[test]
    fn nested_under_secret_is_as_flat(text in texts(), choices in vec(any::<u8>(), 1..9)) {
        let pairs = [("secret[secret]", text.as_str()), ("secret[recipient][]", "r"), ("ttl", "60")];
        let members = serde_json::json!({"secret": {"secret": text, "recipient": ["r"]}, "ttl": 60});
        for sent in
            [urlencoded(&pairs, &choices), multipart(&pairs), (JSON, members.to_string().into_bytes())]
        {
            let params = read(None, &sent).unwrap().unwrap_secret();
            prop_assert_eq!(params.text("secret"), Some(text.as_str()), "{}", sent.0);
            prop_assert_eq!(params.list("recipient"), ["r"]);
            prop_assert_eq!(params.text("ttl"), None);
        }
    }

    #[test]
    fn a_list_arrives_in_order(list in vec("[a-z@.]{1,5}", 1..9), choices in vec(any::<u8>(), 1..9)) {
        let pairs: Vec<_> = list.iter().map(|text| ("recipient[]", text.as_str())).collect();
        let members = serde_json::json!({ "recipient": list });
        for sent in
            [urlencoded(&pairs, &choices), multipart(&pairs), (JSON, members.to_string().into_bytes())]
        {
            let params = read(None, &sent).unwrap();
            prop_assert_eq!(params.list("recipient"), list.clone(), "{}", sent.0);
        }
    }

    #[test]
    fn integers_of_json_are_read_exactly(signed in any::<i64>(), unsigned in any::<u64>(), float in any::<f64>()) {
        let members = serde_json::json!({"s": signed, "u": unsigned, "f": float});
        let params = read(None, &(JSON, members.to_string().into_bytes())).unwrap();
        prop_assert_eq!(params.text("s").map(str::parse), Some(Ok(signed)));
        prop_assert_eq!(params.text("u").map(str::parse), Some(Ok(unsigned)));
        if float.is_finite() {
            let text = params.text("f").unwrap();
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte)), "{}", text);
        }
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(
        query in option::of(any::<String>()),
        content_type in prop_oneof![
            select(vec![URLENCODED, MULTIPART, JSON]).prop_map(|known| known.as_bytes().to_vec()),
            vec(any::<u8>(), 0..40),
        ],
        body in vec(any::<u8>(), 0..400),
    ) {
        if let Ok(params) = Params::parse(query.as_deref(), Some(&content_type), &body) {
            read_all(params);
        }
    }

    #[test]
    fn punctuation_does_no_harm(
        content_type in select(vec![URLENCODED, MULTIPART, JSON]),
        body in "([\\[\\]{}:,\"&=%+\\-]|secret|null|1|----edge of \\{part\\}|\r\n|name=|Content-Disposition){0,60}",
    ) {
        if let Ok(params) = read(Some(&body), &(content_type, body.clone().into_bytes())) {
            read_all(params);
        }
    }

    #[test]
    fn damage_does_no_harm(
        (content_type, mut body) in sent(),
        damage in vec((any::<Index>(), any::<u8>(), 0..4), 1..4),
    ) {
        if let Ok(params) = read(None, &(content_type, body.clone())) {
            read_all(params);
        }
        for (index, byte, kind) in damage {
            let at = index.index(body.len() + 1);
            match (kind, body.get_mut(at)) {
                (0, Some(damaged)) => *damaged = byte,
                (1, Some(_)) => drop(body.remove(at)),
                (2, _) => body.insert(at, byte),
                _ => body.truncate(at),
            }
        }
        if let Ok(params) = read(None, &(content_type, body)) {
            read_all(params);
        }
    }
}
