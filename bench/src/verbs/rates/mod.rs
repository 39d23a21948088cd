//! Requests per second of every operation, on every store, at several numbers of connections, beside the baselines.
//!
//! The speed of the machine drifts, so each run is followed at once by the same on the next subject, everything is
//! repeated in rounds that begin with another subject each, and ratios are taken within a round. Every round has new
//! stores: they would be larger each time.

mod figures;
mod subjects;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::Bench;
use crate::load::{Stock, Supply, Until, Work, drive, read_all, refused_again};
use crate::report::Table;
use crate::subject::program;

use figures::Figures;
use subjects::{Subject, start};

/// How long, and with how many clients.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Times that everything is measured; medians are shown.
    #[arg(long)]
    rounds: Option<usize>,
    /// Length of one piece of load, in seconds.
    #[arg(long)]
    seconds: Option<f64>,
    /// Numbers of connections.
    #[arg(long, value_delimiter = ',')]
    connections: Vec<usize>,
    /// Another build of the program, measured by turns with this one in place of the baselines.
    #[arg(long, value_name = "FILE")]
    versus: Option<PathBuf>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    /// What a baseline does.
    Baseline,
    Ping,
    Share,
    Metadata,
    Read,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Ping => "ping",
            Self::Share => "share",
            Self::Metadata => "metadata",
            Self::Read => "read",
        }
    }
}

/// Reads come after shares; what costs no store now comes first, now last.
const ORDERS: [[Operation; 5]; 2] = [
    [Operation::Baseline, Operation::Ping, Operation::Share, Operation::Metadata, Operation::Read],
    [Operation::Share, Operation::Metadata, Operation::Read, Operation::Ping, Operation::Baseline],
];

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let rounds = bench.or(options.rounds, 5, 2);
    let length = Duration::from_secs_f64(bench.or(options.seconds, 3.0, 0.3));
    let mut connections = options.connections.clone();
    if connections.is_empty() {
        connections = vec![16, 64];
    }
    let versus = options.versus.clone().map(|other| program::find(Some(other))).transpose()?;
    let mut figures = Figures::default();
    for round in 0..rounds {
        eprintln!("rates: round {} of {rounds}", round + 1);
        let mut subjects = start(bench, versus.as_deref())?;
        for subject in &mut subjects {
            warm_up(bench, subject)?;
        }
        let first = round % subjects.len();
        for clients in rotated(&connections, round) {
            for operation in ORDERS[round % 2] {
                let mut turns = rotated(&(0..subjects.len()).collect::<Vec<_>>(), first);
                if versus.is_some() && round % 2 == 1 {
                    turns.reverse(); // of two that are compared, each goes first as often as the other
                }
                for index in turns {
                    let subject = &mut subjects[index];
                    if subject.does(operation) {
                        let ran = one(bench, subject, operation, clients, length)?;
                        figures.add(round, subject.name, operation, clients, &ran);
                    }
                }
            }
        }
        for subject in &subjects {
            figures.add_memory(subject.name, subject.rss()?);
        }
    }
    let mut tables = vec![figures.rates(&connections), figures.memory()];
    if versus.is_some() {
        tables.insert(0, figures.versus(&bench.options.stores, &connections));
    }
    Ok(tables)
}

fn rotated<T: Copy>(items: &[T], by: usize) -> Vec<T> {
    let mut items = items.to_vec();
    let by = by % items.len().max(1);
    items.rotate_left(by);
    items
}

/// Pages, caches and scripts are there before anything counts.
fn warm_up(bench: &Bench, subject: &mut Subject) -> anyhow::Result<()> {
    for operation in ORDERS[0] {
        if subject.does(operation) {
            one(bench, subject, operation, 16, Duration::from_millis(200))?;
        }
    }
    Ok(())
}

/// One piece of load. A read takes what the shares before it left, and then the rest is read, too, so that the next
/// piece finds the store as this one did.
fn one(
    bench: &Bench,
    subject: &mut Subject,
    operation: Operation,
    clients: usize,
    length: Duration,
) -> anyhow::Result<crate::load::LoadResult> {
    let target = subject.target();
    let supply = Supply::from(subject.numbers);
    let work = Arc::new(match operation {
        Operation::Baseline => Work::Echo(supply),
        Operation::Ping => Work::Ping,
        Operation::Share => Work::Share(supply),
        Operation::Metadata => Work::Metadata(Stock::endless(Arc::clone(&subject.unread))),
        Operation::Read => Work::Read(Stock::once(Arc::clone(&subject.unread))),
    });
    let mut ran = drive(&target, clients, bench.options.threads, &Until::Elapsed(length), &work)?;
    if operation == Operation::Share {
        // A number more for each client: it was handed out after the last share.
        subject.numbers += (ran.requests() + clients) as u64;
        subject.unread = Arc::new(std::mem::take(&mut ran.made));
    }
    if let Work::Read(stock) = &*work {
        let (read, left) = stock.split();
        read_all(&target, left)?;
        refused_again(&target, &read)?;
        subject.unread = Arc::default();
    }
    Ok(ran)
}
