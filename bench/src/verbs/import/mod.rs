//! Speed and memory of `readonce import`: the recorded upstream servers of both layouts, multiplied under new keys, in their own
//! redis-server. Every import has to import everything, and one round of the recordings is read afterwards.
//!
//! The import has the cores for itself: the clients wait, and the server beside it is idle.

use std::io::Read as _;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use super::count;
use crate::cli::Bench;
use crate::report::{Table, number, text};
use crate::subject::process::{Process, peak_rss};
use crate::subject::redis::Redis;
use crate::subject::{Appendfsync, Installation};
use filled::{Filled, fill};
use recorded::{Layout, Recordings};

mod filled;
mod read;
mod recorded;
mod seal;

/// How many.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Open secrets that the old server has; those that have ended there come on top, as they were recorded.
    #[arg(long, value_delimiter = ',')]
    count: Vec<usize>,
}

/// Where the old server's secret is written for the import, in the folder it runs in.
const SECRET_FILE: &str = "old-secret";
/// Between two samples of the import's memory; the kernel keeps its peak, but only while it runs.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let counts = match options.count.as_slice() {
        [] => bench.or(None, vec![10_000, 100_000], vec![300]),
        asked => asked.to_vec(),
    };
    let columns = [
        "of",
        "on",
        "secrets",
        "protected",
        "ended receipts",
        "list entries",
        "s",
        "secrets/s",
        "peak RSS MiB",
    ];
    let mut table = Table::new("Moving in from an upstream server", &columns);
    for all in counts {
        for layout in [Layout::Older, Layout::Newer] {
            measure(bench, all, layout, &mut table)?;
        }
    }
    Ok(vec![table])
}

fn measure(bench: &Bench, all: usize, layout: Layout, table: &mut Table) -> anyhow::Result<()> {
    let (recordings, of) = (Recordings::read(layout)?, layout.name());
    eprintln!("import: making {all} of {of}");
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&bench.folder)?;
    let old = Redis::start(folder.path(), Appendfsync::Off)?;
    let filled = fill(&old.url(), &recordings, all)?;
    for kind in &bench.options.stores {
        eprintln!("import: {all} of {of} to {}", kind.name());
        let installation = Installation::start(bench, *kind, &[])?;
        installation.write(SECRET_FILE, recordings.secret())?;
        let ran = import(&installation, &old.url())?;
        check_report(&ran.output, layout, &filled)?;
        read::round(installation.target().address, &recordings, &filled)?;
        let mut row = vec![text(of), text(kind.name()), number(count(filled.open), 0)];
        row.extend([filled.protected, filled.ended, filled.listed].map(|of| number(count(of), 0)));
        row.extend([number(ran.seconds, 1), number(count(filled.open) / ran.seconds, 0)]);
        row.push(number(ran.peak, 1));
        table.row(row);
    }
    Ok(())
}

/// What an import did.
struct Imported {
    output: String,
    seconds: f64,
    /// The most memory that it ever had, in MiB.
    peak: f64,
}

fn import(installation: &Installation, from: &str) -> anyhow::Result<Imported> {
    let mut command = installation.command(&["import", from, "--secret-file", SECRET_FILE]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let started = Instant::now();
    let mut process = Process::spawn(&mut command)?;
    let mut peak = 0.0;
    while !process.has_ended()? {
        peak = peak_rss(process.id()).unwrap_or(peak); // it may have ended meanwhile
        sleep(POLL_INTERVAL);
    }
    let seconds = started.elapsed().as_secs_f64();
    let (mut output, mut errors) = (String::new(), String::new());
    let child = process.child();
    child.stdout.take().context("no stdout")?.read_to_string(&mut output)?;
    child.stderr.take().context("no stderr")?.read_to_string(&mut errors)?;
    ensure!(child.wait()?.success(), "the import failed: {output}{errors}");
    Ok(Imported { output, seconds, peak })
}

/// The report counts what was filled, and nothing that was left behind.
fn check_report(output: &str, layout: Layout, filled: &Filled) -> anyhow::Result<()> {
    let Filled { open, protected, ended, listed, accounts, .. } = filled;
    let legacy = match layout {
        Layout::Older => format!("still sealed as the old server did: {protected}\n"),
        Layout::Newer => "of v0.24 or later\n".to_owned(),
    };
    for line in [
        format!("accounts: {accounts} taken over, 0 here already\n"),
        format!("entries of recent lists: {listed} taken over, 0 here already\n"),
        format!("\nsecrets: {open} taken over, 0 here already\n"),
        format!("ended receipts: {ended} taken over, 0 here already\n"),
        legacy,
    ] {
        ensure!(output.contains(&line), "`{}` is not in the report:\n{output}", line.trim());
    }
    ensure!(!output.contains("NOT TAKEN OVER"), "something was left behind:\n{output}");
    Ok(())
}
