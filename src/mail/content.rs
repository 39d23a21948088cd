//! Content of an email, before it becomes a MIME message: the texts of each part, and the two templates they fill.
//!
//! The trap: everything here is in one language, and of the sharer it contains nothing but the address of their account. That and the host
//! are said once: Latin letters among Cyrillic ones count as a disguise (ADR 0073).

use askama::Template;

use super::{Email, NoticeEmail};
use crate::domain::{Locale, SecretEnd, Timestamp};
use crate::i18n::{self, Value, say};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The texts of an email, in its language.
pub(super) struct EmailContent<'a> {
    pub(super) locale: Locale,
    pub(super) subject: String,
    heading: String,
    greeting: String,
    opening: String,
    link: Option<LinkBlock<'a>>,
    notes: Vec<String>,
    closing: String,
    footer: String,
}

struct LinkBlock<'a> {
    url: &'a str,
    button: String,
}

impl<'a> EmailContent<'a> {
    /// The email with the link, sent by `host` at `now`.
    pub(super) fn email(email: &'a Email, host: &str, now: Timestamp) -> Self {
        let locale = email.locale;
        let sharer = ("sharer", text(email.sharer.as_str()));
        let plain = |name| say(locale, name, &[]);
        let until = [
            ("moment", text(&i18n::moment(locale, email.expires))),
            ("duration", text(&i18n::duration(locale, round_up(now.until(email.expires))))),
        ];
        let mut notes = vec![plain("email-once"), say(locale, "email-until", &until)];
        if email.protected {
            notes.push(plain("email-passphrase"));
        }
        notes.push(plain("email-forward"));
        Self {
            locale,
            subject: plain("email-subject"),
            heading: plain("email-heading"),
            greeting: plain("email-greeting"),
            opening: say(locale, "email-opening", &[sharer]),
            link: Some(LinkBlock { url: &email.link, button: plain("email-button") }),
            notes,
            closing: plain("email-unexpected"),
            footer: say(locale, "email-footer", &[("host", text(host))]),
        }
    }

    /// The email that tells a sharer how secrets ended, sent by `host`.
    pub(super) fn notice(email: &'a NoticeEmail, host: &str) -> Self {
        let locale = email.locale;
        let plain = |name| say(locale, name, &[]);
        let of_host = |name| say(locale, name, &[("host", text(host))]);
        let notes = email.told.iter().map(|told| {
            let name = match told.end {
                SecretEnd::Read => "notice-read",
                SecretEnd::Burned => "notice-burned",
                SecretEnd::Expired => "notice-expired",
            };
            let moment = i18n::moment(locale, told.at);
            say(locale, name, &[("receipt", text(&told.receipt)), ("moment", text(&moment))])
        });
        Self {
            locale,
            subject: of_host("notice-subject"),
            heading: plain("notice-heading"),
            greeting: plain("email-greeting"),
            opening: plain("notice-opening"),
            link: None,
            notes: notes.collect(),
            closing: plain("notice-closing"),
            footer: of_host("notice-footer"),
        }
    }

    /// The test email, whose link is `home`.
    pub(super) fn test(locale: Locale, host: &str, home: &'a str) -> Self {
        let plain = |name| say(locale, name, &[]);
        Self {
            locale,
            subject: say(locale, "email-test-subject", &[("host", text(host))]),
            heading: plain("email-test-heading"),
            greeting: plain("email-greeting"),
            opening: plain("email-test-opening"),
            link: Some(LinkBlock { url: home, button: plain("email-test-button") }),
            notes: vec![plain("email-test-spam")],
            closing: plain("email-test-closing"),
            footer: plain("email-test-footer"),
        }
    }

    /// The text part, lines ended with `\n`.
    pub(super) fn text(&self) -> Result<String, askama::Error> {
        Text { email: self }.render()
    }

    /// The HTML part, lines ended with `\n`.
    pub(super) fn html(&self) -> Result<String, askama::Error> {
        Html { email: self }.render()
    }
}

#[derive(Template)]
#[template(path = "email.txt")]
struct Text<'a> {
    email: &'a EmailContent<'a>,
}

#[derive(Template)]
#[template(path = "email.html")]
struct Html<'a> {
    email: &'a EmailContent<'a>,
}

fn text(text: &str) -> Value<'static> {
    Value::String(text.to_owned().into())
}

/// Remaining seconds, rounded up: "7 days" must not become "6 days" because sending took a minute.
fn round_up(left: u64) -> u64 {
    left.next_multiple_of(if left > DAY { HOUR } else { MINUTE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_that_took_a_minute_says_the_same() {
        for (left, said) in
            [(7 * DAY, 7 * DAY), (7 * DAY - 61, 7 * DAY), (HOUR - 3, HOUR), (59, MINUTE), (0, 0)]
        {
            assert_eq!(round_up(left), said, "{left}");
        }
    }
}
