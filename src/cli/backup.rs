//! `readonce backup FILE`: an online backup of the embedded store.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::say::{self, tell};
use super::{progress, what_and_hint};
use crate::config::Loaded;
use crate::domain::{Clock as _, SystemClock};
use crate::store::sqlite::{self, BackedUp, CopyError, OpenError};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The file to make; its folder has to be there
    file: PathBuf,
    /// Replace an older backup of that name; nothing else is ever replaced
    #[arg(long)]
    force: bool,
    /// Say nothing but warnings and errors, for cron
    #[arg(short, long)]
    quiet: bool,
}

pub(super) fn run(loaded: &Loaded, arguments: &Arguments) -> anyhow::Result<()> {
    super::warn(loaded);
    let database = database(loaded)?;
    if !database.exists() {
        bail!(
            "there is no store at `{}`\nhint: run this in the server's folder, or name the server's `--store` or `--config`",
            database.display()
        );
    }
    let Arguments { file, force, quiet } = arguments;
    let made = progress::with_bar("copying", |progress| {
        sqlite::back_up(database, file, *force, SystemClock.now(), progress)
    });
    let BackedUp { made, unread, accounts, bytes } = made.map_err(explain)?;
    if *quiet {
        return Ok(());
    }
    say::result(&format!(
        "backup    {}\nmade      {made}\nunread    {unread}\naccounts  {accounts}\nbytes     {bytes}\n",
        file.display()
    ))?;
    tell!("hint: keep it no longer than secrets live, and apart from the keyring, which is not in it");
    Ok(())
}

/// The embedded store's file.
pub(super) fn database(loaded: &Loaded) -> anyhow::Result<&Path> {
    loaded.settings.store.url.sqlite_path().context(
        "the store is Redis, and backups of Redis are Redis' own\nhint: docs/backup.md tells how, and what a restored one brings \
         back",
    )
}

/// An error with what to do about it.
pub(super) fn explain(error: CopyError) -> anyhow::Error {
    let hint = match &error {
        CopyError::Open(OpenError::NewerSchema { .. }) => {
            "run the version that wrote it, or a newer one; docs/upgrading.md tells how to go back"
        }
        CopyError::Open(_) => "is it the server's database, and may this user read and write it?",
        CopyError::Exists { .. } => {
            "choose another name; `backup --force` replaces an older backup, and nothing else"
        }
        CopyError::File { .. } => {
            "the folder has to be there, and this user has to be allowed to write there"
        }
        CopyError::Copy { .. } => {
            "is the disk full? `df` tells; a backup takes as much room as the database, a restore the same again"
        }
        CopyError::Foreign { .. } => "name a file that `readonce backup` made",
        CopyError::NoCopy { .. } => {
            "`readonce --store sqlite:THAT_FILE backup OTHER_FILE` makes a backup of it, once no server uses it"
        }
        CopyError::Damaged { .. } => "use another one; nothing was changed",
        CopyError::InUse { .. } => "stop every server on this store first; nothing was changed",
        CopyError::AnothersDatabase { .. } => "is `store` right? nothing was changed",
        CopyError::WouldLose { .. } => {
            "`--force` restores all the same; the present database is kept beside the new one. Nothing was changed"
        }
        CopyError::Restore { .. } => "may this user read and write it, and is there room on the disk?",
    };
    let (what, _) = what_and_hint(&anyhow::Error::new(error));
    anyhow::anyhow!("{what}\nhint: {hint}")
}
