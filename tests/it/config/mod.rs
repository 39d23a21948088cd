//! Settings: the layers, the words of every refusal, and that `config/default.toml` is the code's equal.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy cannot see")]

mod access;
mod defaults;
mod layers;
mod plans;
mod reference;
mod refusals;
mod show;
mod variables;

use std::collections::BTreeMap;
use std::path::Path;

use readonce::config::{DEFAULT_TOML, Flags, Loaded, Reveal, load};
use readonce::service::{Access, Join, Plan};
use readonce::store::redis::Confirm;
use readonce::telemetry::Format;
use toml::de::{DeTable, DeValue};

/// An installation to be: a directory with perhaps a `readonce.toml`, variables and flags. Nothing of this process.
#[derive(Default)]
struct Given {
    file: Option<&'static str>,
    variables: Vec<(&'static str, &'static str)>,
    flags: Flags,
}

impl Given {
    fn nothing() -> Self {
        Self::default()
    }

    fn file(text: &'static str) -> Self {
        Self { file: Some(text), ..Self::default() }
    }

    fn variable(name: &'static str, value: &'static str) -> Self {
        Self::default().and(name, value)
    }

    fn and(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    fn load(self) -> Result<Loaded, String> {
        let directory = tempfile::tempdir().unwrap();
        if let Some(text) = self.file {
            std::fs::write(directory.path().join("readonce.toml"), text).unwrap();
        }
        load_in(directory.path(), &self.variables, &self.flags)
    }

    fn loaded(self) -> Loaded {
        self.load().unwrap()
    }

    fn refusal(self) -> String {
        self.load().unwrap_err()
    }
}

fn load_in(directory: &Path, variables: &[(&str, &str)], flags: &Flags) -> Result<Loaded, String> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    load(flags, variables, directory).map_err(|error| error.to_string())
}

#[derive(Debug, PartialEq)]
enum Leaf {
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<Leaf>),
}

/// Leaf keys and values of a TOML text.
fn leaves(toml: &str) -> BTreeMap<String, Leaf> {
    fn leaf(value: &DeValue<'_>) -> Leaf {
        match value {
            DeValue::String(text) => Leaf::Text(text.to_string()),
            DeValue::Integer(number) => Leaf::Number(number.as_str().parse().unwrap()),
            DeValue::Boolean(value) => Leaf::Bool(*value),
            DeValue::Array(values) => Leaf::List(values.iter().map(|value| leaf(value.get_ref())).collect()),
            other => panic!("no setting is {other:?}"),
        }
    }
    fn collect(table: &DeTable<'_>, above: &str, leaves: &mut BTreeMap<String, Leaf>) {
        for (key, value) in table {
            let key = format!("{above}{}", key.get_ref());
            match value.get_ref() {
                DeValue::Table(inner) => collect(inner, &format!("{key}."), leaves),
                value => drop(leaves.insert(key, leaf(value))),
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(DeTable::parse(toml).unwrap().get_ref(), "", &mut found);
    found
}
