//! Many secrets expire in the same second, while others are shared, looked at and read. Their latencies stand beside those of
//! a run with as many secrets that stay.
//!
//! The embedded store sweeps every half minute, so what is watched is longer than that.

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::count;
use crate::cli::Bench;
use crate::load::{Ran, Supply, Until, Work, drive, fill, median, refused_again};
use crate::report::{Table, number, text};
use crate::subject::{Installation, StoreKind};

/// How many, and how often.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Secrets that expire at once.
    #[arg(long)]
    count: Option<usize>,
    /// Pairs of runs; medians are shown.
    #[arg(long)]
    times: Option<usize>,
    /// How long the latencies are watched, in seconds; it begins a second before the end of the lifetimes.
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
        for time in 0..times {
            eprintln!("expire: {}, {} of {times}", kind.name(), time + 1);
            let (filling, stay) = without(bench, *kind, all, clients, length)?;
            staying.push(stay);
            // As long again, and half of it, and a little.
            let lifetime = filling.mul_f64(1.5) + Duration::from_secs(3);
            expiring.push(with(bench, *kind, all, clients, length, lifetime)?);
        }
        let mid = |of: &[Ran], what: fn(&Ran) -> f64| median(of.iter().map(what));
        let ratio = |what: fn(&Ran) -> f64| {
            median(staying.iter().zip(&expiring).map(|(stay, expire)| what(expire) / what(stay)))
        };
        let mut row = vec![text(kind.name()), number(count(all), 0)];
        row.extend([number(mid(&staying, p50), 2), number(mid(&expiring, p50), 2)]);
        row.extend([number(mid(&staying, p99), 2), number(mid(&expiring, p99), 2), number(ratio(p99), 2)]);
        row.extend([number(mid(&staying, slowest), 1), number(mid(&expiring, slowest), 1)]);
        row.push(number(ratio(Ran::rate), 3));
        table.row(row);
    }
    Ok(vec![table])
}

fn p50(ran: &Ran) -> f64 {
    ran.percentile(50)
}

fn p99(ran: &Ran) -> f64 {
    ran.percentile(99)
}

fn slowest(ran: &Ran) -> f64 {
    ran.percentile(100)
}

/// A run in which nothing expires; how long filling took.
fn without(
    bench: &Bench,
    kind: StoreKind,
    count: usize,
    clients: usize,
    length: Duration,
) -> anyhow::Result<(Duration, Ran)> {
    let installation = Installation::start(bench, kind, &SHORT)?;
    let filled = fill(&installation.target(), 0, count, None)?;
    let ran = watch(bench, &installation, clients, length)?;
    Ok((filled.elapsed, ran))
}

/// A run in which all that was filled expires a second after the watch began.
fn with(
    bench: &Bench,
    kind: StoreKind,
    count: usize,
    clients: usize,
    length: Duration,
    lifetime: Duration,
) -> anyhow::Result<Ran> {
    let installation = Installation::start(bench, kind, &SHORT)?;
    let expiry = Instant::now() + lifetime;
    let filled = fill(&installation.target(), 0, count, Some(expiry))?;
    let early = Duration::from_secs(1);
    let left = expiry.checked_duration_since(Instant::now() + early);
    let left = left.filter(|_| filled.elapsed < lifetime);
    ensure!(left.is_some(), "filling took {:?}, so secrets expired before the watch", filled.elapsed);
    sleep(left.unwrap_or_default());
    let ran = watch(bench, &installation, clients, length)?;
    refused_again(&installation.target(), &filled.made)?;
    Ok(ran)
}

fn watch(
    bench: &Bench,
    installation: &Installation,
    clients: usize,
    length: Duration,
) -> anyhow::Result<Ran> {
    let work = Arc::new(Work::Walk(Supply::from(OTHERS)));
    drive(&installation.target(), clients, bench.options.threads, &Until::Elapsed(length), &work)
}
