//! What was typed into the form to share a secret, but for the passphrase: it goes back into the form when that is refused.

use zeroize::Zeroizing;

use crate::domain::ttl;
use crate::http::params::Params;
use crate::service::password::PasswordRule;

/// The lengths of a generated password to choose from: a PIN has four digits, and the contract ends at 128
/// (v1-contract.md §5.7).
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=128;

/// Characters of an address that are kept of it: more than any has.
const LONGEST_ADDRESS: usize = 320;

/// What was typed, or the empty form. No `Debug`: it holds the value.
pub(super) struct Typed {
    /// The text.
    pub(super) secret: Zeroizing<String>,
    /// The lifetime chosen, seconds.
    pub(super) ttl: Option<i64>,
    /// Which button was pressed.
    pub(super) button: Button,
    /// Whether a passphrase came along.
    pub(super) is_protected: bool,
    /// Whether there is to be a passphrase: one came along, or the form says that one did before.
    pub(super) protect: bool,
    /// Whom an email with the link is to go to, as it was typed.
    pub(super) recipient: String,
    /// Whether it is the form of somebody who had signed in.
    pub(super) of_account: bool,
    /// The length of a generated password, as it was typed.
    pub(super) length: String,
    /// What it is made of; its `length` is not looked at.
    made_of: PasswordRule,
}

/// A button of the form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Button {
    /// Shares the text.
    Share,
    /// Shares a password that is made up.
    Generate,
    /// Shows the form in another language, and does nothing.
    Language,
}

/// A choice of what a generated password is made of.
pub(super) struct Kind {
    /// The field.
    pub(super) name: &'static str,
    /// The message of its label.
    pub(super) label: &'static str,
}

impl Default for Typed {
    fn default() -> Self {
        let made_of = PasswordRule::default();
        Self {
            secret: Zeroizing::default(),
            ttl: None,
            button: Button::Share,
            is_protected: false,
            protect: false,
            recipient: String::new(),
            of_account: false,
            length: made_of.length.to_string(),
            made_of,
        }
    }
}

impl Typed {
    /// Reads a form of ours; `passphrase` is what came of that field.
    pub(super) fn read(params: &mut Params, passphrase: Option<&str>) -> Self {
        let is_protected = passphrase.is_some_and(|passphrase| !passphrase.is_empty());
        let empty = Self::default();
        // What is not chosen is not sent, so that a form without a length says nothing of all that.
        let (length, made_of) = match params.text("length") {
            None => (empty.length, empty.made_of),
            Some(length) => {
                let chosen = |name| params.text(name).is_some();
                let made_of = PasswordRule {
                    length: 0,
                    uppercase: chosen("uppercase"),
                    lowercase: chosen("lowercase"),
                    numbers: chosen("numbers"),
                    symbols: chosen("symbols"),
                    exclude_ambiguous: chosen("distinct"),
                };
                (length.trim().chars().take(8).collect(), made_of)
            }
        };
        Self {
            ttl: params.text("ttl").and_then(ttl::parse),
            button: match params.text("do") {
                Some("generate") => Button::Generate,
                Some("language") => Button::Language,
                _ => Button::Share,
            },
            is_protected,
            protect: is_protected || params.text("protect").is_some(),
            recipient: params
                .text("recipient")
                .unwrap_or_default()
                .trim()
                .chars()
                .take(LONGEST_ADDRESS)
                .collect(),
            of_account: params.text("form").is_some(),
            length,
            made_of,
            secret: take_secret(params),
        }
    }

    /// The rule for a generated password; `None` when there is none such.
    pub(super) fn rule(&self) -> Option<PasswordRule> {
        let length = self.length.parse().ok().filter(|length| LENGTHS.contains(length))?;
        let rule = PasswordRule { length, ..self.made_of.clone() };
        (rule.uppercase || rule.lowercase || rule.numbers || rule.symbols).then_some(rule)
    }

    /// The choices of what a generated password is made of, and whether each is chosen.
    pub(super) fn kinds(&self) -> [(Kind, bool); 5] {
        let rule = &self.made_of;
        [
            (Kind { name: "uppercase", label: "generate-uppercase" }, rule.uppercase),
            (Kind { name: "lowercase", label: "generate-lowercase" }, rule.lowercase),
            (Kind { name: "numbers", label: "generate-numbers" }, rule.numbers),
            (Kind { name: "symbols", label: "generate-symbols" }, rule.symbols),
            (Kind { name: "distinct", label: "generate-distinct" }, rule.exclude_ambiguous),
        ]
    }
}

/// The text that the field held.
fn take_secret(params: &mut Params) -> Zeroizing<String> {
    let sent = params.take_text("secret").unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(sent.len()));
    let mut lines = sent.split("\r\n");
    text.extend(lines.next());
    lines.for_each(|line| {
        text.push('\n');
        text.push_str(line);
    });
    text
}
