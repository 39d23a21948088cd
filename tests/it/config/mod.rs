//! Settings: the layers, the words of every refusal, and that `config/default.toml` is the code's equal.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests, which clippy cannot see")]

mod defaults;
mod layers;
mod plans;
mod reference;
mod refusals;
mod show;
mod variables;

use std::collections::BTreeMap;
use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};
use readonce::config::{
    Confirm, DEFAULT_TOML, Flags, Loaded, LogFormat, Plan, Reveal, Settings, StoreScheme, Who, load,
};

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

/// Leaf keys and values of a TOML text.
fn leaves(toml: &str) -> BTreeMap<String, Value> {
    fn collect(dict: Dict, above: &str, leaves: &mut BTreeMap<String, Value>) {
        for (key, value) in dict {
            match value {
                Value::Dict(_, inner) => collect(inner, &format!("{above}{key}."), leaves),
                value => drop(leaves.insert(format!("{above}{key}"), value)),
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(Toml::from_str(toml).unwrap(), "", &mut found);
    found
}
