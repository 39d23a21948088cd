//! `[[domains]]`, `[[regions]]` and `[[web.links]]`, the lists of tables. Their types belong to `service` and `domain`; serde's remote derive reads into them.

use serde::{Deserialize, Deserializer};

use super::Error;
use super::check::Check;
use super::text;
use crate::domain::address::{BaseUrl, HostName};
use crate::domain::{EmailAddress, Label, LinkTarget, Region, RegionName, SiteLink};
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

/// `[[web.links]]`: a link at the foot of every page.
#[derive(Deserialize)]
#[serde(remote = "SiteLink", deny_unknown_fields)]
struct LinkTable {
    #[serde(deserialize_with = "text::required")]
    label: Label,
    #[serde(deserialize_with = "text::required")]
    url: LinkTarget,
}

impl<'de> Deserialize<'de> for SiteLink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        LinkTable::deserialize(deserializer)
    }
}

/// As many links as a foot has room for on a telephone.
const LINKS: usize = 5;

/// No host twice, for which accounts would hold? And no region twice, no text of two links, nor more links than there is room for.
pub(super) fn check(
    domains: &[LinkDomain],
    regions: &[Region],
    links: &[SiteLink],
    check: &Check<'_>,
) -> Result<(), Error> {
    if links.len() > LINKS {
        let problem = format!("expected at most {LINKS} links, found {}", links.len());
        return Err(Error::about("web.links", &problem, &check.origin("web.links")));
    }
    let labels: Vec<&str> = links.iter().map(|link| link.label.as_str()).collect();
    check.all_different("web.links", "label", &labels)?;
    let hosts: Vec<&str> = domains.iter().map(|domain| domain.host.as_str()).collect();
    check.all_different("domains", "host", &hosts)?;
    let names: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
    check.all_different("regions", "name", &names)
}
