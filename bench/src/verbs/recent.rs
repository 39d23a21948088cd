//! Latencies of metadata while one account asks for its list of recent shares in a loop, and the server's memory before
//! and afterwards. A list is a thousand receipts; most of this one's entries are of receipts that are gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::count;
use crate::cli::Bench;
use crate::load::{LoadResult, Stock, Supply, Until, Work, drive, fill, median};
use crate::report::{Table, number, text};
use crate::subject::{Installation, Target};

/// Clients that fill the list.
const CLIENTS: usize = 64;
/// The lifetime of what is gone, in seconds, and how long its receipt lives.
const SHORT: (u32, Duration) = (1, Duration::from_secs(3));

/// How many, and how long.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Connections on which the account asks for its list.
    #[arg(long)]
    callers: Option<usize>,
    /// Entries of the list whose receipts are there.
    #[arg(long)]
    there: Option<usize>,
    /// Newer entries, whose receipts are gone.
    #[arg(long)]
    gone: Option<usize>,
    /// Connections that ask for metadata of others' secrets.
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
    let callers = bench.or(options.callers, 64, 8);
    let (there, gone) = (bench.or(options.there, 1_000, 100), bench.or(options.gone, 9_000, 200));
    let clients = bench.or(options.connections, 16, 4);
    let rounds = bench.or(options.rounds, 5, 1);
    let length = Duration::from_secs_f64(bench.or(options.seconds, 5.0, 0.5));
    let columns = [
        "on",
        "callers",
        "p50 ms, alone",
        "p50 ms, beside them",
        "p99 ms, alone",
        "p99 ms, beside them",
        "slowest ms, beside them",
        "lists/s",
        "RSS MiB before",
        "RSS MiB beside them",
        "RSS MiB afterwards",
    ];
    let mut table = Table::new("Metadata beside an account that asks for its list in a loop", &columns);
    for kind in &bench.options.stores {
        eprintln!("recent: {}", kind.name());
        let installation = Installation::start(bench, *kind, &[("READONCE_SECRETS__TTL_MIN", "1")])?;
        let target = installation.target();
        let who = account(&installation)?;
        let secrets = Arc::new(fill(&target, 0, 1_000, None)?.made);
        list(&target, &who, there, 3600)?;
        list(&target, &who, gone, SHORT.0)?;
        thread::sleep(SHORT.1);
        let measure = || {
            let work = Arc::new(Work::Metadata(Stock::endless(Arc::clone(&secrets))));
            drive(&target, clients, bench.options.threads, &Until::Elapsed(length), &work)
        };
        let (mut alone, mut beside, mut lists) = (Vec::new(), Vec::new(), Vec::new());
        measure()?;
        let before = installation.rss()?;
        for _ in 0..rounds {
            alone.push(measure()?);
            let (measured, asked) = while_asking(&target, &who, callers, measure)?;
            beside.push(measured);
            lists.push(asked.rate());
        }
        let during = installation.rss()?;
        thread::sleep(Duration::from_secs(1));
        let mid =
            |of: &[LoadResult], percent| median(of.iter().map(|ran: &LoadResult| ran.percentile(percent)));
        table.row(vec![
            text(kind.name()),
            number(count(callers), 0),
            number(mid(&alone, 50), 2),
            number(mid(&beside, 50), 2),
            number(mid(&alone, 99), 2),
            number(mid(&beside, 99), 2),
            number(mid(&beside, 100), 1),
            number(median(lists), 0),
            number(before, 1),
            number(during, 1),
            number(installation.rss()?, 1),
        ]);
    }
    Ok(vec![table])
}

/// Makes an account; its credentials as a header has them.
pub(super) fn account(installation: &Installation) -> anyhow::Result<Arc<str>> {
    let made = installation.command(&["account", "create", "bench@example.org", "--json"]).output()?;
    ensure!(made.status.success(), "no account: {}", String::from_utf8_lossy(&made.stderr));
    let made: serde_json::Value = serde_json::from_slice(&made.stdout)?;
    let token = made["token"].as_str().context("an account without a token")?;
    Ok(format!("Basic {}", STANDARD.encode(format!("bench@example.org:{token}"))).into())
}

fn list(target: &Target, who: &Arc<str>, count: usize, ttl: u32) -> anyhow::Result<()> {
    let work = Work::ShareAs { supply: Supply::of(1 << 41, count), who: Arc::clone(who), ttl, to: "" };
    let ran = drive(target, CLIENTS, 1, &Until::Done, &Arc::new(work))?;
    ensure!(ran.requests() == count, "{} of {count} were listed", ran.requests());
    Ok(())
}

fn while_asking(
    target: &Target,
    who: &Arc<str>,
    callers: usize,
    measure: impl Fn() -> anyhow::Result<LoadResult>,
) -> anyhow::Result<(LoadResult, LoadResult)> {
    let stop = Arc::new(AtomicBool::new(false));
    thread::scope(|scope| {
        let (until, work) = (Until::Stopped(Arc::clone(&stop)), Arc::new(Work::Recent(Arc::clone(who))));
        let asking = scope.spawn(move || drive(target, callers, 1, &until, &work));
        let measured = measure();
        stop.store(true, Ordering::Relaxed);
        let asked = asking.join().map_err(|_| anyhow!("a client panicked"))??;
        Ok((measured?, asked))
    })
}
