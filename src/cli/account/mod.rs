//! `readonce account …`: works before the first `serve`, and while the server runs.

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde::Serialize;

use super::bootstrap::open;
use super::say::{self, tell};
use crate::config::Loaded;
use crate::domain::{EmailAddress, SecretEnds};
use crate::service::Service;

mod delete;
mod list;
mod set;
mod token;

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
    List {
        /// One line of JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Give an account a new API token in place of its first one, which ends; or add, list and revoke others
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Token {
        #[command(subcommand)]
        command: Option<token::Command>,
        /// The account's name
        #[arg(required = true)]
        email: Option<String>,
        /// One line of JSON instead of the token alone
        #[arg(long)]
        json: bool,
    },
    /// Change what is set for an account
    Set {
        /// The account's name
        email: String,
        /// Of which ends of its secrets it is told by email: `read`, `burned` and `expired`, parted by commas, or `none`
        #[arg(long, value_name = "ENDS", value_parser = ends)]
        notify: SecretEnds,
    },
    /// Forget who an account is at a provider of sign-ins, and end its sessions; the next sign-in binds it anew
    Unbind {
        /// The account's name
        email: String,
    },
    /// Refuse an account from now on; its emails that wait are not sent
    Disable {
        /// The account's name
        email: String,
    },
    /// Accept a disabled account again, with the token it had
    Enable {
        /// The account's name
        email: String,
    },
    /// Delete an account; its emails that wait are not sent, its secrets stay until they end
    Delete {
        /// The account's name
        email: String,
        /// Destroy its unread secrets first
        #[arg(long)]
        burn: bool,
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
        let shows_a_token = match &command {
            Command::Create { .. } => true,
            Command::Token { command, .. } => command.as_ref().is_none_or(token::Command::shows_a_token),
            _ => false,
        };
        if shows_a_token {
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
        let mails = loaded.settings.smtp.url.is_some();
        let result = execute(&opened.service, command, mails).await;
        opened.service.maintenance().close().await;
        result
    })
}

async fn execute(service: &Service, command: Command, mails: bool) -> anyhow::Result<()> {
    match command {
        Command::Create { email, plan, json } => create(service, &email, plan, json).await,
        Command::List { json } => list::run(service, json).await,
        Command::Token { command: Some(command), .. } => token::run(service, command).await,
        Command::Token { command: None, email, json } => {
            token::renew(service, &email.unwrap_or_default(), json).await
        }
        Command::Set { email, notify } => set::run(service, &email, notify, mails).await,
        Command::Unbind { email } => unbind(service, &email).await,
        Command::Disable { email } => said(service.accounts().disable(&email).await?, &email, "disabled"),
        Command::Enable { email } => said(service.accounts().enable(&email).await?, &email, "enabled"),
        Command::Delete { email, burn } => delete::run(service, &email, burn).await,
    }
}

async fn create(service: &Service, email: &str, plan: String, json: bool) -> anyhow::Result<()> {
    let Some((account, token)) = service.accounts().create(parse(email)?, plan).await? else {
        let disabled = service.accounts().find(email).await?.is_some_and(|account| account.disabled);
        let (is, hint) = if disabled { (", and it is disabled", enable(email)) } else { ("", renew(email)) };
        bail!("there is an account `{email}` already{is}\nhint: {hint}");
    };
    let created = Created { email: account.email.as_str(), token: token.expose(), plan: &account.plan };
    let lost = || {
        format!(
            "the account is there, its token is lost\nhint: `readonce account token {email}` gives it a new one"
        )
    };
    if json {
        say::json(&created).with_context(lost)?;
    } else {
        let text =
            format!("account  {}\nplan     {}\ntoken    {}\n", created.email, created.plan, created.token);
        say::result(&text).with_context(lost)?;
        tell!("the token is shown this once; clients send it as `-u EMAIL:TOKEN`");
    }
    Ok(())
}

async fn unbind(service: &Service, email: &str) -> anyhow::Result<()> {
    let Some(account) = service.accounts().find(email).await? else { return no_such(email) };
    if !service.accounts().unbind(&account).await? {
        bail!(
            "the account `{email}` is bound to nobody\nhint: `readonce account list` says who signs in by a provider"
        );
    }
    tell!("unbound account {email}, and ended its sessions");
    Ok(())
}

fn renew(email: &str) -> String {
    format!("`readonce account token {email}` gives it a new token")
}

fn enable(email: &str) -> String {
    format!("`readonce account enable {email}` accepts it again, with the token it had")
}

fn ends(text: &str) -> Result<SecretEnds, String> {
    SecretEnds::parse(text).ok_or_else(|| {
        "one of `read`, `burned` and `expired`, or several parted by commas, or `none`".to_owned()
    })
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

fn no_such<T>(email: &str) -> anyhow::Result<T> {
    bail!("there is no account `{email}`\nhint: `readonce account list` shows all")
}
