//! What was promised to whom, and when: told from a trace, so that it is known for every moment.

use super::calls::{Deed, Step};
use crate::support::{Account, Shared};

/// The one passphrase of all protected secrets, and a wrong one.
pub(super) const PASSPHRASE: &str = "open-sesame";
pub(super) const WRONG: &str = "open-barley";

/// What callers did, in what order they like.
#[derive(Clone, Debug, Default)]
pub(super) struct Deeds {
    pub(super) secrets: Vec<Secret>,
    pub(super) people: Vec<Person>,
}

#[derive(Clone, Debug)]
pub(super) struct Secret {
    pub(super) value: String,
    pub(super) keys: Shared,
    pub(super) is_protected: bool,
    /// It was there before the trace.
    pub(super) is_old: bool,
    pub(super) end: Option<End>,
    /// It was asked for, and nobody knows whether it was done.
    pub(super) is_end_unknown: bool,
    /// Wrong passphrases that were answered, all by one caller.
    pub(super) tries: usize,
}

impl Secret {
    pub(super) fn new(value: String, keys: Shared) -> Self {
        Self { value, keys, is_protected: false, is_old: false, end: None, is_end_unknown: false, tries: 0 }
    }

    /// How its value begins, as no other one does: a long one comes in pieces.
    fn mark(&self) -> &str {
        self.value.rfind('-').map_or(&self.value, |last| &self.value[..=last])
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Read,
    Burned,
}

/// An account and its tokens, each of which ended the one before.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) tokens: Vec<String>,
}

impl Person {
    pub(super) fn of(account: &Account) -> Self {
        Self { email: account.email.clone(), tokens: vec![account.token.clone()] }
    }
}

/// From which step on something may have been done, and with which step its caller was told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) begun: usize,
    pub(super) told: usize,
}

/// How far it is at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Ahead,
    UnderWay,
    Told,
}

/// No step.
const NEVER: usize = usize::MAX;

impl Span {
    /// It was there before.
    const ALWAYS: Self = Self { begun: 0, told: 0 };

    /// When so many steps are done.
    pub(super) fn at(self, steps: usize) -> Stage {
        match () {
            () if self.told < steps || self.told == 0 => Stage::Told,
            () if self.begun < steps => Stage::UnderWay,
            () => Stage::Ahead,
        }
    }
}

/// The deeds, and when each was done.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) secrets: Vec<Noted>,
    pub(super) people: Vec<(Person, Vec<Span>)>,
}

#[derive(Clone, Debug)]
pub(super) struct Noted {
    pub(super) secret: Secret,
    pub(super) shared: Span,
    pub(super) end: Option<(End, Span)>,
    pub(super) tries: Vec<Span>,
}

impl Book {
    pub(super) fn of(deeds: &Deeds, steps: &[Step]) -> Self {
        let note = |secret: &Secret| Noted {
            secret: secret.clone(),
            shared: if secret.is_old {
                Span::ALWAYS
            } else {
                Span {
                    begun: received(steps, 0, &[secret.mark()]),
                    told: sent(steps, 0, &[&secret.keys.secret, "secret_key"]),
                }
            },
            end: secret.end.map(|end| (end, when_ended(steps, secret, end))),
            tries: tries(steps, secret),
        };
        let told = |token: &String| {
            let told =
                find(steps, 0, "a token", |deed| matches!(deed, Deed::Said(bytes) if has(bytes, &[token])));
            Span { begun: 0, told }
        };
        let person = |person: &Person| (person.clone(), person.tokens.iter().map(told).collect());
        Self {
            secrets: deeds.secrets.iter().map(note).collect(),
            people: deeds.people.iter().map(person).collect(),
        }
    }

    /// The steps with which somebody was told something that has to last.
    pub(super) fn told(&self) -> Vec<usize> {
        let secrets = self.secrets.iter().flat_map(|noted| {
            let ends = noted.end.map(|(_, span)| span);
            [noted.shared].into_iter().chain(ends).chain(noted.tries.iter().copied())
        });
        let people = self.people.iter().flat_map(|(_, spans)| spans.iter().copied());
        let mut told: Vec<_> =
            secrets.chain(people).map(|span| span.told).filter(|told| *told > 0 && *told != NEVER).collect();
        told.sort_unstable();
        told
    }
}

fn when_ended(steps: &[Step], secret: &Secret, end: End) -> Span {
    let Shared { secret: key, receipt } = &secret.keys;
    let told =
        |needles: &[&str], from| if secret.is_end_unknown { NEVER } else { sent(steps, from, needles) };
    match end {
        End::Read => {
            let mut needles = vec![format!("POST /api/v1/secret/{key} ")];
            needles.extend(secret.is_protected.then(|| PASSPHRASE.to_owned()));
            let needles: Vec<_> = needles.iter().map(String::as_str).collect();
            let begun = received(steps, 0, &needles);
            Span { begun, told: told(&[secret.mark(), "\"value\""], begun) }
        }
        End::Burned => {
            let begun = received(steps, 0, &[&format!("POST /api/v1/private/{receipt}/burn ")]);
            Span { begun, told: told(&[receipt, "\"burned\""], begun) }
        }
    }
}

fn tries(steps: &[Step], secret: &Secret) -> Vec<Span> {
    let (path, mut from) = (format!("POST /api/v1/secret/{} ", secret.keys.secret), 0);
    let mut next = || {
        let begun = received(steps, from, &[&path, WRONG]);
        let told = sent(steps, begun, &["Unknown secret"]);
        from = told + 1;
        Span { begun, told }
    };
    (0..secret.tries).map(|_| next()).collect()
}

/// Where a request came in that has all of this.
fn received(steps: &[Step], from: usize, needles: &[&str]) -> usize {
    find(steps, from, needles, |deed| matches!(deed, Deed::Received(bytes) if has(bytes, needles)))
}

/// Where an answer went out that has all of this.
fn sent(steps: &[Step], from: usize, needles: &[&str]) -> usize {
    find(steps, from, needles, |deed| matches!(deed, Deed::Sent(bytes) if has(bytes, needles)))
}

fn find(steps: &[Step], from: usize, what: impl std::fmt::Debug, is_it: impl Fn(&Deed) -> bool) -> usize {
    let found = steps[from..].iter().position(|step| is_it(&step.call.deed));
    from + found.unwrap_or_else(|| panic!("the trace does not have {what:?}"))
}

fn has(bytes: &[u8], needles: &[&str]) -> bool {
    needles.iter().all(|needle| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
}
