//! `readonce account list`.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::say;
use crate::domain::Account;
use crate::service::Service;

/// An account as JSON.
#[derive(Serialize)]
struct Listed<'a> {
    email: &'a str,
    plan: &'a str,
    /// Unix seconds.
    created: u64,
    disabled: bool,
}

impl<'a> Listed<'a> {
    fn of(account: &'a Account) -> Self {
        let Account { email, plan, created, disabled, .. } = account;
        Self { email: email.as_str(), plan, created: created.0, disabled: *disabled }
    }
}

pub(super) async fn run(service: &Service, json: bool) -> anyhow::Result<()> {
    let accounts = service.accounts().list().await?;
    if json {
        return say::json(&accounts.iter().map(Listed::of).collect::<Vec<_>>());
    }
    let mut lines = String::new();
    for account in accounts {
        let disabled = if account.disabled { "  disabled" } else { "" };
        let _ =
            writeln!(lines, "{}  {}  {}{disabled}", account.email.as_str(), account.plan, account.created);
    }
    say::result(&lines)
}
