//! The rules that need more than one value, or a number's bounds: checked once, over the merged settings.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::Error;
use super::value::{Origin, Value};

/// What the rules look at: the merged layers, which know where each value came from.
pub(super) struct Check<'a> {
    pub(super) tree: &'a Value,
    pub(super) insecure_test: bool,
}

impl Check<'_> {
    /// Where the value of `key` came from.
    pub(super) fn origin(&self, key: &str) -> Origin {
        self.tree.find(key).map_or(Origin::Default, |value| value.origin.clone())
    }

    /// Whether some layer holds `key`.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.tree.find(key).is_some()
    }

    pub(super) fn within<T: Copy + PartialOrd + Display>(
        &self,
        key: &str,
        value: T,
        range: RangeInclusive<T>,
    ) -> Result<(), Error> {
        if range.contains(&value) {
            return Ok(());
        }
        let problem = format!("expected {} to {}, found `{value}`", range.start(), range.end());
        Err(Error::about(key, &problem, &self.origin(key)))
    }

    pub(super) fn at_least<T: PartialOrd + Display + Copy>(
        &self,
        key: &str,
        value: T,
        least: T,
    ) -> Result<(), Error> {
        if value >= least {
            return Ok(());
        }
        let problem = format!("expected at least {least}, found `{value}`");
        Err(Error::about(key, &problem, &self.origin(key)))
    }

    /// Two settings in order. Either may be the wrong one, so both are named.
    pub(super) fn not_more(&self, low: (&str, u32), high: (&str, u32)) -> Result<(), Error> {
        if low.1 <= high.1 {
            return Ok(());
        }
        let (low_origin, high_origin) = (self.origin(low.0), self.origin(high.0));
        let problem = format!("`{}` ({low_origin}) is more than `{}`, which is `{}`", low.1, high.0, high.1);
        Err(Error::about(low.0, &problem, &high_origin))
    }

    /// Tables of a list that differ in one field.
    pub(super) fn all_different(&self, list: &str, field: &str, values: &[&str]) -> Result<(), Error> {
        for (index, value) in values.iter().enumerate() {
            if values[..index].contains(value) {
                let key = format!("{list}[{index}].{field}");
                return Err(Error::about(&key, &format!("`{value}` is there already"), &self.origin(&key)));
            }
        }
        Ok(())
    }
}
