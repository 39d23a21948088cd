//! Reading parameters: what a form asks for.
//!
//! Absent, JSON's null, and a value of a shape that was not asked for all read as "not given". An empty text is a text;
//! whether empty means absent is the form's decision.
//!
//! The trap: a passphrase of the wrong shape must not read as no passphrase, nor a list of lines as its last. Ask
//! [`require_texts`](Params::require_texts) and its like first.

use zeroize::Zeroizing;

use super::{Params, ParamsError, tree::Value};

const NOT_EXACT: ParamsError = ParamsError::Malformed("A number like this has to be sent as a text");

impl Params {
    /// Refuses a request in which one of `names` is a list or has members, as `passphrase[x]=y`, or is a number that may
    /// differ from what was written, as JSON's `0.50`.
    pub fn require_texts(&self, names: &[&'static str]) -> Result<(), ParamsError> {
        self.require_values(names)?;
        if names.iter().any(|name| matches!(self.get(name), Some(Value::Rounded(_)))) {
            return Err(NOT_EXACT);
        }
        Ok(())
    }

    /// Refuses a request in which one of `names` is a list or has members, and lets numbers pass that may have been rounded.
    pub fn require_values(&self, names: &[&'static str]) -> Result<(), ParamsError> {
        names.iter().try_for_each(|name| match self.get(name) {
            Some(Value::List(_) | Value::Map(_)) => {
                Err(ParamsError::Shape { name, wanted: "one value, not a list or an object" })
            }
            None | Some(Value::Null | Value::Text(_) | Value::Rounded(_)) => Ok(()),
        })
    }

    /// Refuses a request in which `name` holds anything that [`list`](Self::list) would not find.
    pub fn require_list(&self, name: &'static str) -> Result<(), ParamsError> {
        let is_found = |value: &Value| matches!(value, Value::Null) || value.text().is_some();
        let all = match self.get(name) {
            Some(Value::List(list)) => list.iter().all(is_found),
            Some(Value::Map(members)) => members.0.iter().all(|(_, value)| is_found(value)),
            _ => true,
        };
        if all { Ok(()) } else { Err(ParamsError::Shape { name, wanted: "a text or a list of texts" }) }
    }

    /// Refuses a request in which `name` is given and [`map`](Self::map) would not find it.
    pub fn require_map(&self, name: &'static str) -> Result<(), ParamsError> {
        match self.get(name) {
            None | Some(Value::Null | Value::Map(_)) => Ok(()),
            Some(Value::Text(text)) if text.is_empty() => Ok(()),
            Some(Value::Text(_) | Value::Rounded(_) | Value::List(_)) => {
                Err(ParamsError::Shape { name, wanted: "an object" })
            }
        }
    }

    /// The text under `name`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// As [`text`](Self::text), but moves the text out without a copy; `name` is then no longer given.
    pub fn take_text(&mut self, name: &str) -> Option<Zeroizing<String>> {
        let value = self.get_mut(name)?;
        match std::mem::replace(value, Value::Null) {
            Value::Text(text) | Value::Rounded(text) => Some(text),
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

    /// As [`map`](Self::map), but moves the parameters out; `name` is then no longer given.
    #[must_use]
    pub fn take_map(&mut self, name: &str) -> Option<Self> {
        let value = self.get_mut(name)?;
        match std::mem::replace(value, Value::Null) {
            Value::Map(members) => Some(members),
            other => {
                *value = other;
                None
            }
        }
    }

    /// Whether nothing is given under `name`.
    #[must_use]
    pub fn is_absent(&self, name: &str) -> bool {
        matches!(self.get(name), None | Some(Value::Null))
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
            Self::Text(text) | Self::Rounded(text) => Some(text),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(body: &str) -> Params {
        Params::parse(None, None, body.as_bytes()).unwrap()
    }

    fn json(body: &str) -> Params {
        Params::parse(None, Some(b"application/json"), body.as_bytes()).unwrap()
    }

    /// The name that a refusal tells, if it is one.
    fn named(result: Result<(), ParamsError>) -> Option<&'static str> {
        match result {
            Ok(()) => None,
            Err(ParamsError::Shape { name, .. }) => Some(name),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn values_may_be_rounded_but_have_to_be_one() {
        for body in [r#"{"ttl":60.5}"#, r#"{"ttl":"x"}"#, r#"{"ttl":null}"#, "{}", r#"{"TTL":[1]}"#] {
            assert_eq!(named(json(body).require_values(&["ttl"])), None, "{body}");
        }
        for body in [r#"{"ttl":{}}"#, r#"{"ttl":[]}"#, r#"{"ttl":{"a":60}}"#, r#"{"ttl":[60]}"#] {
            assert_eq!(named(json(body).require_values(&["length", "ttl"])), Some("ttl"), "{body}");
        }
    }

    #[test]
    fn text_of_every_shape() {
        let mut params = form("a=1&b=&c[]=x&c[]=y&d[e]=z&f=1&f=2");
        for (name, text) in
            [("a", Some("1")), ("b", Some("")), ("c", None), ("d", None), ("f", Some("2")), ("none", None)]
        {
            assert_eq!(params.text(name), text, "{name}");
            assert_eq!(params.take_text(name).as_deref().map(String::as_str), text, "{name}");
            assert_eq!(params.text(name), None, "{name} is taken");
        }
        assert!(params.map("d").is_some(), "what is not text stays");
        assert_eq!(params.list("c"), ["x", "y"]);
    }

    #[test]
    fn lists_of_every_shape() {
        let params = form("a=1&b=&c[]=x&c[]=&c[]=y&d[0]=v&d[1]=w&e[][]=n");
        for (name, list) in
            [("a", &["1"][..]), ("b", &[]), ("c", &["x", "y"]), ("d", &["v", "w"]), ("e", &[]), ("none", &[])]
        {
            assert_eq!(params.list(name), list, "{name}");
        }
    }

    #[test]
    fn a_required_text_is_a_text_or_not_given() {
        for body in ["", "p=", "p=x", "q[a]=b", "p=x&p=y"] {
            assert_eq!(named(form(body).require_texts(&["q2", "p"])), None, "{body}");
        }
        for body in ["p[a]=b", "p[][a]=b", "p[][]=b", "p[]=x", "p[]=", "p[][a]=b&p[]=c"] {
            assert_eq!(named(form(body).require_texts(&["q2", "p"])), Some("p"), "{body}");
        }
        assert_eq!(named(json(r#"{"p": null}"#).require_texts(&["p"])), None);
        for value in ["[]", "{}", r#"["a"]"#, "[null]", r#"["a", "b"]"#, r#"{"a": "b"}"#] {
            assert_eq!(
                named(json(&format!("{{\"p\": {value}}}")).require_texts(&["p"])),
                Some("p"),
                "{value}"
            );
        }
    }

    #[test]
    fn a_required_text_reads_as_it_was_written() {
        let json = |value: &str| json(&format!("{{\"p\": {value}}}"));
        for exact in ["0", "-5", "18446744073709551615", "-9223372036854775808", "true", "\"0.50\""] {
            assert_eq!(json(exact).require_texts(&["p"]), Ok(()), "{exact}");
        }
        for rounded in ["12345678901234567890123", "18446744073709551616", "0.5", "0.50", "1.0", "1e3"] {
            assert_eq!(json(rounded).require_texts(&["p"]), Err(NOT_EXACT), "{rounded}");
            assert_eq!(json(rounded).require_texts(&["q"]), Ok(()), "{rounded}");
            assert!(json(rounded).text("p").is_some(), "{rounded}: for a lifetime it will do");
        }
    }

    #[test]
    fn a_list_that_is_given_holds_texts_or_nothing() {
        for body in ["", "r=", "r=a", "r[]=", "r[]=a", "r[0]=a&r[1]=b"] {
            assert_eq!(named(form(body).require_list("r")), None, "{body}");
        }
        for body in ["r[x][y]=a", "r[][y]=a", "r[x][y]=a&r[z]=b", "r[][]=a"] {
            assert_eq!(named(form(body).require_list("r")), Some("r"), "{body}");
        }
        for body in [r#"{"r": null}"#, r#"{"r": []}"#, r#"{"r": {}}"#, r#"{"r": [null]}"#, r#"{"r": ["a"]}"#]
        {
            assert_eq!(named(json(body).require_list("r")), None, "{body}");
        }
        for body in [r#"{"r": {"a": {"b": "c"}}}"#, r#"{"r": ["a", ["b"]]}"#, r#"{"r": [{"a": "b"}]}"#] {
            assert_eq!(named(json(body).require_list("r")), Some("r"), "{body}");
        }
    }

    #[test]
    fn members_that_are_required_are_members_or_not_given() {
        for body in ["", "s=", "s[a]=b"] {
            assert_eq!(named(form(body).require_map("s")), None, "{body}");
        }
        for body in ["s=a", "s[]=a"] {
            assert_eq!(named(form(body).require_map("s")), Some("s"), "{body}");
        }
        assert_eq!(named(json(r#"{"s": null}"#).require_map("s")), None);
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
