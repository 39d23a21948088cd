//! Reading parameters: what a form asks for.
//!
//! Absent, JSON's null, and a value of a shape that was not asked for all read as "not given". An empty text is a text;
//! whether empty means absent is the form's decision.

use zeroize::Zeroizing;

use super::{Params, tree::Value};

impl Params {
    /// The text under `name`. Of a list it is the last text, as of a name that is repeated.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// As [`text`](Self::text), but moves the text out without a copy; `name` is then no longer given.
    pub fn take_text(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let value = self.get_mut(name)?;
        match std::mem::replace(value, Value::Null) {
            Value::Text(text) => Some(text),
            Value::List(list) => list.into_iter().rev().find_map(|element| match element {
                Value::Text(text) => Some(text),
                _ => None,
            }),
            other => {
                *value = other;
                None
            }
        }
    }

    /// The texts under `name`, empty ones left out: of a list all, of a single text that one.
    ///
    /// Members count in their order, because some libraries number a list (`recipient[0]=a&recipient[1]=b`).
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<&str> {
        let mut texts: Vec<_> = match self.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Text(text)) => vec![text.as_str()],
            Some(Value::List(list)) => list.iter().filter_map(Value::text).collect(),
            Some(Value::Map(members)) => members.0.iter().filter_map(|(_, value)| value.text()).collect(),
        };
        texts.retain(|text| !text.is_empty());
        texts
    }

    /// The parameters nested under `name`, as `character_sets[symbols]` is under `character_sets`.
    #[must_use]
    pub fn map(&self, name: &str) -> Option<&Self> {
        match self.get(name)? {
            Value::Map(members) => Some(members),
            _ => None,
        }
    }

    /// Whether `name` is switched on: `false`, `0`, `no`, `off` (in any case) and an empty text mean no, all else yes.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        let text = self.text(name)?.trim();
        Some(!["", "false", "0", "no", "off"].iter().any(|no| text.eq_ignore_ascii_case(no)))
    }
}

impl Value {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(list) => list.iter().rev().find_map(|element| match element {
                Self::Text(text) => Some(text.as_str()),
                _ => None,
            }),
            Self::Null | Self::Map(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Params {
        Params::parse(None, None, body.as_bytes()).unwrap()
    }

    #[test]
    fn text_of_every_shape() {
        let mut params = form("a=1&b=&c[]=x&c[]=y&d[e]=z");
        for (name, text) in [("a", Some("1")), ("b", Some("")), ("c", Some("y")), ("d", None), ("none", None)]
        {
            assert_eq!(params.text(name), text, "{name}");
            assert_eq!(params.take_text(name).as_deref().map(String::as_str), text, "{name}");
            assert_eq!(params.text(name), None, "{name} is taken");
        }
        assert!(params.map("d").is_some(), "what is not text stays");
    }

    #[test]
    fn lists_of_every_shape() {
        let params = form("a=1&b=&c[]=x&c[]=&c[]=y&d[0]=v&d[1]=w&e[][]=n");
        for (name, list) in [
            ("a", &["1"][..]),
            ("b", &[]),
            ("c", &["x", "y"]),
            ("d", &["v", "w"]),
            ("e", &["n"]),
            ("none", &[]),
        ] {
            assert_eq!(params.list(name), list, "{name}");
        }
    }

    #[test]
    fn flags() {
        for no in ["false", "0", "no", "off", "", "FALSE", "Off", "%20"] {
            assert_eq!(form(&format!("f={no}")).flag("f"), Some(false), "{no:?}");
        }
        for yes in ["true", "1", "yes", "on", "00", "anything"] {
            assert_eq!(form(&format!("f={yes}")).flag("f"), Some(true), "{yes:?}");
        }
        assert_eq!(form("").flag("f"), None);
    }
}
