//! `[plans.NAME]`: what accounts may do. What a plan leaves out is as in the plan `default`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Error;
use super::check::Check;
use super::label::is_label;
use super::secrets::{LARGEST, Secrets, YEAR};
use super::text::{self, FromText, Refusal};

/// The plan of accounts that name no other.
pub(super) const DEFAULT: &str = "default";

/// A plan, complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The longest lifetime, in seconds.
    pub ttl_max: u32,
    /// The largest secret, in bytes.
    pub max_size: usize,
    /// Secrets created per `limits.window`; 0 is no limit.
    pub create: u32,
}

/// Every plan by its name; one is called `default`. [`Settings::plan`](super::Settings::plan) completes one.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "BTreeMap<Name, Entry>")]
pub struct Plans(BTreeMap<String, Terms>);

/// A plan as far as `[plans]` itself tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) ttl_max: u32,
    pub(super) max_size: usize,
    /// `None` means `limits.create`.
    pub(super) create: Option<u32>,
}

impl Plans {
    /// Every plan's name, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn terms(&self, name: &str) -> Option<Terms> {
        self.0.get(name).copied()
    }

    pub(super) fn max_sizes(&self) -> impl Iterator<Item = usize> {
        self.0.values().map(|terms| terms.max_size)
    }

    /// A field that a plan leaves out was checked as the default plan's, which comes first.
    pub(super) fn check(&self, check: &Check<'_>, secrets: &Secrets) -> Result<(), Error> {
        let named = self.names().filter(|name| *name != DEFAULT);
        for name in [DEFAULT].into_iter().chain(named) {
            let Some(terms) = self.terms(name) else { continue };
            let (ttl_max, max_size) = (format!("plans.{name}.ttl_max"), format!("plans.{name}.max_size"));
            if check.is_set(&ttl_max) {
                check.not_more(("secrets.ttl_min", secrets.ttl_min), (&ttl_max, terms.ttl_max))?;
                check.within(&ttl_max, terms.ttl_max, 1..=YEAR)?;
            }
            if check.is_set(&max_size) {
                check.within(&max_size, terms.max_size, 1..=LARGEST)?;
            }
        }
        Ok(())
    }

    /// What an operator may not expect: a lifetime asked for in a plan that `secrets.ttl_max` cuts.
    pub(super) fn warnings(&self, check: &Check<'_>, secrets: &Secrets) -> Vec<String> {
        let longest = secrets.ttl_max;
        let cut = self.0.iter().filter(|(_, terms)| terms.ttl_max > longest);
        cut.filter_map(|(name, terms)| {
            let key = format!("plans.{name}.ttl_max");
            (check.is_set(&key) && !check.is_default(&key)).then(|| {
                format!(
                    "`{key}` is `{}`, but `secrets.ttl_max` cuts it to `{longest}` ({})",
                    terms.ttl_max,
                    check.origin("secrets.ttl_max")
                )
            })
        })
        .collect()
    }
}

/// A plan as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    ttl_max: Option<u32>,
    max_size: Option<usize>,
    create: Option<u32>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::required(deserializer)
    }
}

impl FromText for Name {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        if is_label(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::expected("a plan's name of at most 32 letters, digits, hyphens or underscores", text))
    }
}

impl TryFrom<BTreeMap<Name, Entry>> for Plans {
    type Error = &'static str;

    fn try_from(entries: BTreeMap<Name, Entry>) -> Result<Self, Self::Error> {
        let base = entries
            .get(&Name(DEFAULT.to_owned()))
            .and_then(|plan| {
                Some(Terms { ttl_max: plan.ttl_max?, max_size: plan.max_size?, create: plan.create })
            })
            .ok_or("the plan `default` is missing, or incomplete")?;
        let complete = |(name, entry): (Name, Entry)| {
            let terms = Terms {
                ttl_max: entry.ttl_max.unwrap_or(base.ttl_max),
                max_size: entry.max_size.unwrap_or(base.max_size),
                create: entry.create.or(base.create),
            };
            (name.0, terms)
        };
        Ok(Self(entries.into_iter().map(complete).collect()))
    }
}
