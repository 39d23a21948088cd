//! What callers may do: the parts of the configuration that the verbs obey.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::Limits;
use crate::domain::address::{BaseUrl, HostName};
use crate::domain::{
    Account, Attempt, ClientNetwork, EmailAddress, Locale, PassphraseRule, SlotTag, TryLimits, TtlPolicy,
};
use crate::vault::Vault;

/// Who may use a verb.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Anybody: the key is the right.
    #[default]
    Anyone,
    /// Accounts only.
    Account,
}

/// For whom an account is made when they sign in without one, as somebody whom a proxy or a provider vouches for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Join {
    /// Nobody: operators make accounts.
    #[default]
    Never,
    /// Whoever is vouched for.
    Anyone,
    /// Those with an address in one of these domains; not below them.
    Domains(Vec<HostName>),
}

impl Join {
    /// Whether an account is made for this address.
    #[must_use]
    pub fn admits(&self, email: &EmailAddress) -> bool {
        match self {
            Self::Never => false,
            Self::Anyone => true,
            Self::Domains(domains) => {
                let domain = email.as_str().rsplit_once('@').and_then(|(_, domain)| HostName::parse(domain));
                domain.is_some_and(|domain| domains.contains(&domain))
            }
        }
    }
}

/// What a plan allows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The longest lifetime, seconds.
    pub ttl_max: u32,
    /// The longest value, bytes of UTF-8.
    pub max_size: usize,
    /// Secrets an account creates in the window of [`Limits`]; 0 is no limit.
    pub create: u32,
    /// Whether every secret needs a passphrase.
    pub passphrase_required: bool,
    /// The shortest passphrase, characters.
    pub passphrase_min_length: usize,
}

/// A domain links may be made for, besides the server's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkDomain {
    /// The host name.
    pub host: HostName,
    /// E-mails of the accounts that may use it; empty: every account.
    pub accounts: Vec<EmailAddress>,
}

/// The rules of one server.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Lifetimes; `max` is that of anonymous callers.
    pub ttl: TtlPolicy,
    /// The longest value of an anonymous caller, bytes of UTF-8.
    pub max_size: usize,
    /// What the passphrases of anonymous callers have to be like.
    pub passphrase: PassphraseRule,
    /// Plans by name; `default` is always there.
    pub plans: BTreeMap<String, Plan>,
    /// Wrong tries per secret and network in `window`.
    pub tries: u32,
    /// The window of `tries`.
    pub window: Duration,
    /// How much may be asked for.
    pub limits: Limits,
    /// Who may share.
    pub create: Access,
    /// Who may see receipts and burn.
    pub metadata: Access,
    /// How long somebody who signed in at the pages stays so; zero: nobody signs in there.
    pub session: Duration,
    /// Who gets an account by signing in.
    pub join: Join,
    /// The plan of such accounts.
    pub join_plan: String,
    /// Where the server's own links begin. Its host, as a share domain, means "no other".
    pub base_url: BaseUrl,
    /// Other link domains.
    pub domains: Vec<LinkDomain>,
    /// The language where neither the request nor the account says one.
    pub locale: Locale,
    /// Notifications an account may have sent in an hour.
    pub notifications_per_hour: u32,
}

/// The plan of accounts whose own is not configured (any more).
pub(super) const DEFAULT_PLAN: &str = "default";

/// Tries a secret takes in its life before it takes one a window (ADR 0027).
const LIFETIME_TRIES: u32 = 100;

impl Policy {
    fn plan(&self, account: Option<&Account>) -> Option<&Plan> {
        self.plans.get(&account?.plan).or_else(|| self.plans.get(DEFAULT_PLAN))
    }

    /// The lifetimes that an account, or nobody in particular, may ask for.
    #[must_use]
    pub fn ttl_for(&self, account: Option<&Account>) -> TtlPolicy {
        let max = self.plan(account).map_or(self.ttl.max, |plan| plan.ttl_max);
        TtlPolicy { max, ..self.ttl }
    }

    /// The longest value that an account, or nobody in particular, may share, bytes.
    #[must_use]
    pub fn max_size_for(&self, account: Option<&Account>) -> usize {
        self.plan(account).map_or(self.max_size, |plan| plan.max_size)
    }

    /// What a passphrase has to be like that an account, or nobody in particular, shares with.
    #[must_use]
    pub fn passphrase_rule_for(&self, account: Option<&Account>) -> PassphraseRule {
        self.plan(account).map_or(self.passphrase, |plan| PassphraseRule {
            required: plan.passphrase_required,
            min_length: plan.passphrase_min_length,
        })
    }

    /// Whether people sign in at the pages.
    #[must_use]
    pub fn signs_in(&self) -> bool {
        !self.session.is_zero()
    }

    /// The longest value that anybody may share, bytes.
    #[must_use]
    pub fn largest_value(&self) -> usize {
        self.plans.values().map(|plan| plan.max_size).fold(self.max_size, usize::max)
    }

    /// How a try from `network` is to be counted.
    pub(super) fn attempt(&self, vault: &Vault, network: ClientNetwork, tag: SlotTag) -> Attempt {
        Attempt { network: vault.network_tag(network, tag), limits: self.try_limits() }
    }

    /// How often a passphrase may be tried.
    pub(super) fn try_limits(&self) -> TryLimits {
        TryLimits { tries: self.tries, window: self.window, lifetime: LIFETIME_TRIES }
    }

    /// Where links to secrets with this share domain begin (v1-contract.md §7.4).
    #[must_use]
    pub fn link_base(&self, share_domain: &str) -> String {
        match share_domain {
            "" => self.base_url.as_str().to_owned(),
            domain => format!("https://{domain}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_made_for_whom_the_operator_says() {
        let address = |text| EmailAddress::parse(text).unwrap();
        let domains =
            Join::Domains(["example.org", "bücher.example"].map(|it| HostName::parse(it).unwrap()).into());
        for (email, joins) in [
            ("ann@example.org", true),
            ("Ann@EXAMPLE.ORG", true),
            ("ann@bücher.example", true),
            ("ann@xn--bcher-kva.example", true),
            ("ann@mail.example.org", false),
            ("ann@notexample.org", false),
            ("example.org@example.net", false),
        ] {
            assert_eq!(domains.admits(&address(email)), joins, "{email}");
            assert!(Join::Anyone.admits(&address(email)) && !Join::Never.admits(&address(email)));
        }
    }
}
