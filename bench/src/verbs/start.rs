//! Start-up time to the first response, time from SIGTERM to exit, and idle memory.

use std::time::{Duration, Instant};

use anyhow::ensure;

use super::{bytes, count};
use crate::cli::Bench;
use crate::load::{Connection, fill, median};
use crate::report::{Table, number, text};
use crate::subject::Installation;
use crate::subject::readonce::Readonce;

/// How often, and on how much.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Starts; medians are shown.
    #[arg(long)]
    times: Option<usize>,
    /// Secrets that are stored before.
    #[arg(long)]
    stored: Option<usize>,
}

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let times = bench.or(options.times, 20, 3);
    let stored = options.stored.unwrap_or(0);
    let columns = [
        "on",
        "stored",
        "first 200 ms",
        "slowest first 200 ms",
        "SIGTERM to end ms",
        "slowest end ms",
        "idle RSS MiB",
        "program MB",
    ];
    let mut table = Table::new("Start and stop", &columns);
    for kind in &bench.options.stores {
        eprintln!("start: {}", kind.name());
        let mut installation = Installation::start(bench, *kind, &[])?;
        if stored > 0 {
            fill(&installation.target(), 0, stored, None)?;
        }
        let (mut firsts, mut ends, mut idle) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..times {
            let (started, _) = installation.restart()?;
            installation = started;
            firsts.push(milliseconds(first_answer(&installation.readonce)?));
            idle.push(installation.rss()?);
            let (started, took) = installation.restart()?;
            installation = started;
            ends.push(milliseconds(took));
        }
        let slowest = |all: &[f64]| all.iter().copied().fold(0.0, f64::max);
        table.row(vec![
            text(kind.name()),
            number(count(stored), 0),
            number(median(firsts.iter().copied()), 1),
            number(slowest(&firsts), 1),
            number(median(ends.iter().copied()), 1),
            number(slowest(&ends), 1),
            number(median(idle), 1),
            number(bytes(bench.program.metadata()?.len()) / 1e6, 2),
        ]);
    }
    Ok(vec![table])
}

/// Time from starting the process to the first answer.
fn first_answer(readonce: &Readonce) -> anyhow::Result<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(async {
        let mut connection = Connection::open(readonce.address).await?;
        let status = connection.get("/api/v1/status").await?.status;
        anyhow::Ok(status)
    })?;
    let answered = Instant::now();
    ensure!(status == 200, "the first answer was {status}");
    Ok(answered - readonce.started)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
