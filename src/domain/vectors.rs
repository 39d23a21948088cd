//! The test vectors of `docs/dev/crypto.md`, read from the page itself, so that neither can change without the other.

use std::collections::BTreeMap;

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/dev/crypto.md"));

/// One vector: its fields as they are written.
#[derive(Debug)]
pub(crate) struct Vector(BTreeMap<&'static str, String>);

impl Vector {
    /// The vector of this name.
    pub(crate) fn named(name: &str) -> Self {
        let begin = format!("\n```vector {name}\n");
        let (_, rest) = PAGE.split_once(&begin).unwrap_or_else(|| panic!("no vector `{name}`"));
        let (block, _) = rest.split_once("\n```").unwrap();
        let mut fields: BTreeMap<_, String> = BTreeMap::new();
        let mut last = "";
        for line in block.lines() {
            match line.split_once(" = ") {
                Some((field, value)) => {
                    fields.insert(field, value.to_owned());
                    last = field;
                }
                None => fields.get_mut(last).unwrap().push_str(line.trim()),
            }
        }
        Self(fields)
    }

    /// Whether it has this field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.contains_key(field)
    }

    fn value(&self, field: &str, kind: &str) -> &str {
        let value = self.0.get(field).unwrap_or_else(|| panic!("no field `{field}`"));
        value.strip_prefix(kind).unwrap_or_else(|| panic!("`{field}` is no {kind}")).trim_start()
    }

    /// The bytes of a field.
    pub(crate) fn hex(&self, field: &str) -> Vec<u8> {
        let digits = self.value(field, "hex");
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    }

    /// The bytes of a field of fixed length.
    pub(crate) fn array<const N: usize>(&self, field: &str) -> [u8; N] {
        self.hex(field).try_into().unwrap()
    }

    /// The number of a field.
    pub(crate) fn int<T: std::str::FromStr<Err: std::fmt::Debug>>(&self, field: &str) -> T {
        self.value(field, "int").parse().unwrap()
    }

    /// The text of a field: of the escapes of JSON, those that the page uses.
    pub(crate) fn text(&self, field: &str) -> String {
        let quoted = self.value(field, "text").strip_prefix('"').unwrap().strip_suffix('"').unwrap();
        let mut text = String::new();
        let mut rest = quoted.chars();
        while let Some(character) = rest.next() {
            text.push(match character {
                '\\' => match rest.next() {
                    Some('n') => '\n',
                    Some('u') => {
                        let digits: String = rest.by_ref().take(4).collect();
                        char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
                    }
                    other => panic!("`\\{other:?}` is not known here"),
                },
                character => character,
            });
        }
        text
    }
}
