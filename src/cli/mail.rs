//! `readonce mail …`: notifications of the outbox, called emails to operators, that have not been sent yet, or could not be. Works while the server runs.
//!
//! What it shows names the account that shared, who can be told, but no recipient and no link.

use std::fmt::Write as _;

use anyhow::bail;
use clap::Subcommand;
use serde::Serialize;

use super::bootstrap::open;
use super::say::{self, tell};
use crate::config::Loaded;
use crate::domain::NotificationId;
use crate::service::{Listed, Service};
use crate::store::NotificationStatus;

/// Notifications that one call lists. Whoever has more wants to see the first ones.
const MOST: usize = 1000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List emails that have not been sent, oldest first
    List {
        /// One line of JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// Try an email again at once, or all that were given up
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Retry {
        /// As `list` shows it
        #[arg(group = "which")]
        id: Option<String>,
        /// Every email that was given up
        #[arg(long, group = "which")]
        all: bool,
    },
    /// Give an email up; its secret stays
    Drop {
        /// As `list` shows it
        id: String,
    },
}

pub(super) fn run(loaded: &Loaded, command: &Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        super::warn(loaded);
        super::need_store(loaded)?;
        let opened = open(loaded).await?;
        let result = execute(&opened.service, command).await;
        opened.service.maintenance().close().await;
        result
    })
}

async fn execute(service: &Service, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List { json } => list(service, *json).await,
        Command::Retry { id: Some(id), .. } => {
            done(service.outbox().retry(&parse(id)?).await?, id, "is tried again as soon as the server looks")
        }
        Command::Retry { id: None, .. } => {
            match service.outbox().retry_dead().await? {
                0 => tell!("no email was given up"),
                some => tell!("emails that are tried again as soon as the server looks: {some}"),
            }
            Ok(())
        }
        Command::Drop { id } => done(service.outbox().remove(&parse(id)?).await?, id, "is given up"),
    }
}

async fn list(service: &Service, json: bool) -> anyhow::Result<()> {
    let notifications = service.outbox().list(MOST).await?;
    if json {
        return say::json(&notifications.iter().map(Row::of).collect::<Vec<_>>());
    }
    let mut lines = String::new();
    for notification in &notifications {
        let _ = writeln!(lines, "{}", line(notification));
    }
    say::result(&lines)?;
    if notifications.is_empty() {
        tell!("no email is waiting");
    } else if notifications.len() == MOST {
        tell!("there may be more: these are the oldest {MOST}");
    }
    Ok(())
}

/// An email as JSON; times are Unix seconds.
#[derive(Serialize)]
struct Row {
    id: String,
    account: Option<String>,
    shared: u64,
    expires: u64,
    failed: u32,
    /// `null` for one that is dead.
    due: Option<u64>,
    failure: Option<String>,
}

impl Row {
    fn of(Listed { status, account }: &Listed) -> Self {
        Self {
            id: status.id.to_string(),
            account: account.as_ref().map(|account| account.as_str().to_owned()),
            shared: status.created.0,
            expires: status.expires.0,
            failed: status.attempts,
            due: status.due.map(|due| due.0),
            failure: status.failure.map(|failure| failure.to_string()),
        }
    }
}

fn line(Listed { status, account }: &Listed) -> String {
    let NotificationStatus { id, created, expires, attempts, failure, due, sealed: _ } = status;
    let account = account.as_ref().map_or("unknown", |account| account.as_str());
    let state = due.map_or_else(|| "dead".to_owned(), |due| format!("due {due}"));
    let failure = failure.map(|failure| format!("  {failure}")).unwrap_or_default();
    format!("{id}  shared {created} by {account}  expires {expires}  failed {attempts}  {state}{failure}")
}

fn parse(id: &str) -> anyhow::Result<NotificationId> {
    let Ok(id) = id.parse() else { bail!("`{id}` is no email's id\nhint: `readonce mail list` shows them") };
    Ok(id)
}

fn done(done: bool, id: &str, what: &str) -> anyhow::Result<()> {
    if done {
        tell!("email {id} {what}");
        return Ok(());
    }
    bail!(
        "there is no email `{id}`\nhint: it was sent, or its secret is gone; `readonce mail list` shows all"
    )
}
