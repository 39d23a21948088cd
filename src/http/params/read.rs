//! Reading parameters: what a form asks for.
//!
//! Absent, JSON's null, and a value of a shape that was not asked for all read as "not given". An empty text is a text;
//! whether empty means absent is the form's decision.
//!
//! The trap: a passphrase of the wrong shape must not read as no passphrase. Ask
//! [`require_texts`](Params::require_texts) first.

use zeroize::Zeroizing;

use super::{Params, ParamsError, tree::Value};

const NOT_A_TEXT: ParamsError = ParamsError::Malformed("A parameter that has to be a text is something else");
const NOT_EXACT: ParamsError = ParamsError::Malformed("A number like this has to be sent as a text");

impl Params {
    /// Refuses a request in which one of `names` is given but holds no text, as `passphrase[x]=y`, or only one that may
    /// differ from what was written, as JSON's `0.50`.
    pub fn require_texts(&self, names: &[&str]) -> Result<(), ParamsError> {
        names.iter().filter_map(|name| self.get(name)).try_for_each(|value| match value.last() {
            Some(Value::Rounded(_)) => Err(NOT_EXACT),
            Some(_) => Ok(()),
            None if matches!(value, Value::Null) => Ok(()),
            None => Err(NOT_A_TEXT),
        })
    }

    /// Refuses a request in which one of `names` is given but holds no text, and lets numbers pass that may have been rounded.
    pub fn require_values(&self, names: &[&str]) -> Result<(), ParamsError> {
        let mut given = names.iter().filter_map(|name| self.get(name));
        if given.all(|value| value.last().is_some() || matches!(value, Value::Null)) {
            Ok(())
        } else {
            Err(NOT_A_TEXT)
        }
    }

    /// Refuses a request in which `name` is given with members, none of which [`list`](Self::list) would find.
    pub fn require_list(&self, name: &str) -> Result<(), ParamsError> {
        let members: Vec<_> = match self.get(name) {
            Some(Value::List(list)) => list.iter().collect(),
            Some(Value::Map(members)) => members.0.iter().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        };
        let holds_more = members.iter().any(|value| !matches!(value, Value::Null));
        if holds_more && members.iter().all(|value| value.text().is_none()) {
            Err(NOT_A_TEXT)
        } else {
            Ok(())
        }
    }

    /// The text under `name`. Of a list it is the last text, as of a name that is repeated.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// As [`text`](Self::text), but moves the text out without a copy; `name` is then no longer given.
    pub fn take_text(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let value = self.get_mut(name)?;
        match std::mem::replace(value, Value::Null) {
            Value::Text(text) | Value::Rounded(text) => Some(text),
            Value::List(list) => list.into_iter().rev().find_map(|element| match element {
                Value::Text(text) | Value::Rounded(text) => Some(text),
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
            Some(Value::Text(text) | Value::Rounded(text)) => vec![text.as_str()],
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
        match self.last()? {
            Self::Text(text) | Self::Rounded(text) => Some(text),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The value whose text counts: this one, or the last of a list that has one.
    fn last(&self) -> Option<&Self> {
        let is_text = |value: &&Self| matches!(value, Self::Text(_) | Self::Rounded(_));
        match self {
            Self::List(list) => list.iter().rev().find(is_text),
            value => Some(value).filter(is_text),
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
    fn values_may_be_rounded_but_have_to_be_there() {
        let json = |body: &str| Params::parse(None, Some(b"application/json"), body.as_bytes()).unwrap();
        for body in [r#"{"ttl":60.5}"#, r#"{"ttl":"x"}"#, r#"{"ttl":null}"#, r#"{"ttl":[60]}"#, "{}"] {
            assert_eq!(json(body).require_values(&["ttl"]), Ok(()), "{body}");
        }
        for body in [r#"{"ttl":{}}"#, r#"{"ttl":[]}"#, r#"{"ttl":{"a":60}}"#, r#"{"ttl":[{}]}"#] {
            assert_eq!(json(body).require_values(&["ttl"]), Err(NOT_A_TEXT), "{body}");
        }
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
    fn a_required_text_is_a_text_or_not_given() {
        for body in ["", "p=", "p=x", "p[]=x", "q[a]=b", "p[][a]=b&p[]=c"] {
            assert_eq!(form(body).require_texts(&["q2", "p"]), Ok(()), "{body}");
        }
        for body in ["p[a]=b", "p[][a]=b", "p[][]=b"] {
            assert_eq!(form(body).require_texts(&["q2", "p"]), Err(NOT_A_TEXT), "{body}");
        }
        let json = |body: &str| Params::parse(None, Some(b"application/json"), body.as_bytes()).unwrap();
        assert_eq!(json(r#"{"p": null}"#).require_texts(&["p"]), Ok(()));
        assert_eq!(json(r#"{"p": []}"#).require_texts(&["p"]), Err(NOT_A_TEXT));
    }

    #[test]
    fn a_required_text_reads_as_it_was_written() {
        let json = |value: &str| {
            let body = format!("{{\"p\": {value}}}");
            Params::parse(None, Some(b"application/json"), body.as_bytes()).unwrap()
        };
        for exact in
            ["0", "-5", "18446744073709551615", "-9223372036854775808", "true", "[0.5, 7]", "\"0.50\""]
        {
            assert_eq!(json(exact).require_texts(&["p"]), Ok(()), "{exact}");
        }
        for rounded in
            ["12345678901234567890123", "18446744073709551616", "0.5", "0.50", "1.0", "1e3", "[7, 0.5]"]
        {
            assert_eq!(json(rounded).require_texts(&["p"]), Err(NOT_EXACT), "{rounded}");
            assert_eq!(json(rounded).require_texts(&["q"]), Ok(()), "{rounded}");
            assert!(json(rounded).text("p").is_some(), "{rounded}: for a lifetime it will do");
        }
    }

    #[test]
    fn a_list_that_is_given_holds_something_or_nothing() {
        for body in ["", "r=", "r=a", "r[]=", "r[]=a", "r[0]=a", "r[x][y]=a&r[z]=b"] {
            assert_eq!(form(body).require_list("r"), Ok(()), "{body}");
        }
        for body in ["r[x][y]=a", "r[][y]=a"] {
            assert_eq!(form(body).require_list("r"), Err(NOT_A_TEXT), "{body}");
        }
        let json = |body: &str| Params::parse(None, Some(b"application/json"), body.as_bytes()).unwrap();
        for body in [r#"{"r": null}"#, r#"{"r": []}"#, r#"{"r": {}}"#, r#"{"r": [null]}"#, r#"{"r": ["a"]}"#]
        {
            assert_eq!(json(body).require_list("r"), Ok(()), "{body}");
        }
        assert_eq!(json(r#"{"r": {"a": {"b": "c"}}}"#).require_list("r"), Err(NOT_A_TEXT));
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
