//! `[plans.NAME]`: what accounts may do. What a plan leaves out is as in the plan `default`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Error;
use super::check::Check;
use super::rules::{LARGEST, SecretsSection, YEAR};
use super::text::{self, FromText, Refusal};
use super::value::{Data, Origin, Value};
use crate::domain::passphrase::MAX_CHARS;
use crate::domain::region::is_simple_name;
use crate::service::Plan;

/// The plan of accounts that name no other.
const DEFAULT: &str = "default";

/// What the plan `default` leaves out is as it is for everybody: its field, that setting, and what stands there while the
/// setting cannot be read: it is the setting that has to be named then, and no plan that lacks it.
const FOR_EVERYBODY: [(&str, (&str, &str), Data); 3] = [
    ("create", ("limits", "create"), Data::Number(0)),
    ("passphrase_required", ("passphrase", "required"), Data::Bool(false)),
    ("passphrase_min_length", ("passphrase", "min_length"), Data::Number(0)),
];

/// The settings with every plan complete: one is laid over the plan `default`, and that over what holds for everybody. What
/// stands in keeps its own key and origin.
pub(super) fn complete(tree: &Value) -> Value {
    let mut tree = tree.clone();
    let for_everybody = FOR_EVERYBODY.map(|(field, (section, key), nothing)| {
        let value = tree.field(section).and_then(|section| section.field(key)).cloned();
        (field, value.unwrap_or(Value { key: String::new(), origin: Origin::Default, data: nothing }))
    });
    let Some(plans) = tree.field_mut("plans") else { return tree };
    let Some(default) = plans.field_mut(DEFAULT) else { return tree };
    for (field, value) in for_everybody {
        let left_out = default.field(field).is_none();
        if left_out && let Data::Table(fields) = &mut default.data {
            fields.push((field.to_owned(), value));
        }
    }
    let default = default.data.clone();
    if let Data::Table(plans) = &mut plans.data {
        for (_, plan) in plans.iter_mut().filter(|(name, _)| name != DEFAULT) {
            let mut whole = Value { data: default.clone(), ..plan.clone() };
            whole.merge(plan.clone());
            *plan = whole;
        }
    }
    tree
}

/// For serde: plans by their names.
pub(super) fn by_name<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Plan>, D::Error> {
    let plans = BTreeMap::<Name, Plan>::deserialize(deserializer)?;
    Ok(plans.into_iter().map(|(Name(name), plan)| (name, plan)).collect())
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
        if is_simple_name(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Refusal::expected("a plan's name of at most 32 letters, digits, hyphens or underscores", text))
    }
}

/// A field that a plan leaves out was checked as the default plan's, which comes first.
pub(super) fn check(
    plans: &BTreeMap<String, Plan>,
    check: &Check<'_>,
    secrets: &SecretsSection,
) -> Result<(), Error> {
    let default = plans.get_key_value(DEFAULT).into_iter();
    for (name, plan) in default.chain(plans.iter().filter(|(name, _)| *name != DEFAULT)) {
        let (ttl_max, max_size) = (format!("plans.{name}.ttl_max"), format!("plans.{name}.max_size"));
        if check.is_set(&ttl_max) {
            check.not_more(("secrets.ttl_min", secrets.ttl_min), (&ttl_max, plan.ttl_max))?;
            check.within(&ttl_max, plan.ttl_max, 1..=YEAR)?;
        }
        if check.is_set(&max_size) {
            check.within(&max_size, plan.max_size, 1..=LARGEST)?;
        }
        let min_length = format!("plans.{name}.passphrase_min_length");
        if check.is_set(&min_length) {
            check.within(&min_length, plan.passphrase_min_length, 0..=MAX_CHARS)?;
        }
    }
    Ok(())
}

/// Cuts lifetimes at `secrets.ttl_max`, which bounds them all, and tells of those that were asked for.
pub(super) fn cut(
    plans: &mut BTreeMap<String, Plan>,
    check: &Check<'_>,
    secrets: &SecretsSection,
) -> Vec<String> {
    let mut warnings = Vec::new();
    for (name, plan) in plans.iter_mut().filter(|(_, plan)| plan.ttl_max > secrets.ttl_max) {
        let key = format!("plans.{name}.ttl_max");
        if check.origin(&key) != Origin::Default {
            warnings.push(format!(
                "`{key}` is `{}`, but `secrets.ttl_max` cuts it to `{}` ({})",
                plan.ttl_max,
                secrets.ttl_max,
                check.origin("secrets.ttl_max")
            ));
        }
        plan.ttl_max = secrets.ttl_max;
    }
    warnings
}
