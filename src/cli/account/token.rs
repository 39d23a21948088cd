//! `readonce account token`: a new first token, and `add`, `list` and `revoke` for named ones.

use std::fmt::Write as _;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use serde::Serialize;

use super::{Created, enable, no_such};
use crate::cli::client::ttl;
use crate::cli::say::{self, tell};
use crate::domain::{Account, TokenName};
use crate::service::{ListedToken, Service, TokenMade, which_token};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Give an account one more API token, which is shown this once
    Add {
        /// The account's name
        email: String,
        /// What it is for, 60 characters at most
        #[arg(long, default_value = "unnamed")]
        name: String,
        /// How long it is valid, such as 90d; without it, until it is revoked
        #[arg(long, value_name = "TIME", value_parser = valid_for)]
        expires: Option<u64>,
        /// One line of JSON instead of the token alone
        #[arg(long)]
        json: bool,
    },
    /// List an account's API tokens, without showing them
    List {
        /// The account's name
        email: String,
        /// One line of JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// End an API token, and the sessions of its account
    Revoke {
        /// The account's name
        email: String,
        /// The token's id, as `account token list` shows it; the first one's is `default`
        id: String,
    },
}

impl Command {
    /// Whether it shows what is shown once.
    pub(super) fn shows_a_token(&self) -> bool {
        matches!(self, Self::Add { .. })
    }
}

/// A new token as JSON.
#[derive(Serialize)]
struct Made<'a> {
    email: &'a str,
    token: &'a str,
    id: String,
    name: &'a str,
    /// Unix seconds.
    expires: Option<u64>,
}

/// A token as JSON.
#[derive(Serialize)]
struct Listed<'a> {
    id: String,
    name: &'a str,
    /// Unix seconds.
    created: u64,
    /// Unix seconds.
    expires: Option<u64>,
    /// The day of its last use, as `2026-11-29`.
    used: Option<String>,
}

impl<'a> Listed<'a> {
    fn of(token: &'a ListedToken) -> Self {
        Self {
            id: token.known_by(),
            name: &token.name,
            created: token.created.0,
            expires: token.expires.map(|expires| expires.0),
            used: token.used.map(|day| day.to_string()),
        }
    }
}

pub(super) async fn run(service: &Service, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { email, name, expires, json } => add(service, &email, &name, expires, json).await,
        Command::List { email, json } => list(service, &email, json).await,
        Command::Revoke { email, id } => revoke(service, &email, &id).await,
    }
}

/// A new first token in place of the old one.
pub(super) async fn renew(service: &Service, email: &str, json: bool) -> anyhow::Result<()> {
    let account = enabled(service, email).await?;
    let Some(token) = service.accounts().renew_token(email).await? else { return no_such(email) };
    if json {
        let (email, plan) = (account.email.as_str(), account.plan.as_str());
        return say::json(&Created { email, token: token.expose(), plan });
    }
    say::result(&format!("{}\n", token.expose()))
}

async fn add(
    service: &Service,
    email: &str,
    name: &str,
    expires: Option<u64>,
    json: bool,
) -> anyhow::Result<()> {
    let name = TokenName::parse(name).with_context(|| {
        format!("that is no name for a token\nhint: up to {} characters of plain text", TokenName::MOST)
    })?;
    let account = enabled(service, email).await?;
    let (listed, token) = match service.accounts().add_token(&account.id, name, expires).await? {
        TokenMade::Made { listed, token } => (listed, token),
        TokenMade::TooMany => bail!(
            "the account `{email}` has as many tokens as it may have\nhint: `readonce account token list {email}` \
             shows them, and `readonce account token revoke {email} ID` ends one"
        ),
        TokenMade::NoAccount => return no_such(email),
    };
    if !json {
        return say::result(&format!("{}\n", token.expose()));
    }
    let (email, expires) = (account.email.as_str(), listed.expires.map(|expires| expires.0));
    say::json(&Made { email, token: token.expose(), id: listed.known_by(), name: &listed.name, expires })
}

async fn list(service: &Service, email: &str, json: bool) -> anyhow::Result<()> {
    let Some(account) = service.accounts().find(email).await? else { return no_such(email) };
    let tokens = service.accounts().tokens(&account).await?;
    if json {
        return say::json(&tokens.iter().map(Listed::of).collect::<Vec<_>>());
    }
    let mut lines = String::new();
    for token in &tokens {
        let used = token.used.map_or_else(|| "never used".to_owned(), |day| format!("used {day}"));
        let expires = token.expires.map(|expires| format!("  expires {expires}")).unwrap_or_default();
        let _ = writeln!(lines, "{}  {}  {used}{expires}  {}", token.known_by(), token.created, token.name);
    }
    say::result(&lines)
}

async fn revoke(service: &Service, email: &str, id: &str) -> anyhow::Result<()> {
    let Some(account) = service.accounts().find(email).await? else { return no_such(email) };
    let revoked = match which_token(id) {
        Some(token) => service.accounts().revoke_token(&account, token).await?,
        None => false,
    };
    if !revoked {
        bail!(
            "the account `{email}` has no token `{id}`\nhint: `readonce account token list {email}` shows all"
        );
    }
    service.accounts().end_sessions(&account.id).await?;
    tell!("revoked token {id} of {email}, and ended the account's sessions");
    Ok(())
}

/// How long a token is valid, in seconds.
fn valid_for(text: &str) -> Result<u64, String> {
    match ttl::parse_span(text)?.as_secs() {
        0 => Err("a token is valid for a second at least".into()),
        seconds => Ok(seconds),
    }
}

/// The account, unless no token of it would do.
async fn enabled(service: &Service, email: &str) -> anyhow::Result<Account> {
    let Some(account) = service.accounts().find(email).await? else { return no_such(email) };
    if account.disabled {
        bail!("the account `{email}` is disabled, and no token of it would do\nhint: {}", enable(email));
    }
    Ok(account)
}
