//! Settings as a tree: each value knows its key and where it came from, and keeps both when layers are merged.
//!
//! The trap: a value may be a password, so nothing here has `Debug`.

use std::fmt;
use std::mem;
use std::sync::Arc;

use crate::domain::text::printable;

/// A setting's value, or a table or a list of them.
#[derive(Clone)]
pub(super) struct Value {
    /// As messages name it: `limits.create`, `domains[0].host`. Empty for the tree itself.
    pub(super) key: String,
    pub(super) origin: Origin,
    pub(super) data: Data,
}

#[derive(Clone)]
pub(super) enum Data {
    Text(String),
    /// What `u64` and `i64` hold between them.
    Number(i128),
    Bool(bool),
    /// What no setting is, a fraction or a date, as it is written.
    Other(String),
    List(Vec<Value>),
    /// In the order of the file.
    Table(Vec<(String, Value)>),
}

/// Where a value was given. `Display` is how messages name it.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    File { name: Arc<str>, line: Option<usize> },
    Variable(Arc<str>),
    Flag(&'static str),
}

impl Origin {
    /// How `config show` names it.
    pub(super) fn source(&self) -> String {
        match self {
            Self::Default => "default".to_owned(),
            Self::File { name, .. } => format!("file {}", printable(name)),
            Self::Variable(name) => format!("environment {}", printable(name)),
            Self::Flag(flag) => format!("flag {flag}"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line: None } => write!(f, "file `{}`", printable(name)),
            Self::File { name, line: Some(line) } => write!(f, "file `{}`, line {line}", printable(name)),
            Self::Variable(name) => write!(f, "environment variable `{}`", printable(name)),
            Self::Flag(flag) => write!(f, "flag `{flag}`"),
        }
    }
}

/// The key of the field `name` of the table `key`.
pub(super) fn key_of(key: &str, name: &str) -> String {
    if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") }
}

impl Value {
    /// A tree with one value in it.
    pub(super) fn tree(path: &[&str], origin: &Origin, data: Data) -> Self {
        let at = |depth: usize, data| Self { key: path[..depth].join("."), origin: origin.clone(), data };
        let leaf = at(path.len(), data);
        (0..path.len())
            .rev()
            .fold(leaf, |inner, depth| at(depth, Data::Table(vec![(path[depth].to_owned(), inner)])))
    }

    /// The fields of a table; none of anything else.
    pub(super) fn fields(&self) -> &[(String, Self)] {
        if let Data::Table(fields) = &self.data { fields } else { &[] }
    }

    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        self.fields().iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    pub(super) fn field_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Data::Table(fields) = &mut self.data else { return None };
        fields.iter_mut().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// The value that was given as `key`, wherever in the tree it is.
    pub(super) fn find(&self, key: &str) -> Option<&Self> {
        if self.key == key {
            return Some(self);
        }
        match &self.data {
            Data::Table(fields) => fields.iter().find_map(|(_, value)| value.find(key)),
            Data::List(items) => items.iter().find_map(|item| item.find(key)),
            _ => None,
        }
    }

    /// Lays `over` on top: tables are merged field by field, everything else is replaced.
    pub(super) fn merge(&mut self, over: Self) {
        match (&mut self.data, over.data) {
            (Data::Table(fields), Data::Table(above)) => {
                for (name, value) in above {
                    match fields.iter_mut().find(|(field, _)| *field == name) {
                        Some((_, below)) => below.merge(value),
                        None => fields.push((name, value)),
                    }
                }
            }
            (_, data) => drop(mem::replace(self, Self { data, ..over })),
        }
    }
}
