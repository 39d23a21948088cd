//! `readonce key …`: the keyring (ADR 0031). `generate` touches nothing; the others work on the keyring file.
//!
//! The trap: other instances may have their own file. A key has to be able to open everywhere before it seals anywhere
//! (`add`, then `rotate`), and goes when nothing is left that it sealed (`retire`); in between, people copy the file.

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::bootstrap::open;
use super::{clock, keyring_file};
use crate::cli::say::{self, tell};
use crate::config::Loaded;
use crate::domain::{AuditKind, Clock as _, KeyId, SystemClock};
use crate::fs;
use crate::service::{Reloaded, Service};
use crate::vault::{Keyring, Retirement, RingKey, RootKey};

mod list;

use list::line;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a fresh key line; touches nothing
    Generate,
    /// Add a fresh key to the keyring file; it only reads until it is rotated to the front
    Add,
    /// Make the newest key the active (encrypting) key; run after every instance has loaded it
    Rotate,
    /// List the keys by name, without showing them: since when each writes or no longer does, and when it may go
    List,
    /// Remove a key that no longer writes; refused while something that it sealed may be left
    Retire {
        /// The key's name, as `key list` shows it
        id: String,
        /// Remove it all the same: what is left of it opens nowhere then
        #[arg(long)]
        force: bool,
    },
}

/// How a running instance comes to know a changed file.
const FOLLOWS: &str = "a running instance follows its file by itself within half a minute, or at once on SIGHUP; give other \
                       machines the same file, and restart instances that have `READONCE_KEYRING` or, as the Debian package's \
                       service, a copy that systemd made";

/// `key generate`.
pub(super) fn generate() -> anyhow::Result<()> {
    say::need_stdout("no key was made")?;
    say::result(&format!("{}\n", *RingKey::new(RootKey::generate()).to_line()))
}

pub(super) fn run(loaded: &Loaded, command: &Command) -> anyhow::Result<()> {
    let _alone = match command {
        Command::Add | Command::Rotate | Command::Retire { .. } => {
            let file = &loaded.settings.keyring_file;
            Some(fs::as_owner(file, || fs::lock_folder_of(file)).context("the keyring cannot be locked")?)
        }
        Command::Generate | Command::List => None,
    };
    match command {
        Command::Generate => generate(),
        Command::Add => add(loaded),
        Command::Rotate => rotate(loaded),
        Command::List => list(loaded),
        Command::Retire { id, force } => retire(loaded, id, *force),
    }
}

fn add(loaded: &Loaded) -> anyhow::Result<()> {
    let path = &loaded.settings.keyring_file;
    let ring = in_file(loaded)?.with_added(RootKey::generate(), SystemClock.now())?;
    keyring_file::replace(path, &ring)?;
    let added = ring.keys().last().map(|key| key.id.to_string()).unwrap_or_default();
    tell!("added key {added} to {}", path.display());
    tell!("hint: `readonce key rotate` once every instance has it; {FOLLOWS}");
    Ok(())
}

fn rotate(loaded: &Loaded) -> anyhow::Result<()> {
    let path = &loaded.settings.keyring_file;
    let Some(rotated) = in_file(loaded)?.rotated(clock::now()?) else {
        bail!(
            "no key of `{}` is newer than the one that writes\nhint: `readonce key add` first",
            path.display()
        );
    };
    with_store(loaded, async |service| {
        keyring_file::replace(path, &rotated)?;
        // The canary follows, so that a start with the old key alone is refused from now on.
        let renewed = match service.keys().reload().await {
            Reloaded::Changed => service.keys().renew_canary().await.map_err(anyhow::Error::from),
            _ => Err(anyhow::anyhow!("`{}` could not be read again", path.display())),
        };
        service.maintenance().note(AuditKind::KeyRotated);
        renewed.context(
            "the keyring is rotated, but the store's canary is not\nhint: servers start and work all the same, and `readonce key \
             retire` mends it; do not rotate again",
        )
    })?;
    tell!("key {} writes from now on", rotated.writer().id);
    tell!("hint: {FOLLOWS}");
    tell!("hint: keep the old key until what it sealed has ended: `readonce key list` says when");
    Ok(())
}

fn list(loaded: &Loaded) -> anyhow::Result<()> {
    let ring = ring(loaded)?;
    let lines = ring.keys().iter().map(|key| line(&ring, key, loaded.settings.longest_life()) + "\n");
    say::result(&lines.collect::<String>())
}

fn retire(loaded: &Loaded, id: &str, force: bool) -> anyhow::Result<()> {
    let path = &loaded.settings.keyring_file;
    let ring = in_file(loaded)?;
    let id: Option<KeyId> = id.parse().ok().filter(|id| ring.holds(*id));
    let Some(id) = id else {
        bail!("`{}` has no key of that name\nhint: `readonce key list` shows their names", path.display());
    };
    let retirement = ring.retirement(id, loaded.settings.longest_life());
    may_go(id, retirement, force)?;
    let Some(left) = ring.without(id) else { bail!("key {id} cannot be taken out of the keyring") };
    with_store(loaded, async |service| {
        // A clock that is ahead would retire it early.
        if matches!(retirement, Some(Retirement::From(_))) && !force {
            clock::demand_steady(service.maintenance(), LOSS).await?;
        }
        // Should the canary still be under that key, no server would start without it.
        service
            .keys()
            .renew_canary()
            .await
            .context("the store's canary cannot be renewed; the key is still there")?;
        keyring_file::replace(path, &left)
    })?;
    tell!("key {id} is no longer in {}", path.display());
    tell!("hint: {FOLLOWS}; until then they still open what it sealed");
    Ok(())
}

const LOSS: &str =
    "`--force` retires it all the same; what is left of it opens nowhere then, unless somebody kept the key";

/// Refuses to retire a key too early. The one that writes never goes.
fn may_go(id: KeyId, retirement: Option<Retirement>, force: bool) -> anyhow::Result<()> {
    match retirement {
        None | Some(Retirement::Writes) => bail!(
            "key {id} is the one that writes\nhint: `readonce key add` and `readonce key rotate` put another in its place"
        ),
        Some(Retirement::From(time)) if time > SystemClock.now() && !force => {
            bail!("what key {id} sealed may live until {time}\nhint: wait until then. {LOSS}")
        }
        Some(Retirement::NotNoted) if !force => bail!(
            "nobody noted when key {id} stopped writing, or whether it ever wrote, so it may have sealed what is still unread: \
             only `readonce key add` and `rotate` note that\nhint: {LOSS}"
        ),
        Some(Retirement::NeverWrote | Retirement::From(_) | Retirement::NotNoted) => Ok(()),
    }
}

/// Does something with the service over the store, which has to be there: first of all, so that nothing is half done.
fn with_store(loaded: &Loaded, work: impl AsyncFnOnce(&Service) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let opened = open(loaded).await?;
        let done = work(&opened.service).await;
        opened.service.maintenance().close().await;
        done
    })
}

fn in_file(loaded: &Loaded) -> anyhow::Result<Keyring> {
    if keyring_file::in_variable() {
        bail!(
            "`READONCE_KEYRING` holds the keys, so there is no file to change\nhint: change the variable and restart"
        );
    }
    let found = ring(loaded)?;
    keyring_file::keep(&loaded.settings.keyring_file)?;
    Ok(found)
}

fn ring(loaded: &Loaded) -> anyhow::Result<Keyring> {
    let path = &loaded.settings.keyring_file;
    keyring_file::find(path)?.with_context(|| {
        format!(
            "there is no keyring at `{}`\nhint: `readonce serve` makes one on its first start",
            path.display()
        )
    })
}
