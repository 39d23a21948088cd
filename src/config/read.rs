//! From the tree of values to the types that settings have: serde's way through it. What serde says of a value becomes a
//! sentence for an operator, with the value's key and origin.

use std::fmt::Display;
use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};

use super::Error;
use super::error::closest;
use super::value::{Data, Value, key_of};
use crate::domain::text::printable;

/// The settings whose value holds a password: nothing of it may reach a message.
const SECRET: [&str; 3] = ["store", "store.url", "smtp.url"];

/// Reads the tree, or says what is wrong with the first value that is no such setting.
pub(super) fn read<T: DeserializeOwned>(tree: &Value) -> Result<T, Error> {
    T::deserialize(tree).map_err(|problem| problem.into_error(tree))
}

/// What is wrong, and from the moment that it passes a value on its way out, with which one.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("expected {0}")]
    Expected(String),
    #[error("`{0}` is unknown")]
    Unknown(String, &'static [&'static str]),
    #[error("`{0}` is missing")]
    Missing(&'static str),
    #[error("{0}")]
    Said(String),
    #[error("{0}")]
    Placed(Error),
}

impl Problem {
    fn into_error(self, value: &Value) -> Error {
        let about = |problem: &str| Error::about(&value.key, problem, &value.origin);
        match self {
            Self::Placed(error) => error,
            Self::Expected(what) => about(&format!("expected {what}, found {}", found(value))),
            Self::Said(problem) => about(&problem),
            Self::Missing(field) => Error::about(&key_of(&value.key, field), "missing", &value.origin),
            Self::Unknown(field, known) => {
                let parent = value.key.strip_suffix(&field).unwrap_or_default();
                let hint = closest(&field, known.iter().copied()).map_or_else(
                    || "every setting is in config/default.toml".to_owned(),
                    |near| format!("did you mean `{}{near}`?", printable(parent)),
                );
                about(&format!("unknown setting\nhint: {hint}"))
            }
        }
    }

    fn at(self, value: &Value) -> Self {
        Self::Placed(self.into_error(value))
    }
}

impl de::Error for Problem {
    fn custom<T: Display>(problem: T) -> Self {
        Self::Said(problem.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::Expected(kind(&wanted.to_string()).to_owned())
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let max = match wanted.to_string().as_str() {
            "u8" => u64::from(u8::MAX),
            "u32" => u64::from(u32::MAX),
            // TOML's integers end here too.
            "u64" | "usize" => i64::MAX.unsigned_abs(),
            wanted => return Self::Expected(kind(wanted).to_owned()),
        };
        Self::Expected(format!("a whole number from 0 to {max}"))
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self::Expected(known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::Unknown(field.to_owned(), known)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// serde names Rust's types; operators know TOML's.
fn kind(wanted: &str) -> &str {
    match wanted {
        "u8" | "u32" | "u64" | "usize" => "a whole number",
        "a boolean" => "`true` or `false`",
        "a string" => "text in quotes",
        "a sequence" => "a list",
        "a map" => "a table",
        wanted if wanted.starts_with("struct ") => "a table",
        wanted => wanted,
    }
}

fn found(value: &Value) -> String {
    match &value.data {
        Data::List(_) => "a list".to_owned(),
        Data::Table(_) => "a table".to_owned(),
        Data::Bool(truth) => format!("`{truth}`"),
        _ if SECRET.contains(&value.key.as_str()) => "something else".to_owned(),
        Data::Text(text) if text.is_empty() => "nothing".to_owned(),
        Data::Number(number) => format!("`{number}`"),
        Data::Text(text) | Data::Other(text) => format!("`{}`", printable(text)),
    }
}

impl<'de> Deserializer<'de> for &'de Value {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.data {
            Data::Text(text) => visitor.visit_borrowed_str(text),
            Data::Number(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => visitor.visit_u64(number),
                (_, Ok(number)) => visitor.visit_i64(number),
                _ => visitor.visit_i128(*number),
            },
            Data::Bool(truth) => visitor.visit_bool(*truth),
            Data::Other(text) => Err(de::Error::invalid_type(Unexpected::Other(text), &visitor)),
            Data::List(items) => visitor.visit_seq(Items(items.iter())),
            Data::Table(fields) => visitor.visit_map(Fields { rest: fields.iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match &self.data {
            Data::Text(word) => visitor.visit_enum(BorrowedStrDeserializer::new(word)),
            _ => Err(de::Error::invalid_type(Unexpected::Enum, &"a string")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'de>(slice::Iter<'de, Value>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        self.0.next().map(|item| seed.deserialize(item).map_err(|problem| problem.at(item))).transpose()
    }
}

struct Fields<'de> {
    rest: slice::Iter<'de, (String, Value)>,
    value: Option<&'de Value>,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = Some(value);
        let name = seed.deserialize(BorrowedStrDeserializer::new(name));
        name.map(Some).map_err(|problem: Problem| problem.at(value))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let value = self.value.take().ok_or_else(|| Problem::Said("a value without a key".to_owned()))?;
        seed.deserialize(value).map_err(|problem| problem.at(value))
    }
}
