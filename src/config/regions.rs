//! `[[regions]]`: other regions to name on pages.

use serde::Deserialize;

use super::check::Check;
use super::text;
use super::{Error, Label};
use crate::domain::address::BaseUrl;

/// Another installation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its label.
    #[serde(deserialize_with = "text::required")]
    pub name: Label,
    /// Its address.
    #[serde(deserialize_with = "text::required")]
    pub url: BaseUrl,
}

pub(super) fn check(regions: &[Region], check: &Check<'_>) -> Result<(), Error> {
    let names: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
    check.all_different("regions", "name", &names)
}
