//! The same load with more and more secrets stored. All were shared over HTTP, and requests pick from all of them, not
//! from the newest, which every cache would have.

use std::sync::Arc;
use std::time::Duration;

use super::{bytes, count};
use crate::cli::Bench;
use crate::load::{LoadResult, Stock, Stored, Supply, Until, Work, drive, fill};
use crate::report::{Cell, Table, number, optional, text};
use crate::subject::{Installation, StoreKind, Target};

const CLIENTS: usize = 64;
/// The clients remember at most about this many: 10 million would take 700 MB of the memory they share with the server.
const REMEMBERED: usize = 1_000_000;
const OPERATIONS: [&str; 4] = ["ping", "share", "metadata", "read"];

/// How far.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Secrets stored at last; on the way 1,000, and every hundredfold of it.
    #[arg(long)]
    to: Option<usize>,
    /// Length of one piece of load, in seconds.
    #[arg(long)]
    seconds: Option<f64>,
}

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let to = bench.or(options.to, 1_000_000, 5_000);
    let length = Duration::from_secs_f64(bench.or(options.seconds, 3.0, 0.3));
    let columns = [
        "on",
        "stored",
        "operation",
        "req/s",
        "/ same with 1,000 stored",
        "/ ping",
        "p50 ms",
        "p99 ms",
        "server µs/req",
        "store µs/req",
        "RSS MiB",
        "store MiB",
    ];
    let mut table = Table::new("Growth, 64 connections", &columns);
    for kind in &bench.options.stores {
        let mut grown = Grown::new(bench, *kind, to)?;
        let mut first: Option<Vec<f64>> = None;
        let mut stages: Vec<usize> = [1_000, 100_000, 1_000_000].into_iter().filter(|s| *s < to).collect();
        stages.push(to);
        for stage in stages {
            eprintln!("grow: {} to {stage}", kind.name());
            grown.fill(stage)?;
            let ran = grown.measure(bench, length)?;
            let rates: Vec<f64> = ran.iter().map(LoadResult::rate).collect();
            let (rss, store) = (grown.installation.rss()?, bytes(grown.installation.stored_bytes()?));
            for (index, ran) in ran.iter().enumerate() {
                let before = first.as_ref().map_or(rates[index], |first| first[index]);
                let mut row: Vec<Cell> = vec![
                    text(kind.name()),
                    number(count(stage), 0),
                    text(OPERATIONS[index]),
                    number(rates[index], 0),
                    number(rates[index] / before, 3),
                    number(rates[index] / rates[0], 3),
                ];
                row.extend([number(ran.percentile(50), 2), number(ran.percentile(99), 2)]);
                row.extend([number(ran.server_micros(), 1), optional(ran.store_micros(), 1)]);
                row.extend([number(rss, 1), number(store / 1_048_576.0, 1)]);
                table.row(row);
            }
            first.get_or_insert(rates);
        }
    }
    Ok(vec![table])
}

/// An installation that fills.
struct Grown {
    installation: Installation,
    numbers: u64,
    stored: usize,
    /// One in so many is remembered.
    one_in: usize,
    remembered: Vec<Stored>,
}

impl Grown {
    fn new(bench: &Bench, kind: StoreKind, to: usize) -> anyhow::Result<Self> {
        let installation = Installation::start(bench, kind, &[])?;
        let one_in = to.div_ceil(REMEMBERED).max(1);
        Ok(Self { installation, numbers: 0, stored: 0, one_in, remembered: Vec::new() })
    }

    fn target(&self) -> Target {
        self.installation.target()
    }

    /// Shares until `count` are stored, in portions that the clients can remember.
    fn fill(&mut self, count: usize) -> anyhow::Result<()> {
        while self.stored < count {
            let portion = (count - self.stored).min(100_000);
            let made = fill(&self.target(), self.numbers, portion, None)?.made;
            self.numbers += portion as u64;
            self.stored += portion;
            let one_in = if count <= 1_000 { 1 } else { self.one_in };
            self.remembered.extend(made.into_iter().step_by(one_in));
        }
        Ok(())
    }

    /// Ping, share, metadata, read. Afterwards about as many are stored as before.
    fn measure(&mut self, bench: &Bench, length: Duration) -> anyhow::Result<Vec<LoadResult>> {
        let target = self.target();
        let until = Until::Elapsed(length);
        let go = |work: &Arc<Work>| drive(&target, CLIENTS, bench.options.threads, &until, work);
        let ping = go(&Arc::new(Work::Ping))?;
        let mut share = go(&Arc::new(Work::Share(Supply::from(self.numbers))))?;
        self.numbers += (share.requests() + CLIENTS) as u64;
        self.remembered.append(&mut share.made);
        let all = Arc::new(std::mem::take(&mut self.remembered));
        let metadata = go(&Arc::new(Work::Metadata(Stock::endless(Arc::clone(&all)))))?;
        let work = Arc::new(Work::Read(Stock::once(all)));
        let read = go(&work)?;
        if let Work::Read(stock) = &*work {
            self.remembered = stock.split().1;
        }
        self.stored = self.stored + share.requests() - read.requests();
        Ok(vec![ping, share, metadata, read])
    }
}
