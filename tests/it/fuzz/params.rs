//! Parameters: what is read of a damaged body is the same once it is written out and read again, and reading takes memory in
//! proportion to what was sent.

use allocation_counter::measure;
use readonce::http::params::Params;

use super::run::fuzz;
use crate::support::text::form as written;

const FORM: &str = "application/x-www-form-urlencoded";
const BOUNDARY: &str = "multipart/form-data; boundary=------------------------d74496d66958873e";
/// What clients send.
const NAMES: [&str; 10] = [
    "secret",
    "passphrase",
    "ttl",
    "recipient",
    "share_domain",
    "kind",
    "continue",
    "length",
    "symbols",
    "a",
];
/// Most bytes held at once, and pieces of memory asked for in all, which is how long it takes: so many for each byte that was sent, and
/// so many at the least.
const HELD: (u64, u64) = (200, 16_384);
const ASKED_FOR: (u64, u64) = (4, 200);

/// Reads a body, or a query where it has no type.
fn read(content_type: Option<&str>, input: &[u8]) -> bool {
    let mut read = None;
    let parse = || match content_type {
        Some(content_type) => Params::parse(None, Some(content_type.as_bytes()), input).ok(),
        None => Params::parse(Some(std::str::from_utf8(input).ok()?), None, b"").ok(),
    };
    let counted = measure(|| read = parse());
    let sent = u64::try_from(input.len()).unwrap();
    for (counted, (each, least)) in [(counted.bytes_max, HELD), (counted.count_total, ASKED_FOR)] {
        assert!(counted <= each * sent + least, "{counted} for {sent} bytes");
    }
    let Some(params) = read else { return false };
    for params in [&params, params.map("secret").unwrap_or(&params)] {
        let told: Vec<_> = NAMES.into_iter().filter_map(|name| Some((name, params.text(name)?))).collect();
        let again = Params::parse(None, Some(FORM.as_bytes()), written(&told).as_bytes()).unwrap();
        for (name, text) in told {
            assert_eq!(again.text(name), Some(text), "{name}");
        }
    }
    true
}

#[test]
fn form() {
    let words =
        ["&", "=", "+", "%", "%41", "[", "]", "[]", "secret", "secret[", "&secret=", "%F0%9F%98%80", ";"];
    fuzz("form", 2000, &words, |input| read(Some(FORM), input));
}

#[test]
fn query() {
    fuzz("query", 2000, &["&", "=", "+", "%41", "[", "]", "secret", "&ttl="], |input| read(None, input));
}

#[test]
fn json() {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "true",
        "\\u0000",
        "\\ud800",
        "{\"secret\":",
        "[[[[[[[[",
        "1.5",
    ];
    fuzz("json", 2000, &words, |input| read(Some("application/json"), input));
}

#[test]
fn multipart() {
    let words = [
        "--------------------------d74496d66958873e",
        "\r\n\r\n",
        "Content-Disposition: form-data; name=\"secret\"",
        "name=",
        "filename=",
        "filename*=utf-8''",
        ";",
        "--",
    ];
    fuzz("multipart", 2000, &words, |input| read(Some(BOUNDARY), input));
}
