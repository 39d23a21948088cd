//! `readonce mail …`: notifications of the outbox, called emails to operators, that have not been sent yet, or could not be. Works while the server runs.
//!
//! What it shows names no address and no link: an operator needs neither to see what is wrong.

use std::fmt::Write as _;

use anyhow::bail;
use clap::Subcommand;

use super::bootstrap::open;
use super::say::{self, tell};
use crate::config::Loaded;
use crate::domain::NotificationId;
use crate::service::Service;
use crate::store::NotificationStatus;

/// Notifications that one call lists. Whoever has more wants to see the first ones.
const MOST: usize = 1000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List emails that have not been sent, oldest first
    List,
    /// Try an email again at once
    Retry {
        /// As `list` shows it
        id: String,
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
        Command::List => list(service).await,
        Command::Retry { id } => {
            done(service.outbox().retry(&parse(id)?).await?, id, "is tried again as soon as the server looks")
        }
        Command::Drop { id } => done(service.outbox().remove(&parse(id)?).await?, id, "is given up"),
    }
}

async fn list(service: &Service) -> anyhow::Result<()> {
    let notifications = service.outbox().list(MOST).await?;
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

fn line(notification: &NotificationStatus) -> String {
    let NotificationStatus { id, created, expires, attempts, failure, due } = notification;
    let state = due.map_or_else(|| "dead".to_owned(), |due| format!("due {due}"));
    let failure = failure.map(|failure| format!("  {failure}")).unwrap_or_default();
    format!("{id}  shared {created}  expires {expires}  failed {attempts}  {state}{failure}")
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
