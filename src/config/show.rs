//! The effective settings as `config show` prints them.
//!
//! The trap: this is the one place where settings become text for the world. `store.url` and `smtp.url` go through their own
//! `redacted()`; the root keys are no setting and never come here.

use super::Settings;
use super::value::{Data, Value, key_of};

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
pub(super) fn effective(settings: &Settings, tree: &Value) -> Vec<Effective> {
    let mut shown = Vec::new();
    collect(settings, "", tree, &mut shown);
    shown
}

/// Goes by where a value is, not by the key it was given as: a plan's field may be another setting's.
fn collect(settings: &Settings, above: &str, table: &Value, shown: &mut Vec<Effective>) {
    for (name, value) in table.fields() {
        let key = key_of(above, name);
        if let Data::Table(_) = value.data {
            collect(settings, &key, value, shown);
            continue;
        }
        let text = match (key.as_str(), &settings.smtp.url) {
            ("store.url", _) => quoted(&settings.store.url.redacted()),
            ("smtp.url", Some(url)) => quoted(url.redacted()),
            _ => written(value),
        };
        shown.push(Effective { key, value: text, source: value.origin.source() });
    }
}

/// A value in TOML, on one line.
fn written(value: &Value) -> String {
    match &value.data {
        Data::Text(text) => quoted(text),
        Data::Number(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::Other(text) => text.clone(),
        Data::List(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Data::Table(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name} = {}", written(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
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
