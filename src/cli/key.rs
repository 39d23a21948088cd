//! `readonce key …`: the keyring (decisions §5). `generate` touches nothing; the others work on the keyring file.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::keyring_file;
use super::open::open;
use crate::config::{BaseUrl, Loaded};
use crate::domain::{Clock as _, SystemClock, Timestamp};
use crate::vault::{Keyring, RingKey, RootKey};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a fresh key line; touches nothing
    Generate,
    /// Add a fresh key to the keyring file; it only reads until it is rotated to the front
    Add,
    /// Let the newest key write; do this once every instance has it
    Rotate,
    /// List the keys by name, without showing them
    List,
}

/// `key generate`.
pub(super) fn generate() {
    println!("{}", *RingKey::new(RootKey::generate()).to_line());
}

pub(super) fn run(loaded: &Loaded, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Generate => {
            generate();
            Ok(())
        }
        Command::Add => add(loaded),
        Command::Rotate => rotate(loaded),
        Command::List => list(loaded),
    }
}

fn add(loaded: &Loaded) -> anyhow::Result<()> {
    let path = &loaded.settings.keyring_file;
    let ring = in_file(loaded)?.with_added(RootKey::generate())?;
    keyring_file::replace(path, &ring)?;
    let added = ring.keys().last().map(|key| key.id.to_string()).unwrap_or_default();
    eprintln!("added key {added} to {}", path.display());
    eprintln!("hint: give every instance this file and restart it, then `readonce key rotate`");
    Ok(())
}

fn rotate(loaded: &Loaded) -> anyhow::Result<()> {
    let path = &loaded.settings.keyring_file;
    let Some(rotated) = in_file(loaded)?.rotated(SystemClock.now()) else {
        bail!("the keyring `{}` holds one key only\nhint: `readonce key add` first", path.display());
    };
    keyring_file::replace(path, &rotated)?;
    eprintln!("key {} writes from now on", rotated.writer().id);
    // The canary follows, so that a start with the old key alone is refused from now on.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let opened = open(loaded, &BaseUrl::listening_at(loaded.settings.listen)).await?;
        let renewed = opened.service.renew_canary().await;
        opened.service.close().await;
        renewed.context("the keyring is rotated, but the store's canary is not\nhint: `readonce key rotate` is not needed again; restart the server")
    })?;
    eprintln!(
        "hint: restart every instance with this keyring file; keep the old key until what it sealed has ended"
    );
    Ok(())
}

fn list(loaded: &Loaded) -> anyhow::Result<()> {
    let ring = ring(loaded)?;
    for (index, key) in ring.keys().iter().enumerate() {
        let role = if index == 0 { "writes" } else { "reads " };
        println!("{}  {role}{}{}", key.id, told("since", key.since), told("until", key.until));
    }
    Ok(())
}

fn told(word: &str, time: Option<Timestamp>) -> String {
    let Some(Timestamp(seconds)) = time else { return String::new() };
    format!("  {word} {}", humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)))
}

fn in_file(loaded: &Loaded) -> anyhow::Result<Keyring> {
    if std::env::var_os("READONCE_KEYRING").is_some() {
        bail!(
            "`READONCE_KEYRING` holds the keys, so there is no file to change\nhint: change the variable and restart"
        );
    }
    ring(loaded)
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
