//! The v1 wire format, parsed leniently: numbers come as integers, as text or as null, members are missing, and others
//! are there that nobody asked for (v1-contract.md §6, §11).

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::hidden::Hidden;

/// A number, if there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Number(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(from)? {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "seconds; what does not fit is cut to the nearest that does"
            )]
            Value::Number(number) => number.as_u64().or_else(|| number.as_f64().map(|number| number as u64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }))
    }
}

/// A text; anything else is the empty one.
#[derive(Clone, Debug, Default)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(from)? {
            Value::String(text) => text,
            _ => String::new(),
        }))
    }
}

/// Texts: an array of them, or one alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = |value| match value {
            Value::String(text) if !text.is_empty() => Some(text),
            _ => None,
        };
        Ok(Self(match Value::deserialize(from)? {
            Value::Array(values) => values.into_iter().filter_map(text).collect(),
            value => text(value).into_iter().collect(),
        }))
    }
}

/// What became of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SecretState {
    /// Kept, and not read.
    Unread,
    Read,
    Burned,
    /// Expired, or lost by the server.
    Ended,
    /// A word that no known server says.
    Other,
}

/// The metadata object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "the members' names are the contract's")]
pub(super) struct Metadata {
    pub(super) metadata_key: Hidden,
    pub(super) secret_key: Hidden,
    pub(super) ttl: Number,
    pub(super) state: Text,
    pub(super) updated: Number,
    pub(super) created: Number,
    pub(super) received: Number,
    pub(super) recipient: Texts,
    pub(super) share_domain: Text,
    /// Only generate answers with one that is meant to be seen.
    pub(super) value: Hidden,
}

impl Metadata {
    /// The state, in the words of every version.
    pub(super) fn state(&self) -> SecretState {
        match self.state.0.as_str() {
            "new" | "viewed" | "previewed" | "shared" => SecretState::Unread,
            "received" | "revealed" => SecretState::Read,
            "burned" => SecretState::Burned,
            "expired" | "orphaned" => SecretState::Ended,
            _ => SecretState::Other,
        }
    }
}

/// The answer to a read.
#[derive(Debug, Deserialize)]
pub(super) struct Revealed {
    pub(super) value: Hidden,
}

/// An error's body.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ErrorBody {
    message: Option<String>,
    error: Option<String>,
}

impl ErrorBody {
    /// What it says.
    pub(super) fn text(&self) -> Option<&str> {
        self.message.as_deref().or(self.error.as_deref()).filter(|text| !text.trim().is_empty())
    }

    fn says(&self, text: &str) -> bool {
        self.message.as_deref() == Some(text)
    }

    /// The router's answer: `error`, with or without a message.
    pub(super) fn is_unknown_path(&self) -> bool {
        self.error.as_deref() == Some("Not Found")
    }

    pub(super) fn is_unknown_secret(&self) -> bool {
        self.says("Unknown secret") || self.says("Not Found")
    }

    pub(super) fn is_wrong_passphrase(&self) -> bool {
        self.says("Double check that passphrase") || self.says("Incorrect passphrase")
    }

    pub(super) fn is_not_authorized(&self) -> bool {
        self.says("Not authorized")
    }

    /// Limits, which older servers answer with 404.
    pub(super) fn is_limit(&self) -> bool {
        self.text()
            .is_some_and(|text| text.contains("rate limited") || text.starts_with("Rate limit exceeded"))
    }

    /// Nothing has happened, for certain: the store is out, which older servers answer with 404, or there is no room, no key, no
    /// server. A test holds these to what the server and its proxies' examples say.
    pub(super) fn is_undone(&self) -> bool {
        const UNDONE: [&str; 8] = [
            "We'll be back shortly!",
            "Service temporarily unavailable",
            "The server is busy.",
            "The server is short of disk space,",
            "This server cannot open the secret at the moment. It is kept.",
            "This server cannot read what is stored here:",
            "The server cannot be reached.",
            "A region cannot be reached, and the secret may be kept there.",
        ];
        self.text().is_some_and(|text| UNDONE.iter().any(|undone| text.starts_with(undone)))
    }

    /// It was claimed and did not open: nobody can read it any more.
    pub(super) fn is_damaged(&self) -> bool {
        self.says("The stored secret is damaged and cannot be opened.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_come() {
        for (text, number) in [
            ("3600", Some(3600)),
            ("\"3600\"", Some(3600)),
            ("\" 3600 \"", Some(3600)),
            ("3600.9", Some(3600)),
            ("null", None),
            ("\"\"", None),
            ("\"soon\"", None),
            ("[]", None),
            ("true", None),
            ("-5", Some(0)),
        ] {
            assert_eq!(serde_json::from_str::<Number>(text).unwrap(), Number(number), "{text}");
        }
    }

    #[test]
    fn a_metadata_object_may_lack_anything() {
        let empty: Metadata = serde_json::from_str("{}").unwrap();
        assert_eq!(empty.state(), SecretState::Other);
        let odd = r#"{"secret_key":null,"recipient":"a@b","share_domain":null,"state":5,"new_member":{}}"#;
        let odd: Metadata = serde_json::from_str(odd).unwrap();
        assert_eq!((odd.recipient.0.len(), odd.secret_key.expose()), (1, ""));
    }
}
