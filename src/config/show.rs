//! The effective settings as `config show` prints them.
//!
//! The trap: this is the one place where settings become text for the world. `store` and `smtp.url` go through their own
//! `redacted()`; the root keys are no setting and never come here.

use figment::Figment;
use figment::value::Value;

use super::lines::keys;
use super::plans::DEFAULT;
use super::{DEFAULT_TOML, Settings, layer};

/// A setting, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Its TOML key.
    pub key: String,
    /// Its value in TOML, redacted.
    pub value: String,
    /// Where it comes from: `default`, `file NAME`, `environment NAME` or `flag NAME`.
    pub source: String,
}

/// Every setting, in the order of `config/default.toml`, the lists of tables last.
pub(super) fn effective(settings: &Settings, figment: &Figment) -> Vec<Effective> {
    let mut shown = Vec::new();
    let mut plans_shown = false;
    for key in keys(DEFAULT_TOML).into_iter().filter(|key| !key.table) {
        if key.path[0] != "plans" {
            shown.push(plain(&key.path.join("."), settings, figment));
        } else if !plans_shown {
            shown.extend(plans(settings, figment));
            plans_shown = true;
        }
    }
    let lists = ["domains", "regions"].into_iter().filter(|list| figment.contains(list));
    shown.extend(lists.map(|list| plain(list, settings, figment)));
    shown
}

fn plain(key: &str, settings: &Settings, figment: &Figment) -> Effective {
    let value = match (key, &settings.smtp.url) {
        ("store", _) => quoted(&settings.store.redacted()),
        ("smtp.url", Some(url)) => quoted(&url.redacted()),
        _ => figment.find_value(key).map(|value| written(&value)).unwrap_or_default(),
    };
    Effective { key: key.to_owned(), value, source: source(&[key], figment) }
}

/// Plans as they hold: a field that is left out has the value, and the source, of what stands in for it.
fn plans(settings: &Settings, figment: &Figment) -> Vec<Effective> {
    let named = settings.plans.names().filter(|name| *name != DEFAULT);
    let mut shown = Vec::new();
    for name in [DEFAULT].into_iter().chain(named) {
        let Some(terms) = settings.plans.terms(name) else { continue };
        for (field, value) in [
            ("ttl_max", terms.ttl_max.to_string()),
            ("max_size", terms.max_size.to_string()),
            ("create", terms.create.unwrap_or(settings.limits.create).to_string()),
        ] {
            let key = format!("plans.{name}.{field}");
            let default = format!("plans.{DEFAULT}.{field}");
            let source = source(&[&key, &default, "limits.create"], figment);
            shown.push(Effective { key, value, source });
        }
    }
    shown
}

/// The source of the first of `keys` that is set.
fn source(keys: &[&str], figment: &Figment) -> String {
    let metadata = keys.iter().find_map(|key| figment.find_metadata(key));
    let source = metadata.and_then(|from| from.source.as_ref()).and_then(|source| source.custom());
    source.unwrap_or(layer::DEFAULT).to_owned()
}

/// A value in TOML, on one line.
fn written(value: &Value) -> String {
    match value {
        Value::String(_, text) => quoted(text),
        Value::Char(_, c) => quoted(&c.to_string()),
        Value::Bool(_, value) => value.to_string(),
        Value::Num(_, number) => match (number.to_u128(), number.to_i128()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => number.to_string(),
            // No setting is a fraction.
            (None, None) => String::new(),
        },
        Value::Array(_, values) => {
            format!("[{}]", values.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        Value::Dict(_, fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(key, value)| format!("{key} = {}", written(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Empty(..) => quoted(""),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_for_toml() {
        assert_eq!(quoted("a\"b\\c\nd\u{7f}é"), r#""a\"b\\c\u000Ad\u007Fé""#);
    }
}
