//! What letters say, before it is a message: the words of each part, and the two templates they go into.
//!
//! The trap: everything here is in one language and nothing of it is a sharer's but the account's address.

use askama::Template;

use super::Letter;
use crate::domain::{Locale, Timestamp};
use crate::words::{self, Value, say};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The words of a letter, in its language.
pub(super) struct Content<'a> {
    pub(super) locale: Locale,
    pub(super) subject: String,
    heading: String,
    greeting: String,
    opening: String,
    link: Option<Link<'a>>,
    notes: Vec<String>,
    closing: String,
    footer: String,
}

struct Link<'a> {
    url: &'a str,
    button: String,
    copy: String,
}

impl<'a> Content<'a> {
    /// What the letter with the link says; `host` sends it, and it is sent `now`.
    pub(super) fn letter(letter: &'a Letter, host: &str, now: Timestamp) -> Self {
        let locale = letter.locale;
        let sharer = ("sharer", text(letter.sharer.as_str()));
        let plain = |name| say(locale, name, &[]);
        let until = [
            ("moment", text(&words::moment(locale, letter.expires))),
            ("duration", text(&words::duration(locale, about(now.until(letter.expires))))),
        ];
        let mut notes = vec![plain("letter-once"), say(locale, "letter-until", &until)];
        if letter.protected {
            notes.push(say(locale, "letter-passphrase", std::slice::from_ref(&sharer)));
        }
        notes.push(plain("letter-forward"));
        Self {
            locale,
            subject: plain("letter-subject"),
            heading: plain("letter-heading"),
            greeting: plain("letter-greeting"),
            opening: say(locale, "letter-opening", std::slice::from_ref(&sharer)),
            link: Some(Link {
                url: &letter.link,
                button: plain("letter-button"),
                copy: plain("letter-copy"),
            }),
            notes,
            closing: say(locale, "letter-unexpected", std::slice::from_ref(&sharer)),
            footer: say(locale, "letter-footer", &[("host", text(host)), sharer]),
        }
    }

    /// What the test letter says.
    pub(super) fn test(locale: Locale, host: &str) -> Self {
        let host = ("host", text(host));
        let with_host = |name| say(locale, name, std::slice::from_ref(&host));
        Self {
            locale,
            subject: with_host("letter-test-subject"),
            heading: say(locale, "letter-test-heading", &[]),
            greeting: say(locale, "letter-greeting", &[]),
            opening: with_host("letter-test-opening"),
            link: None,
            notes: vec![say(locale, "letter-test-spam", &[])],
            closing: say(locale, "letter-test-closing", &[]),
            footer: with_host("letter-test-footer"),
        }
    }

    /// The text part, lines ended with `\n`.
    pub(super) fn text(&self) -> Result<String, askama::Error> {
        Text { letter: self }.render()
    }

    /// The HTML part, lines ended with `\n`.
    pub(super) fn html(&self) -> Result<String, askama::Error> {
        Html { letter: self }.render()
    }
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Content<'a>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Content<'a>,
}

fn text(text: &str) -> Value<'static> {
    Value::String(text.to_owned().into())
}

/// The time that is left, in seconds, as people say "about": "7 days" is not "6 days" because a letter took a minute.
fn about(left: u64) -> u64 {
    left.next_multiple_of(if left > DAY { HOUR } else { MINUTE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_took_a_minute_says_the_same() {
        for (left, said) in
            [(7 * DAY, 7 * DAY), (7 * DAY - 61, 7 * DAY), (HOUR - 3, HOUR), (59, MINUTE), (0, 0)]
        {
            assert_eq!(about(left), said, "{left}");
        }
    }
}
