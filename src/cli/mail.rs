//! `readonce mail …`: notifications and notices of the outbox, called emails to operators, that have not been sent yet, or could not be.
//! Works while the server runs.
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
use crate::service::{Listed, ListedNotice, Service};
use crate::store::{Notice, NotificationStatus};

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
    let notices = service.outbox().list_notices(MOST - notifications.len()).await?;
    if json {
        let notifications = notifications.iter().map(Row::of);
        return say::json(&notifications.chain(notices.iter().map(Row::of_notice)).collect::<Vec<_>>());
    }
    let mut lines = String::new();
    for line in notifications.iter().map(line).chain(notices.iter().map(line_of_notice)) {
        let _ = writeln!(lines, "{line}");
    }
    say::result(&lines)?;
    if lines.is_empty() {
        tell!("no email is waiting");
    } else if notifications.len() + notices.len() == MOST {
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
    /// What it tells the account of its secret: `read`, `burned`, `expired`. `null` for an email to a recipient.
    tells: Option<&'static str>,
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
            tells: None,
        }
    }

    fn of_notice(ListedNotice { notice, account }: &ListedNotice) -> Self {
        Self {
            id: notice.id.to_string(),
            account: account.as_ref().map(|account| account.as_str().to_owned()),
            shared: notice.created.0,
            expires: notice.until.0,
            failed: notice.attempts,
            due: notice.due.map(|due| due.0),
            failure: notice.failure.map(|failure| failure.to_string()),
            tells: Some(notice.end.name()),
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

fn line_of_notice(ListedNotice { notice, account }: &ListedNotice) -> String {
    let Notice { id, created, until, end, attempts, failure, due, .. } = notice;
    let account = account.as_ref().map_or("unknown", |account| account.as_str());
    let state = due.map_or_else(|| "dead".to_owned(), |due| format!("due {due}"));
    let failure = failure.map(|failure| format!("  {failure}")).unwrap_or_default();
    let tells = end.name();
    format!(
        "{id}  shared {created} by {account}  tells it {tells}  until {until}  failed {attempts}  {state}{failure}"
    )
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
