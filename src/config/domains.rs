//! `[[domains]]`: link domains besides `base_url`.

use serde::Deserialize;

use super::Error;
use super::check::Check;
use super::text;
use crate::domain::EmailAddress;
use crate::domain::address::HostName;

/// A domain that links may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkDomain {
    /// Its host name.
    #[serde(deserialize_with = "text::required")]
    pub host: HostName,
    /// The accounts that may use it; empty means all.
    #[serde(default, deserialize_with = "text::each")]
    pub accounts: Vec<EmailAddress>,
}

/// No host twice: which accounts would hold?
pub(super) fn check(domains: &[LinkDomain], check: &Check<'_>) -> Result<(), Error> {
    let hosts: Vec<&str> = domains.iter().map(|domain| domain.host.as_str()).collect();
    check.all_different("domains", "host", &hosts)
}
