//! A readonce server with a new store, in its own folder.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

use super::process::rss;
use super::readonce::{Readonce, without_settings};
use super::redis::Redis;
use super::{StoreKind, Target};
use crate::cli::Bench;

/// A server, and the store behind it. Fields are dropped in this order.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) readonce: Readonce,
    redis: Option<Redis>,
    home: TempDir,
    program: PathBuf,
    settings: Vec<(String, String)>,
}

impl Installation {
    /// Starts all of it, with these settings besides the usual ones.
    pub(crate) fn start(bench: &Bench, kind: StoreKind, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        Self::of(&bench.program, bench, kind, settings)
    }

    /// The same, of another program than the one that is measured.
    pub(crate) fn of(
        program: &Path,
        bench: &Bench,
        kind: StoreKind,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let home = tempfile::Builder::new().prefix("bench-").tempdir_in(&bench.folder)?;
        let mut settings: Vec<_> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let redis = match kind {
            StoreKind::Sqlite => None,
            StoreKind::Redis => {
                let redis = Redis::start(home.path(), bench.options.appendfsync)?;
                settings.push(("READONCE_STORE".to_owned(), redis.url()));
                settings.push(("READONCE_KEYRING_FILE".to_owned(), make_keyring(program, home.path())?));
                Some(redis)
            }
        };
        let readonce = serve(program, home.path(), &settings)?;
        Ok(Self { readonce, redis, home, program: program.to_owned(), settings })
    }

    /// One more server on the same store with the same keys.
    pub(crate) fn another_server(&self) -> anyhow::Result<Readonce> {
        serve(&self.program, self.home.path(), &self.settings)
    }

    /// Another command of the program, on the same store with the same keys.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.home.path());
        without_settings(&mut command);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Writes a file into the folder that commands run in.
    pub(crate) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        Ok(std::fs::write(self.home.path().join(name), text)?)
    }

    /// Stops the server and starts it again on what is stored; how long stopping took.
    pub(crate) fn restart(self) -> anyhow::Result<(Self, std::time::Duration)> {
        let took = self.readonce.stop()?;
        let readonce = serve(&self.program, self.home.path(), &self.settings)?;
        Ok((Self { readonce, ..self }, took))
    }

    pub(crate) fn target(&self) -> Target {
        Target {
            address: self.readonce.address,
            server: self.readonce.id(),
            store: self.redis.as_ref().map(Redis::id),
        }
    }

    /// The server's memory, in MiB.
    pub(crate) fn rss(&self) -> anyhow::Result<f64> {
        rss(self.readonce.id())
    }

    /// Bytes that the store takes: in memory for Redis, on disk for SQLite with its journal.
    pub(crate) fn stored_bytes(&self) -> anyhow::Result<u64> {
        match &self.redis {
            Some(redis) => redis.used_memory(),
            None => folder_size(&self.home.path().join("data")),
        }
    }
}

/// Every instance on a shared store is given the same keyring, so readonce makes none there by itself.
fn make_keyring(program: &Path, home: &Path) -> anyhow::Result<String> {
    let file = home.join("readonce.keys");
    let file_name = file.to_str().context("the folder's name is no text")?.to_owned();
    let made = Command::new(program).args(["key", "generate"]).current_dir(home).output()?;
    ensure!(made.status.success(), "`readonce key generate` failed");
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(&made.stdout)?;
    Ok(file_name)
}

fn serve(program: &Path, home: &Path, settings: &[(String, String)]) -> anyhow::Result<Readonce> {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Readonce::start(program, home, &settings)
}

fn folder_size(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        sum += entry?.metadata()?.len();
    }
    Ok(sum)
}
