//! `readonce restore FILE`: replaces the embedded store by a backup, without what was read since (docs/backup.md).

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::backup::{database, explain};
use super::say::{self, tell};
use super::{clock, keyring_file, progress, trail};
use crate::config::{Loaded, Settings};
use crate::store::sqlite::{Backup, Restore, Restored, SetAside};
use crate::vault::{Keyring, canary_key};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A file that `readonce backup` made
    file: PathBuf,
    /// Keep unread secrets of which nobody knows whether they were read since the backup
    #[arg(long)]
    accept_unconfirmed: bool,
    /// Restore though the present database has secrets or accounts that the backup does not have
    #[arg(long)]
    force: bool,
}

pub(super) fn run(loaded: &Loaded, arguments: &Arguments) -> anyhow::Result<()> {
    super::warn(loaded);
    let into = database(loaded)?;
    let backup = Backup::open(&arguments.file).map_err(explain)?;
    let ring = check_keyring(&backup, &loaded.settings)?;
    let restore = Restore {
        backup: &backup,
        into,
        accept_unconfirmed: arguments.accept_unconfirmed,
        force: arguments.force,
        now: clock::now()?,
    };
    let restored = progress::with_bar("restoring", |progress| restore.run(progress)).map_err(explain)?;
    if let Some(ring) = ring {
        trail::restored(loaded, ring);
    }
    let Restored { counts, aside, accounts_undone } = restored;
    let shown = say::result(&format!(
        "restored   {}\nfrom       {}\nmade       {}\nconfirmed  {}\nended      {}\nrefused    {}\naccepted   {}\n",
        into.display(),
        arguments.file.display(),
        backup.made,
        counts.confirmed,
        counts.ended,
        counts.refused,
        counts.accepted
    ));
    if let Some(SetAside { path, compared }) = aside {
        tell!("the database that was in place is now {}", path.display());
        if !compared {
            tell!("warning: it is damaged, so it could not tell what was read since the backup");
        }
        tell!("hint: it holds secrets that may still be unread: delete it when nothing of it is missed");
    }
    if counts.refused > 0 {
        tell!(
            "warning: nobody knows whether {} secrets were read since, so they were refused",
            counts.refused
        );
        tell!("hint: share them anew; `--accept-unconfirmed` would have kept them (docs/backup.md)");
    }
    if counts.accepted > 0 {
        tell!("warning: {} secrets may be read that were read before: you said so", counts.accepted);
    }
    if accounts_undone > 0 {
        tell!("warning: {accounts_undone} accounts are again as they were: token, plan, disabled or deleted");
        tell!("hint: `readonce account list`; what was disabled or given a new token since, do again");
    }
    // Only now: whoever does not get to see the counts still has to know where the old database is.
    shown
}

/// The keyring. A backup that these keys do not open would leave a server that refuses to start.
fn check_keyring(backup: &Backup, settings: &Settings) -> anyhow::Result<Option<Keyring>> {
    let Some(canary) = &backup.canary else { return keyring_file::find(&settings.keyring_file) };
    let location = keyring_file::location(&settings.keyring_file);
    let Some(ring) = keyring_file::find(&settings.keyring_file)? else {
        let wanted = canary_key(canary).map_or_else(|| "unknown".to_owned(), |key| key.to_string());
        bail!(
            "there is no keyring at `{location}`, and the backup was written under key {wanted}\nhint: put that keyring in place \
             first; nothing was changed"
        );
    };
    if let Err(wrong) = ring.check_canary(canary) {
        bail!(
            "the keyring `{location}` does not belong to this backup: {wrong}\nhint: put the keyring of its time in place first; \
             nothing was changed"
        );
    }
    Ok(Some(ring))
}
