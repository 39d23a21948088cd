//! `[access]`: who may do what, and how people sign in at the pages.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Error;
use super::check::Check;
use super::text::{self, FromText, Refusal};
use crate::domain::UserHeader;
use crate::domain::address::HostName;
use crate::service::{Access, Join, Plan};

/// The shortest session, in seconds: whoever is asked for their token all the time keeps it beside the keyboard.
const SHORTEST: u32 = 300;
/// The longest, in seconds: a month.
const LONGEST: u32 = 30 * 24 * 60 * 60;

/// `[access]`: what needs an account, and how people show that they have one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSection {
    /// Who may create secrets.
    pub create: Access,
    /// Who may see metadata and burn, given the metadata key.
    pub metadata: Access,
    /// Seconds that a session lasts; 0: nobody signs in at the pages.
    pub session: u32,
    /// The header in which a trusted proxy names who signed in.
    #[serde(deserialize_with = "text::optional")]
    pub user_header: Option<UserHeader>,
    /// Who gets an account by signing in.
    #[serde(deserialize_with = "join")]
    pub join: Join,
    /// The plan of such accounts.
    pub join_plan: String,
}

impl AccessSection {
    pub(super) fn check(&self, plans: &BTreeMap<String, Plan>, check: &Check<'_>) -> Result<(), Error> {
        if self.session != 0 {
            check.within("access.session", self.session, SHORTEST..=LONGEST)?;
        }
        let key = "access.join_plan";
        if !plans.contains_key(&self.join_plan) {
            let names: Vec<_> = plans.keys().map(|name| format!("`{name}`")).collect();
            let problem = format!("there is no such plan\nhint: the plans are {}", names.join(", "));
            return Err(Error::about(key, &problem, &check.origin(key)));
        }
        let key = "access.user_header";
        if self.user_header.is_some() && self.session == 0 {
            let problem = "it signs people in at the pages, and `access.session` is 0, which takes the sign-in off them";
            return Err(Error::about(key, problem, &check.origin(key)));
        }
        Ok(())
    }

    /// The rule that takes another section: somebody has to be believed.
    pub(super) fn check_proxies(&self, anybody_is_trusted: bool, check: &Check<'_>) -> Result<(), Error> {
        let key = "access.user_header";
        if self.user_header.is_some() && !anybody_is_trusted {
            let problem = "a proxy says by it who somebody is, and none is trusted\nhint: name the proxy's address in `http.trusted_proxies`";
            return Err(Error::about(key, problem, &check.origin(key)));
        }
        Ok(())
    }
}

impl FromText for UserHeader {
    fn from_text(text: &str) -> Result<Self, Refusal> {
        Self::parse(text).ok_or_else(|| {
            Refusal::expected("the name of a header that only the proxy uses", text)
                .hint("for example `Remote-Email`; letters, digits, `-` and `_`, and none that HTTP or this server has a use for")
        })
    }
}

impl FromText for Join {
    /// As in a variable, where the domains stand one after the other.
    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text {
            "never" => Ok(Self::Never),
            "anyone" => Ok(Self::Anyone),
            _ => text
                .split(',')
                .map(|domain| domain_of(domain.trim()))
                .collect::<Result<_, _>>()
                .map(Self::Domains),
        }
    }
}

fn domain_of(text: &str) -> Result<HostName, Refusal> {
    let is_domain = |host: &HostName| host.as_str().contains('.');
    HostName::parse(text).filter(is_domain).ok_or_else(|| {
        Refusal::expected("`never`, `anyone`, or domains of e-mail addresses", text)
            .hint("for example `[\"example.org\"]`: only what stands behind the `@`, and no domain below it")
    })
}

/// For serde: a text, or a list of domains.
fn join<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Join, D::Error> {
    deserializer.deserialize_any(JoinVisitor)
}

struct JoinVisitor;

impl<'de> Visitor<'de> for JoinVisitor {
    type Value = Join;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`never`, `anyone`, or a list of domains")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Join, E> {
        Join::from_text(text).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Join, A::Error> {
        let mut domains = Vec::new();
        while let Some(text) = items.next_element::<String>()? {
            domains.push(domain_of(&text).map_err(de::Error::custom)?);
        }
        if domains.is_empty() { Ok(Join::Never) } else { Ok(Join::Domains(domains)) }
    }
}
