//! Latencies of metadata while shares with a passphrase are in flight. bcrypt takes a whole core for a long time;
//! requests that do not need it must not wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;

use super::count;
use crate::cli::Bench;
use crate::load::{LoadResult, Stock, Supply, Until, Work, drive, fill, median};
use crate::report::{Table, number, text};
use crate::subject::{Installation, Target};

/// How long, and how many.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Shares with a passphrase that are in flight.
    #[arg(long)]
    shares: Option<usize>,
    /// Connections that ask for metadata.
    #[arg(long)]
    connections: Option<usize>,
    /// Pairs of runs; medians are shown.
    #[arg(long)]
    rounds: Option<usize>,
    /// Length of one run, in seconds.
    #[arg(long)]
    seconds: Option<f64>,
}

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let shares = bench.or(options.shares, 8, 8);
    let clients = bench.or(options.connections, 16, 16);
    let rounds = bench.or(options.rounds, 5, 1);
    let length = Duration::from_secs_f64(bench.or(options.seconds, 5.0, 0.5));
    let columns = [
        "on",
        "connections",
        "shares in flight",
        "p50 ms, alone",
        "p50 ms, beside them",
        "p99 ms, alone",
        "p99 ms, beside them",
        "slowest ms, beside them",
        "req/s, alone",
        "req/s, beside them",
    ];
    let mut table =
        Table::new("Metadata beside shares with a passphrase (bcrypt at the default cost)", &columns);
    for kind in &bench.options.stores {
        let installation = Installation::start(bench, *kind, &[])?;
        let target = installation.target();
        let secrets = Arc::new(fill(&target, 0, 1_000, None)?.made);
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            eprintln!("stall: {}, {} of {rounds}", kind.name(), round + 1);
            let measure = || {
                let work = Arc::new(Work::Metadata(Stock::endless(Arc::clone(&secrets))));
                drive(&target, clients, bench.options.threads, &Until::Elapsed(length), &work)
            };
            alone.push(measure()?);
            beside.push(while_sharing(&target, shares, measure)?);
        }
        let mid =
            |of: &[LoadResult], percent| median(of.iter().map(|ran: &LoadResult| ran.percentile(percent)));
        table.row(vec![
            text(kind.name()),
            number(count(clients), 0),
            number(count(shares), 0),
            number(mid(&alone, 50), 2),
            number(mid(&beside, 50), 2),
            number(mid(&alone, 99), 2),
            number(mid(&beside, 99), 2),
            number(mid(&beside, 100), 1),
            number(median(alone.iter().map(LoadResult::rate)), 0),
            number(median(beside.iter().map(LoadResult::rate)), 0),
        ]);
    }
    Ok(vec![table])
}

fn while_sharing(
    target: &Target,
    shares: usize,
    measure: impl Fn() -> anyhow::Result<LoadResult>,
) -> anyhow::Result<LoadResult> {
    let stop = Arc::new(AtomicBool::new(false));
    thread::scope(|scope| {
        let until = Until::Stopped(Arc::clone(&stop));
        let sharing = scope.spawn(move || {
            drive(target, shares, 1, &until, &Arc::new(Work::ShareLocked(Supply::from(1 << 40))))
        });
        let measured = measure();
        stop.store(true, Ordering::Relaxed);
        sharing.join().map_err(|_| anyhow!("a client panicked"))??;
        measured
    })
}
