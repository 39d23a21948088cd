//! `application/json`, read straight into parameters.
//!
//! The trap: serde's errors quote the value they stumble over, which may be the secret. They end here; what goes
//! out is a fixed sentence.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::tree::Value;
use super::{MAX_COUNT, MAX_DEPTH, NOT_UTF8, Params, ParamsError};

const MALFORMED: ParamsError =
    ParamsError::Malformed("The JSON body is malformed, too large or nested too deeply");

/// Whether a body that is not called JSON begins as an object, or as a list of texts or objects, does. No form of a client
/// does: a name would have to begin with `{"`.
pub(super) fn is_meant(body: &[u8]) -> bool {
    match without_mark(body).trim_ascii() {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"', ..] | [b'}']),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start(), [b'"' | b'{', ..]),
        _ => false,
    }
}

/// Whether a body begins as an object or a list of JSON does.
pub(super) fn begins(body: &[u8]) -> bool {
    matches!(without_mark(body).trim_ascii_start(), [b'{' | b'[', ..])
}

/// Reads an object's members. A byte order mark is tolerated, and a blank body holds no parameters.
pub(super) fn parse(body: &[u8]) -> Result<Params, ParamsError> {
    // Looked at first, to be told by its name: programs that write Latin-1 do not know that they do.
    let body = std::str::from_utf8(without_mark(body)).map_err(|_| NOT_UTF8)?;
    if body.trim_ascii().is_empty() {
        return Ok(Params::default());
    }
    let left = Cell::new(MAX_COUNT);
    let mut reader = serde_json::Deserializer::from_str(body);
    let value = AnyValue { depth: 0, left: &left }.deserialize(&mut reader).map_err(|_| MALFORMED)?;
    reader.end().map_err(|_| MALFORMED)?;
    match value {
        Value::Map(params) => Ok(params),
        _ => Err(ParamsError::NotAnObject),
    }
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Reads a value that stands `depth` containers deep, while there are values `left` to read.
#[derive(Clone, Copy)]
struct AnyValue<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl AnyValue<'_> {
    /// How the elements of this container are read.
    fn within<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    /// Counts an element.
    fn count<E: Error>(self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1).ok_or_else(|| E::custom("too many"))?;
        self.left.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for AnyValue<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyValue<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(written(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(written(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(written(value))
    }

    /// A fraction, or an integer beyond 64 bits: rounded, and how it was written is not known here. In plain digits, never
    /// as `1e21`, so that whoever reads the leading digits reads the number.
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Rounded(Zeroizing::new(value.to_string())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let element = self.within()?;
        let mut list = Vec::new();
        while let Some(value) = elements.next_element_seed(element)? {
            self.count()?;
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let member = self.within()?;
        let mut params = Params::default();
        while let Some(name) = members.next_key_seed(Name)? {
            self.count()?;
            params.set(name, members.next_value_seed(member)?);
        }
        Ok(Value::Map(params))
    }
}

/// An integer or a boolean as a form would have sent it.
fn written(value: impl fmt::Display) -> Value {
    Value::Text(Zeroizing::new(value.to_string()))
}

struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Zeroizing<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Zeroizing<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Zeroizing::new(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_every_type() {
        let params = parse(
            "\u{feff} {\"s\": \"a\\n\\u00fc\\u0000\\ud83d\\ude00\", \"i\": 3600, \"f\": 3600.9, \"e\": 1e21, \
             \"h\": 123456789012345678901234, \"m\": -5, \"t\": true, \"n\": null, \"l\": [\"x\", 1, null], \
             \"o\": {\"p\": {\"q\": \"\"}}, \"d\": 1, \"d\": 2}\r\n"
                .as_bytes(),
        )
        .unwrap();
        for (name, text) in [
            ("s", Some("a\nü\0😀")),
            ("i", Some("3600")),
            ("f", Some("3600.9")),
            ("e", Some("1000000000000000000000")),
            ("m", Some("-5")),
            ("t", Some("true")),
            ("n", None),
            ("l", None),
            ("o", None),
            ("d", Some("2")),
        ] {
            assert_eq!(params.text(name), text, "{name}");
        }
        assert!(params.text("h").unwrap().starts_with("12345678901234"));
        assert_eq!(params.list("l"), ["x", "1"]);
        assert_eq!(params.map("o").unwrap().map("p").unwrap().text("q"), Some(""));
    }

    #[test]
    fn only_an_object_holds_parameters() {
        for body in ["[]", "\"hunter2\"", "1", "null", "true", "[{\"secret\":\"s\"}]"] {
            assert_eq!(parse(body.as_bytes()).unwrap_err(), ParamsError::NotAnObject, "{body}");
        }
        assert!(parse(b" \r\n").unwrap().0.is_empty());
        assert!(parse(b"{}").unwrap().0.is_empty());
    }

    #[test]
    fn malformed_bodies() {
        for body in [
            "{",
            "{}x",
            "{} {}",
            "{\"a\":}",
            "{a:1}",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":\"\\ud800\"}",
            "secret=s",
        ] {
            assert_eq!(parse(body.as_bytes()).unwrap_err(), MALFORMED, "{body}");
        }
        for body in [&b"{\"a\":\"p\xe4ss\"}"[..], b"{\"\xff\":1}", b"\xff\xfe{\0}\0"] {
            assert_eq!(parse(body).unwrap_err(), NOT_UTF8);
        }
    }

    #[test]
    fn no_deeper_than_the_limit() {
        let nested = |depth: usize| "{\"a\":".repeat(depth) + "1" + &"}".repeat(depth);
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(parse(nested(MAX_DEPTH + 1).as_bytes()).unwrap_err(), MALFORMED);
        assert_eq!(parse("[".repeat(60_000).as_bytes()).unwrap_err(), MALFORMED);
    }
}
