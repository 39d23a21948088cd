//! Parsers of script replies.
//!
//! The trap: a reply of an unexpected shape after a claim must not be taken for "nothing happened". It is `Corrupt`.

use redis::Value;

use crate::store::{Error, Result};

const DAMAGED: Error = Error::Corrupt("an answer of a script");

/// A number.
pub(super) fn number(value: &Value) -> Result<i64> {
    match value {
        Value::Int(number) => Ok(*number),
        _ => Err(DAMAGED),
    }
}

/// One or zero.
pub(super) fn flag(value: &Value) -> Result<bool> {
    number(value).map(|number| number == 1)
}

/// A string of bytes.
pub(super) fn bytes(value: Value) -> Result<Vec<u8>> {
    match value {
        Value::BulkString(bytes) => Ok(bytes),
        Value::SimpleString(text) => Ok(text.into_bytes()),
        _ => Err(DAMAGED),
    }
}

/// A string of bytes, or nothing.
pub(super) fn optional_bytes(value: Value) -> Result<Option<Vec<u8>>> {
    if value == Value::Nil { Ok(None) } else { bytes(value).map(Some) }
}

/// A list of whatever.
pub(super) fn list(value: Value) -> Result<Vec<Value>> {
    match value {
        Value::Array(values) | Value::Set(values) => Ok(values),
        _ => Err(DAMAGED),
    }
}

/// The rest of a list, strings of bytes all of them.
pub(super) fn all_bytes(values: impl IntoIterator<Item = Value>) -> Result<Vec<Vec<u8>>> {
    values.into_iter().map(bytes).collect()
}
