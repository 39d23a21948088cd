//! Latencies while many secrets expire in the same second, beside those before, with the same secrets unexpired.
//!
//! The embedded store sweeps every half minute, so the measurement is longer than that.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::count;
use crate::cli::Bench;
use crate::load::{LoadResult, Supply, Until, Work, drive, fill, median, refused_again};
use crate::report::{Table, number, text};
use crate::subject::{Installation, StoreKind};

/// How many, and how often.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Secrets that expire at once.
    #[arg(long)]
    count: Option<usize>,
    /// Stores filled and watched, one after another; medians are shown.
    #[arg(long)]
    times: Option<usize>,
    /// How long the latencies are watched, in seconds, twice: before, and from a second before the end of the lifetimes.
    #[arg(long)]
    seconds: Option<f64>,
    /// Connections that share, look and read.
    #[arg(long)]
    connections: Option<usize>,
}

/// Settings under which a secret may live as briefly as filling takes.
const SHORT: [(&str, &str); 1] = [("READONCE_SECRETS__TTL_MIN", "1")];
/// Numbers of values far from those that fill.
const OTHERS: u64 = 1 << 40;

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let all = bench.or(options.count, 1_000_000, 2_000);
    let times = bench.or(options.times, 5, 1);
    let length = Duration::from_secs_f64(bench.or(options.seconds, 60.0, 4.0));
    let clients = bench.or(options.connections, 16, 16);
    let columns = [
        "on",
        "secrets",
        "p50 ms, none expire",
        "p50 ms, all expire",
        "p99 ms, none expire",
        "p99 ms, all expire",
        "p99 ratio",
        "slowest ms, none expire",
        "slowest ms, all expire",
        "req/s ratio",
    ];
    let mut table = Table::new("Expiry of all at once (share, metadata and read, mixed)", &columns);
    for kind in &bench.options.stores {
        let (mut staying, mut expiring) = (Vec::new(), Vec::new());
        let mut filling = estimate_filling(bench, *kind, all)?;
        for time in 0..times {
            eprintln!("expire: {}, {} of {times}", kind.name(), time + 1);
            let pair = pair(bench, *kind, all, clients, length, filling)?;
            filling = pair.filling.mul_f64(1.2);
            staying.push(pair.stay);
            expiring.push(pair.expire);
        }
        let mid = |of: &[LoadResult], what: fn(&LoadResult) -> f64| median(of.iter().map(what));
        let ratio = |what: fn(&LoadResult) -> f64| {
            median(staying.iter().zip(&expiring).map(|(stay, expire)| what(expire) / what(stay)))
        };
        let mut row = vec![text(kind.name()), number(count(all), 0)];
        row.extend([number(mid(&staying, p50), 2), number(mid(&expiring, p50), 2)]);
        row.extend([number(mid(&staying, p99), 2), number(mid(&expiring, p99), 2), number(ratio(p99), 2)]);
        row.extend([number(mid(&staying, slowest), 1), number(mid(&expiring, slowest), 1)]);
        row.push(number(ratio(LoadResult::rate), 3));
        table.row(row);
    }
    Ok(vec![table])
}

fn p50(ran: &LoadResult) -> f64 {
    ran.percentile(50)
}

fn p99(ran: &LoadResult) -> f64 {
    ran.percentile(99)
}

fn slowest(ran: &LoadResult) -> f64 {
    ran.percentile(100)
}

/// The two watches of one store.
struct Pair {
    filling: Duration,
    stay: LoadResult,
    expire: LoadResult,
}

/// How long filling may take: twice what the first part of it makes expect, since a store is slower the more it holds.
fn estimate_filling(bench: &Bench, kind: StoreKind, count: usize) -> anyhow::Result<Duration> {
    let part = count.div_ceil(50);
    let installation = Installation::start(bench, kind, &SHORT)?;
    Ok(fill(&installation.target(), 0, part, None)?.elapsed.mul_f64(100.0))
}

/// Fills a store, and watches it twice: while all stay, and from a second before all expire.
fn pair(
    bench: &Bench,
    kind: StoreKind,
    count: usize,
    clients: usize,
    length: Duration,
    filling: Duration,
) -> anyhow::Result<Pair> {
    let installation = Installation::start(bench, kind, &SHORT)?;
    let early = Duration::from_secs(1);
    let end = Instant::now() + filling + length + early * 5;
    let filled = fill(&installation.target(), 0, count, Some(end))?;
    let stay = watch(bench, &installation, OTHERS, clients, length)?;
    let left = end.checked_duration_since(Instant::now() + early);
    ensure!(left.is_some(), "filling took {:?}, so secrets expired before the watch", filled.elapsed);
    sleep(left.unwrap_or_default());
    let expire = watch(bench, &installation, 2 * OTHERS, clients, length)?;
    refused_again(&installation.target(), &filled.made)?;
    Ok(Pair { filling: filled.elapsed, stay, expire })
}

fn watch(
    bench: &Bench,
    installation: &Installation,
    numbers: u64,
    clients: usize,
    length: Duration,
) -> anyhow::Result<LoadResult> {
    let work = Arc::new(Work::Walk(Supply::from(numbers)));
    drive(&installation.target(), clients, bench.options.threads, &Until::Elapsed(length), &work)
}
