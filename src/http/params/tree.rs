//! The tree of parameters, and how a name such as `a[b][]` finds its place in it.
//!
//! Rack's rules: a name that is repeated counts as its last value; a name that is used in two shapes (`a=1&a[b]=2`) is an
//! error. One rule is simpler here: each `[]` begins a new element, also before further brackets, since nothing this
//! server reads is a list of objects.

use zeroize::Zeroizing;

use super::{MAX_DEPTH, Params, ParamsError, TOO_DEEP};

/// One parameter.
///
/// Numbers and booleans of JSON are text, as a form would have sent them.
pub(super) enum Value {
    /// Nothing: JSON's null, and a place not yet filled.
    Null,
    /// A value.
    Text(Zeroizing<String>),
    /// A number of JSON, as text, that may not read as it was written. Good enough for a lifetime, not for a secret.
    Rounded(Zeroizing<String>),
    /// Several values under one name.
    List(Vec<Value>),
    /// Parameters nested under one name.
    Map(Params),
}

const CONFLICT: ParamsError = ParamsError::Malformed("A parameter is given both alone and with members");

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known.as_str() == name).map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(known, _)| known.as_str() == name).map(|(_, value)| value)
    }

    /// Sets a parameter, in place of one of the same name.
    pub(super) fn set(&mut self, name: Zeroizing<String>, value: Value) {
        match self.get_mut(&name) {
            Some(known) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// Adds a parameter of a form, whose name may hold brackets. One without a name is nobody's: it is left out.
    pub(super) fn add(
        &mut self,
        name: Zeroizing<String>,
        text: Zeroizing<String>,
    ) -> Result<(), ParamsError> {
        // A name may begin with a bracket, so the first byte is not looked at.
        match name.bytes().skip(1).position(|byte| byte == b'[') {
            None if name.is_empty() => Ok(()),
            None => {
                self.set(name, Value::Text(text));
                Ok(())
            }
            Some(before) => {
                let (first, path) = name.split_at(before + 1);
                self.place(first, path, text, 1)
            }
        }
    }

    fn place(
        &mut self,
        name: &str,
        path: &str,
        text: Zeroizing<String>,
        depth: usize,
    ) -> Result<(), ParamsError> {
        if let Some(value) = self.get_mut(name) {
            return value.place(path, text, depth);
        }
        let mut value = Value::Null;
        value.place(path, text, depth)?;
        self.0.push((Zeroizing::new(name.to_owned()), value));
        Ok(())
    }
}

impl Value {
    /// Puts `text` where `path` (the rest of a name) leads from here, `depth` levels down.
    fn place(&mut self, path: &str, text: Zeroizing<String>, depth: usize) -> Result<(), ParamsError> {
        let Some((step, rest)) = split(path) else {
            *self = Self::Text(text);
            return Ok(());
        };
        if depth == MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        if matches!(self, Self::Null) {
            *self = match step {
                Step::Next => Self::List(Vec::new()),
                Step::Member(_) => Self::Map(Params::default()),
            };
        }
        match (self, step) {
            (Self::List(list), Step::Next) => {
                let mut element = Self::Null;
                element.place(rest, text, depth + 1)?;
                list.push(element);
                Ok(())
            }
            (Self::Map(members), Step::Member(name)) => members.place(name, rest, text, depth + 1),
            _ => Err(CONFLICT),
        }
    }
}

enum Step<'a> {
    /// `[]`
    Next,
    /// `[name]`
    Member(&'a str),
}

/// The first step of a path and the path after it. What is not in brackets, or not closed, is a name as it stands.
fn split(path: &str) -> Option<(Step<'_>, &str)> {
    if path.is_empty() {
        return None;
    }
    Some(match path.strip_prefix('[').and_then(|open| open.split_once(']')) {
        Some(("", rest)) => (Step::Next, rest),
        Some((name, rest)) => (Step::Member(name), rest),
        None => (Step::Member(path), ""),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(names: &[(&str, &str)]) -> Result<Params, ParamsError> {
        let mut params = Params::default();
        for (name, text) in names {
            params.add(Zeroizing::new((*name).to_owned()), Zeroizing::new((*text).to_owned()))?;
        }
        Ok(params)
    }

    #[test]
    fn the_last_of_equal_names_counts() {
        assert_eq!(tree(&[("a", "1"), ("a", "2")]).unwrap().text("a"), Some("2"));
        assert_eq!(tree(&[("a[b]", "1"), ("a", "2")]).unwrap().text("a"), Some("2"));
    }

    #[test]
    fn brackets_make_lists_and_members() {
        let params = tree(&[("a[b]", "1"), ("l[]", "x"), ("a[c][d]", "2"), ("l[]", "y")]).unwrap();
        let a = params.map("a").unwrap();
        assert_eq!(a.text("b"), Some("1"));
        assert_eq!(a.map("c").unwrap().text("d"), Some("2"));
        assert_eq!(params.list("l"), ["x", "y"]);
    }

    #[test]
    fn a_name_in_two_shapes_is_refused() {
        for names in [
            [("a", "1"), ("a[b]", "2")],
            [("a", "1"), ("a[]", "2")],
            [("a[b]", "1"), ("a[]", "2")],
            [("a[]", "1"), ("a[b]", "2")],
            [("a[b]", "1"), ("a[b][c]", "2")],
        ] {
            assert_eq!(tree(&names).unwrap_err(), CONFLICT, "{names:?}");
        }
    }

    #[test]
    fn odd_names_are_names_too() {
        let params =
            tree(&[("[]", "1"), ("[a]", "2"), ("a[b", "3"), ("c[d]e", "4"), ("", "5"), ("f]", "6")]).unwrap();
        assert_eq!(params.text("[]"), Some("1"));
        assert_eq!(params.text("[a]"), Some("2"));
        assert_eq!(params.map("a").unwrap().text("[b"), Some("3"));
        assert_eq!(params.map("c").unwrap().map("d").unwrap().text("e"), Some("4"));
        assert_eq!(params.text(""), None);
        assert_eq!(params.text("f]"), Some("6"));
    }

    #[test]
    fn names_nest_no_deeper_than_the_limit() {
        let name = |depth: usize| format!("a{}", "[b]".repeat(depth - 1));
        assert!(tree(&[(&name(MAX_DEPTH), "")]).is_ok());
        assert_eq!(tree(&[(&name(MAX_DEPTH + 1), "")]).unwrap_err(), TOO_DEEP);
        assert_eq!(tree(&[(&format!("a{}", "[]".repeat(30_000)), "")]).unwrap_err(), TOO_DEEP);
    }
}
