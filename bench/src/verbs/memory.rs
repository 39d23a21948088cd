//! Memory: what one stored secret of 100 bytes takes in the store, and the RSS of the server after many.
//!
//! For Redis, its memory for all data; for SQLite, the size of its files after a stop, when the WAL is empty.

use super::{bytes, count};
use crate::cli::Bench;
use crate::load::{fill, read_all};
use crate::report::{Table, number, text};
use crate::subject::Installation;

/// How many.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Secrets that are stored.
    #[arg(long)]
    count: Option<usize>,
}

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let all = bench.or(options.count, 100_000, 5_000);
    let columns = [
        "on",
        "secrets",
        "bytes each, unread",
        "bytes each, once read",
        "idle RSS MiB",
        "RSS MiB, all stored",
        "RSS MiB, all read",
    ];
    let mut table = Table::new("Memory", &columns);
    for kind in &bench.options.stores {
        eprintln!("memory: {}", kind.name());
        let installation = Installation::start(bench, *kind, &[])?;
        let idle = installation.rss()?;
        // Tables, scripts and connections are there already, so that only secrets are counted.
        let warm = fill(&installation.target(), 0, 64, None)?.made;
        read_all(&installation.target(), warm)?;
        let (installation, _) = installation.restart()?;
        let empty = installation.stored_bytes()?;
        let made = fill(&installation.target(), 64, all, None)?.made;
        let stored_rss = installation.rss()?;
        let (installation, _) = installation.restart()?;
        let stored = installation.stored_bytes()?;
        read_all(&installation.target(), made)?;
        let read_rss = installation.rss()?;
        let (installation, _) = installation.restart()?;
        let read = installation.stored_bytes()?;
        let each = |now: u64| bytes(now.saturating_sub(empty)) / count(all);
        table.row(vec![
            text(kind.name()),
            number(count(all), 0),
            number(each(stored), 0),
            number(each(read), 0),
            number(idle, 1),
            number(stored_rss, 1),
            number(read_rss, 1),
        ]);
    }
    Ok(vec![table])
}
