//! Settings: what they are, where each one came from, and what is wrong with a bad one.
//!
//! [`load`] lays four layers over each other: `config/default.toml`, which is part of the program and *is* the defaults,
//! the operator's file, the environment, the flags. Every layer, and every variable and flag by itself, is checked as it
//! comes, so that the first bad one can be named exactly. Where another room has the type of a section, it is read into that.
//!
//! The trap: no field has a default in the code. A setting that is missing from `config/default.toml` fails to
//! load at all, which is how a test keeps that file complete.

mod access;
mod address;
mod check;
mod environment;
mod error;
mod layer;
mod lists;
mod load;
mod oidc;
mod plans;
mod read;
mod redis;
mod rules;
mod serving;
mod show;
mod smtp;
mod store;
mod text;
mod value;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

pub use access::AccessSection;
pub use environment::process_environment;
pub use error::Error;
pub use load::{Flags, Loaded, load};
pub use oidc::{AllowedSection, OidcSection};
pub use redis::RedisSection;
pub use rules::{PassphraseSection, SecretsSection};
pub use serving::{
    ApiSection, AuditSection, DrainSection, HttpSection, LogSection, MetricsSection, Reveal, WebSection,
};
pub use show::Effective;
pub use smtp::SmtpSection;
pub use store::StoreSection;

use crate::domain::address::BaseUrl;
use crate::domain::{Listen, Locale, PassphraseRule, Region, RegionName, TtlPolicy};
use crate::service::{Limits, LinkDomain, Plan, Policy};
use check::Check;

/// Every setting with its default and a sentence: the file the defaults are read from.
pub const DEFAULT_TOML: &str = include_str!("../../config/default.toml");

/// The effective settings, each of them valid, and valid together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    #[serde(deserialize_with = "text::required")]
    pub listen: Listen,
    /// The address people see in links; `None` means the listening address.
    #[serde(deserialize_with = "text::optional")]
    pub base_url: Option<BaseUrl>,
    /// Where secrets are kept.
    pub store: StoreSection,
    /// The file with the root keys.
    #[serde(deserialize_with = "text::required")]
    pub keyring_file: PathBuf,
    /// The name of this installation's region.
    #[serde(deserialize_with = "text::optional")]
    pub region: Option<RegionName>,
    /// The language of emails and pages when neither the request nor the account says one.
    #[serde(deserialize_with = "text::required")]
    pub locale: Locale,
    /// Who may do what.
    pub access: AccessSection,
    /// Sizes and lifetimes.
    pub secrets: SecretsSection,
    /// What accounts may do, by the name of their plan; one is called `default`.
    #[serde(deserialize_with = "plans::by_name")]
    pub plans: BTreeMap<String, Plan>,
    /// Hashing and tries.
    pub passphrase: PassphraseSection,
    /// Rates and quotas.
    pub limits: Limits,
    /// The APIs.
    pub api: ApiSection,
    /// Proxies.
    pub http: HttpSection,
    /// The pages.
    pub web: WebSection,
    /// Sign-in by a provider.
    pub oidc: OidcSection,
    /// Mail.
    pub smtp: SmtpSection,
    /// The shared store's extras.
    pub redis: RedisSection,
    /// Stopping.
    pub drain: DrainSection,
    /// Prometheus.
    pub metrics: MetricsSection,
    /// Log lines.
    pub log: LogSection,
    /// The audit trail.
    pub audit: AuditSection,
    /// Link domains besides `base_url`.
    #[serde(default)]
    pub domains: Vec<LinkDomain>,
    /// Other regions to name on pages.
    #[serde(default)]
    pub regions: Vec<Region>,
}

impl Settings {
    /// The public address: `base_url`, or where it is not set the address that is listened on.
    #[must_use]
    pub fn base_url_or(&self, listening: &Listen) -> BaseUrl {
        match (&self.base_url, listening) {
            (Some(url), _) => url.clone(),
            (None, Listen::Tcp(address)) => BaseUrl::listening_at(*address),
            // Nobody can be told that: the settings are refused.
            (None, Listen::Unix(_)) => BaseUrl::listening_at(SocketAddr::from(([127, 0, 0, 1], 80))),
        }
    }

    /// The longest that anything sealed lives, in seconds: a receipt lives twice as long as its secret, and no policy allows
    /// more than `secrets.ttl_max`.
    #[must_use]
    pub fn longest_life(&self) -> u64 {
        2 * u64::from(self.secrets.ttl_max)
    }

    /// What callers may do, on a server with this public address.
    #[must_use]
    pub fn policy(&self, base_url: &BaseUrl) -> Policy {
        let secrets = &self.secrets;
        Policy {
            ttl: TtlPolicy {
                min: secrets.ttl_min,
                default: secrets.ttl_default,
                max: secrets.ttl_max_anonymous,
            },
            max_size: secrets.max_size,
            passphrase: PassphraseRule {
                required: self.passphrase.required,
                min_length: self.passphrase.min_length,
            },
            plans: self.plans.clone(),
            tries: self.passphrase.tries,
            window: Duration::from_secs(self.passphrase.window.into()),
            limits: self.limits,
            create: self.access.create,
            metadata: self.access.metadata,
            session: Duration::from_secs(self.access.session.into()),
            join: self.access.join.clone(),
            join_plan: self.access.join_plan.clone(),
            base_url: base_url.clone(),
            locale: self.locale,
            notifications_per_hour: self.smtp.per_hour,
            domains: self.domains.clone(),
        }
    }

    /// The rules that one value alone cannot break.
    fn check(&self, check: &Check<'_>) -> Result<(), Error> {
        self.secrets.check(check)?;
        plans::check(&self.plans, check, &self.secrets)?;
        self.access.check(&self.plans, check)?;
        self.passphrase.check(check)?;
        rules::check_limits(&self.limits, check)?;
        self.http.check(check)?;
        self.web.check(check, &self.secrets)?;
        self.access.check_proxies(!self.http.trusted_proxies.is_empty(), check)?;
        if matches!(self.listen, Listen::Unix(_)) && self.base_url.is_none() {
            let problem = "it is needed where `listen` is a socket: links begin with it";
            return Err(Error::about("base_url", problem, &check.origin("listen")));
        }
        self.oidc.check(self.access.session != 0 && self.web.enabled, check)?;
        self.smtp.check(check)?;
        self.redis.check(check)?;
        lists::check(&self.domains, &self.regions, &self.web.links, check)
    }
}
