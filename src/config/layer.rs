//! One layer of settings (defaults, file, environment or flags) parsed into a tree of values with their origins.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::value::{Data, Origin, Value, key_of};
use super::{DEFAULT_TOML, Error};

/// `config/default.toml`.
pub(super) fn defaults() -> Result<Value, Error> {
    parse(DEFAULT_TOML, &|_| Origin::Default)
}

/// A file's text; `name` is how the operator named it.
pub(super) fn file(name: &str, text: &str) -> Result<Value, Error> {
    let name: Arc<str> = name.into();
    parse(text, &|line| Origin::File { name: Arc::clone(&name), line })
}

/// Only the parser's message and the line are shown, never the line's text: it may hold a password.
pub(super) fn parse(text: &str, origin: &dyn Fn(Option<usize>) -> Origin) -> Result<Value, Error> {
    let line = |span: Range<usize>| Some(text.get(..span.start)?.matches('\n').count() + 1);
    let table = DeTable::parse(text).map_err(|error| {
        let message = error.message().replace('\n', ", ");
        Error::new(&format!("this is not TOML: {message}"), &origin(error.span().and_then(line)))
    })?;
    let origin = |span| origin(line(span));
    Ok(value(String::new(), origin(table.span()), DeValue::Table(table.into_inner()), &origin))
}

/// A value in a table is where its key is, one in a list where it is itself.
fn value(
    key: String,
    at: Origin,
    value_in_toml: DeValue<'_>,
    origin: &dyn Fn(Range<usize>) -> Origin,
) -> Value {
    let data = match value_in_toml {
        DeValue::String(text) => Data::Text(text.into_owned()),
        DeValue::Integer(integer) => number(&integer),
        DeValue::Boolean(truth) => Data::Bool(truth),
        DeValue::Float(float) => Data::Other(float.to_string()),
        DeValue::Datetime(date) => Data::Other(date.to_string()),
        DeValue::Array(items) => {
            let item = |(index, item): (usize, Spanned<DeValue<'_>>)| {
                value(format!("{key}[{index}]"), origin(item.span()), item.into_inner(), origin)
            };
            Data::List(items.into_iter().enumerate().map(item).collect())
        }
        DeValue::Table(table) => {
            let mut fields: Vec<_> = table.into_iter().collect();
            fields.sort_by_key(|(name, _)| name.span().start);
            let field = |(name, field): (Spanned<_>, Spanned<_>)| {
                let at = origin(name.span());
                let name = String::from(name.into_inner());
                let field = value(key_of(&key, &name), at, field.into_inner(), origin);
                (name, field)
            };
            Data::Table(fields.into_iter().map(field).collect())
        }
    };
    Value { key, origin: at, data }
}

/// A number that no setting could hold is kept as it is written.
fn number(integer: &DeInteger<'_>) -> Data {
    match i128::from_str_radix(integer.as_str(), integer.radix()) {
        Ok(number) if (i64::MIN.into()..=u64::MAX.into()).contains(&number) => Data::Number(number),
        _ => Data::Other(integer.to_string()),
    }
}
