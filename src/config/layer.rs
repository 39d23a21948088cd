//! One layer of settings, or one variable or flag by itself, and where it came from.
//!
//! Origins live in figment's metadata, because values keep hold of it through merging: the `source` is how `config
//! show` names the origin, the `interpolater` how messages do, which for a file finds the line of the key.

use std::sync::Arc;

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider, Source};

use super::error::printable;
use super::lines::line_of;
use super::{DEFAULT_TOML, Error};

/// How the first layer is named.
pub(super) const DEFAULT: &str = "default";

pub(super) struct Layer {
    pub(super) dict: Dict,
    metadata: Metadata,
}

impl Layer {
    pub(super) fn defaults() -> Result<Self, Error> {
        let dict = parse(DEFAULT_TOML, "config/default.toml")?;
        let metadata = Metadata::from(DEFAULT, Source::Custom(DEFAULT.to_owned()))
            .interpolater(|_, _: &[&str]| DEFAULT.to_owned());
        Ok(Self { dict, metadata })
    }

    /// A file's text; `name` is how the operator named it.
    pub(super) fn file(name: &str, text: &str) -> Result<Self, Error> {
        let dict = parse(text, name)?;
        let (shown, text): (String, Arc<str>) = (printable(name), text.into());
        let metadata = Metadata::from("file", Source::Custom(format!("file {shown}")))
            .interpolater(move |_, path: &[&str]| in_file(&shown, line_of(&text, path)));
        Ok(Self { dict, metadata })
    }

    pub(super) fn variable(name: &str, path: &[String], value: Value) -> Self {
        let origin = format!("environment variable `{name}`");
        let metadata = Metadata::from("environment", Source::Custom(format!("environment {name}")))
            .interpolater(move |_, _: &[&str]| origin.clone());
        Self { dict: nested(path, value), metadata }
    }

    pub(super) fn flag(flag: &str, key: &str, value: &str) -> Self {
        let origin = format!("flag `{flag}`");
        let metadata = Metadata::from("flag", Source::Custom(format!("flag {flag}")))
            .interpolater(move |_, _: &[&str]| origin.clone());
        Self { dict: nested(&[key.to_owned()], Value::from(value)), metadata }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.dict.clone()))
    }
}

/// A file and a line, as messages name them.
fn in_file(name: &str, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("file `{name}`, line {line}"),
        None => format!("file `{name}`"),
    }
}

fn nested(path: &[String], value: Value) -> Dict {
    match path {
        [] => Dict::new(),
        [key] => Dict::from([(key.clone(), value)]),
        [key, rest @ ..] => Dict::from([(key.clone(), Value::from(nested(rest, value)))]),
    }
}

/// Only the parser's message and the line are shown, never the line's text: it may hold a password.
fn parse(text: &str, name: &str) -> Result<Dict, Error> {
    Toml::from_str(text).map_err(|error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map(|before| before.matches('\n').count() + 1);
        let message = error.message().replace('\n', ", ");
        Error::new(&format!("this is not TOML: {message}"), &in_file(&printable(name), line))
    })
}
