//! `readonce audit verify FILE…`: whether a trail is as it was written (docs/audit.md).

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Subcommand;

use super::{keyring_file, say, store};
use crate::audit::{Fault, verify};
use crate::config::Loaded;
use crate::domain::Timestamp;
use crate::domain::text::hex;

/// Faults that are shown one by one.
const SHOWN: usize = 20;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Verify a trail: each line against the one before, each writer's last one against the store
    Verify {
        /// The files of the trail, from the oldest to the newest
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Unix seconds: writers whose last line is older may be missing, in files that were thrown away
        #[arg(long, value_name = "SECONDS")]
        since: Option<u64>,
    },
}

pub(super) fn run(loaded: &Loaded, command: &Command) -> anyhow::Result<()> {
    let Command::Verify { files, since } = command;
    super::warn(loaded);
    super::need_store(loaded)?;
    let location = keyring_file::location(&loaded.settings.keyring_file);
    let ring = keyring_file::find(&loaded.settings.keyring_file)?.with_context(|| {
        format!("there is no keyring at `{location}`\nhint: a trail is checked with the keys of its server")
    })?;
    let mut text = String::new();
    for file in files {
        // Whoever changes bytes may leave what is no text: such a line is none.
        let bytes = fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        text.push_str(&String::from_utf8_lossy(&bytes));
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut heads = runtime.block_on(async {
        let store = store::open_as_it_is(&loaded.settings).await?;
        let heads = store.audit_heads().await;
        store.close().await;
        heads.context("cannot read from the store")
    })?;
    heads.retain(|head| since.is_none_or(|since| head.at >= Timestamp(since)));
    let verified = verify(text.lines(), &ring, &heads);
    let mut told = format!("lines   {}\nfaults  {}\n", verified.lines, verified.faults.len());
    if verified.beyond > 0 {
        let _ = writeln!(told, "beyond  {} (written after the store was told last)", verified.beyond);
    }
    for fault in verified.faults.iter().take(SHOWN) {
        let _ = writeln!(told, "{}", in_words(fault));
    }
    if verified.faults.len() > SHOWN {
        let _ = writeln!(told, "and {} more", verified.faults.len() - SHOWN);
    }
    say::result(&told)?;
    if verified.faults.is_empty() {
        return Ok(());
    }
    bail!(
        "the trail is not as it was written\nhint: give all its files, the oldest first; `--since` where the oldest were thrown away. \
         docs/audit.md tells what each fault can come from"
    )
}

fn in_words(fault: &Fault) -> String {
    match fault {
        Fault::Unreadable { line } => {
            format!("line {line}: no line of a trail: changed, or torn when it was written")
        }
        Fault::Changed { line } => {
            format!("line {line}: does not fit the one before: it, or that one, was changed")
        }
        Fault::Missing { line, lines } => {
            format!("line {line}: {lines} lines of its writer are missing before it")
        }
        Fault::OutOfOrder { line } => {
            format!("line {line}: stands behind a later one of its writer, or twice")
        }
        Fault::UnknownKey { line, kid } => {
            format!("line {line}: written under key {kid}, which the keyring does not have")
        }
        Fault::CutOff { writer, lines } => {
            format!("writer {}: the store knows of {lines} lines more than there are", hex(&writer.0))
        }
        Fault::OtherHead { writer } => {
            format!("writer {}: the store knows another last line", hex(&writer.0))
        }
    }
}
