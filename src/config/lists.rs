//! `[[domains]]` and `[[regions]]`, the lists of tables. Their types belong to `service` and `domain`; serde's remote derive reads into them.

use serde::{Deserialize, Deserializer};

use super::Error;
use super::check::Check;
use super::text;
use crate::domain::address::{BaseUrl, HostName};
use crate::domain::{EmailAddress, Region, RegionName};
use crate::service::LinkDomain;

/// `[[domains]]`: a domain that links may have.
#[derive(Deserialize)]
#[serde(remote = "LinkDomain", deny_unknown_fields)]
struct DomainTable {
    #[serde(deserialize_with = "text::required")]
    host: HostName,
    #[serde(default, deserialize_with = "text::each")]
    accounts: Vec<EmailAddress>,
}

impl<'de> Deserialize<'de> for LinkDomain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DomainTable::deserialize(deserializer)
    }
}

/// `[[regions]]`: another installation.
#[derive(Deserialize)]
#[serde(remote = "Region", deny_unknown_fields)]
struct RegionTable {
    #[serde(deserialize_with = "text::required")]
    name: RegionName,
    #[serde(deserialize_with = "text::required")]
    url: BaseUrl,
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        RegionTable::deserialize(deserializer)
    }
}

/// No host twice, for which accounts would hold? And no region twice.
pub(super) fn check(domains: &[LinkDomain], regions: &[Region], check: &Check<'_>) -> Result<(), Error> {
    let hosts: Vec<&str> = domains.iter().map(|domain| domain.host.as_str()).collect();
    check.all_different("domains", "host", &hosts)?;
    let names: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
    check.all_different("regions", "name", &names)
}
