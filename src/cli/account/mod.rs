//! `readonce account …`: works before the first `serve`, and while the server runs.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde::Serialize;

use super::bootstrap::open;
use super::say::{self, tell};
use crate::config::Loaded;
use crate::domain::EmailAddress;
use crate::service::Service;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account; its API token is shown this once
    Create {
        /// The account's name
        email: String,
        /// A plan of the configuration
        #[arg(long, default_value = "default", value_name = "NAME")]
        plan: String,
        /// One line of JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// List all accounts
    List,
    /// Give an account a new API token; the old one, and the list of recent shares, end
    Token {
        /// The account's name
        email: String,
    },
    /// Refuse an account from now on
    Disable {
        /// The account's name
        email: String,
    },
    /// Delete an account; its secrets stay until they end
    Delete {
        /// The account's name
        email: String,
    },
}

#[derive(Serialize)]
struct Created<'a> {
    email: &'a str,
    token: &'a str,
    plan: &'a str,
}

pub(super) fn run(loaded: &Loaded, command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        super::warn(loaded);
        if matches!(command, Command::Create { .. } | Command::Token { .. }) {
            say::need_stdout("nothing was made or changed")?;
        }
        // Before anything is made: a mistyped call, or one from another folder, leaves no trace.
        if let Command::Create { email, plan, .. } = &command {
            parse(email)?;
            check_plan(loaded, plan)?;
        } else {
            super::need_store(loaded)?;
        }
        let opened = open(loaded).await?;
        for sentence in &opened.made {
            tell!("{sentence}");
        }
        let result = execute(&opened.service, command).await;
        opened.service.maintenance().close().await;
        result
    })
}

async fn execute(service: &Service, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Create { email, plan, json } => create(service, &email, plan, json).await,
        Command::List => list(service).await,
        Command::Token { email } => {
            let Some(token) = service.accounts().renew_token(&email).await? else { return no_such(&email) };
            say::result(&format!("{}\n", token.expose()))
        }
        Command::Disable { email } => said(service.accounts().disable(&email).await?, &email, "disabled"),
        Command::Delete { email } => said(service.accounts().delete(&email).await?, &email, "deleted"),
    }
}

async fn create(service: &Service, email: &str, plan: String, json: bool) -> anyhow::Result<()> {
    let Some((account, token)) = service.accounts().create(parse(email)?, plan).await? else {
        bail!(
            "there is an account `{email}` already\nhint: `readonce account token {email}` gives it a new token"
        );
    };
    let created = Created { email: account.email.as_str(), token: token.expose(), plan: &account.plan };
    let lost = || {
        format!(
            "the account is there, its token is lost\nhint: `readonce account token {email}` gives it a new one"
        )
    };
    if json {
        say::result(&format!("{}\n", serde_json::to_string(&created)?)).with_context(lost)?;
    } else {
        let text =
            format!("account  {}\nplan     {}\ntoken    {}\n", created.email, created.plan, created.token);
        say::result(&text).with_context(lost)?;
        tell!("the token is shown this once; clients send it as `-u EMAIL:TOKEN`");
    }
    Ok(())
}

async fn list(service: &Service) -> anyhow::Result<()> {
    let mut lines = String::new();
    for account in service.accounts().list().await? {
        let disabled = if account.disabled { "  disabled" } else { "" };
        let _ =
            writeln!(lines, "{}  {}  {}{disabled}", account.email.as_str(), account.plan, account.created);
    }
    say::result(&lines)
}

fn parse(email: &str) -> anyhow::Result<EmailAddress> {
    EmailAddress::parse(email).with_context(|| format!("`{email}` is not an e-mail address"))
}

fn check_plan(loaded: &Loaded, plan: &str) -> anyhow::Result<()> {
    let plans = &loaded.settings.plans;
    if !plans.contains_key(plan) {
        let names: Vec<_> = plans.keys().map(String::as_str).collect();
        bail!(
            "there is no plan `{plan}`\nhint: plans are {}, and `[plans.NAME]` makes another",
            names.join(", ")
        );
    }
    Ok(())
}

fn said(done: bool, email: &str, what: &str) -> anyhow::Result<()> {
    if done {
        tell!("{what} account {email}");
        return Ok(());
    }
    no_such(email)
}

fn no_such(email: &str) -> anyhow::Result<()> {
    bail!("there is no account `{email}`\nhint: `readonce account list` shows all")
}
