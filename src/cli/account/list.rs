//! `readonce account list`.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::say;
use crate::domain::{Account, SecretEnd, Timestamp};
use crate::service::Service;

/// An account as JSON.
#[derive(Serialize)]
struct Listed<'a> {
    email: &'a str,
    plan: &'a str,
    /// Unix seconds.
    created: u64,
    disabled: bool,
    /// How many API tokens it has.
    tokens: usize,
    /// Whether it is bound to somebody at a provider of sign-ins.
    provider: bool,
    /// Of which ends of its secrets it is told.
    notify: Vec<&'static str>,
}

impl<'a> Listed<'a> {
    fn of((account, tokens): &'a (Account, usize)) -> Self {
        let Account { email, plan, created, disabled, binding, notify, .. } = account;
        Self {
            email: email.as_str(),
            plan,
            created: created.0,
            disabled: *disabled,
            tokens: *tokens,
            provider: binding.is_some(),
            notify: SecretEnd::ALL
                .into_iter()
                .filter(|end| notify.contain(*end))
                .map(SecretEnd::name)
                .collect(),
        }
    }

    /// How somebody signs in.
    fn ways(&self) -> String {
        let tokens = match self.tokens {
            0 => None,
            1 => Some("token".to_owned()),
            many => Some(format!("{many} tokens")),
        };
        let ways: Vec<_> = tokens.into_iter().chain(self.provider.then(|| "provider".to_owned())).collect();
        if ways.is_empty() { "nothing yet".to_owned() } else { ways.join(", ") }
    }
}

pub(super) async fn run(service: &Service, json: bool) -> anyhow::Result<()> {
    let mut accounts = Vec::new();
    for account in service.accounts().list().await? {
        let tokens = service.accounts().tokens(&account).await?.len();
        accounts.push((account, tokens));
    }
    if json {
        return say::json(&accounts.iter().map(Listed::of).collect::<Vec<_>>());
    }
    let mut lines = String::new();
    for listed in accounts.iter().map(Listed::of) {
        let disabled = if listed.disabled { "  disabled" } else { "" };
        let (email, plan, created) = (listed.email, listed.plan, Timestamp(listed.created));
        let _ = writeln!(lines, "{email}  {plan}  {created}  {}{disabled}", listed.ways());
    }
    say::result(&lines)
}
