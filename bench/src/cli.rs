//! Command line of the benchmark. Options left out have a default per verb, and a smaller one with `--quick`.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::report::{Table, machine};
use crate::subject::baseline::{self, BaselineKind};
use crate::subject::program;
use crate::subject::{Appendfsync, StoreKind};
use crate::verbs::{expire, grow, import, mail, memory, race, rates, recent, stall, start};

/// Load for readonce, beside its own ceilings.
#[derive(Debug, Parser)]
#[command(name = "readonce-bench")]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Short rounds: shows that everything works, measures nothing.
    #[arg(long, global = true)]
    pub(crate) quick: bool,
    /// Write the figures there, too, as JSON.
    #[arg(long, global = true, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print tables as markdown.
    #[arg(long, global = true)]
    markdown: bool,
    /// The program to measure; else the release build beside this tool, which is built when it is missing.
    #[arg(long, global = true, value_name = "FILE")]
    readonce: Option<PathBuf>,
    /// The stores to measure on.
    #[arg(long, global = true, value_delimiter = ',', default_value = "sqlite,redis")]
    pub(crate) stores: Vec<StoreKind>,
    /// Durability of Redis: its append-only file is synced every second, at every write, or is not there.
    #[arg(long, global = true, default_value = "everysec")]
    pub(crate) appendfsync: Appendfsync,
    /// Threads that the clients run on.
    #[arg(long, global = true, default_value_t = 1)]
    pub(crate) threads: usize,
    /// Where databases are made, on the disk that is to be measured; else beside this tool.
    #[arg(long, global = true, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Everything below, one after another.
    All,
    /// Requests per second, latencies and CPU of ping, share, metadata and read, with baselines.
    Rates(rates::Options),
    /// Many readers of each key: exactly one must get it.
    Race(race::Options),
    /// Rates with more and more secrets stored.
    Grow(grow::Options),
    /// Latencies while many secrets expire at once, beside the same without.
    Expire(expire::Options),
    /// Latencies of metadata while shares with a passphrase are in flight.
    Stall(stall::Options),
    /// Latencies of metadata while one account asks for its list of recent shares in a loop, and memory.
    Recent(recent::Options),
    /// Time to the first answer and from SIGTERM to the end, idle memory, size of the program.
    Start(start::Options),
    /// Secrets a second and memory of `readonce import`, with the recorded upstream servers multiplied.
    Import(import::Options),
    /// Emails a second, how long a new one waits behind many, and shares while the mail server is away.
    Mail(mail::Options),
    /// What one live secret takes, and what the server takes after many.
    Memory(memory::Options),
    /// The baselines' own process.
    #[command(hide = true)]
    Baseline {
        kind: BaselineKind,
        #[arg(long)]
        redis: Option<String>,
    },
}

/// The context of every verb.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) options: Options,
    /// The program that is measured.
    pub(crate) program: PathBuf,
    /// Where folders for databases are made.
    pub(crate) folder: PathBuf,
}

impl Bench {
    /// The given value, or the default, which is smaller for `--quick`.
    pub(crate) fn or<T>(&self, asked: Option<T>, full: T, quick: T) -> T {
        asked.unwrap_or(if self.options.quick { quick } else { full })
    }
}

/// Runs the command line.
pub(crate) fn run() -> anyhow::Result<()> {
    let Cli { options, verb } = Cli::parse();
    if let Verb::Baseline { kind, redis } = verb {
        return baseline::serve(kind, redis.as_deref());
    }
    let program = program::find(options.readonce.clone())?;
    let folder = match &options.folder {
        Some(folder) => folder.clone(),
        None => program::beside_this()?,
    };
    let bench = Bench { options, program, folder };
    let mut printer = Printer { markdown: bench.options.markdown, json: Vec::new() };
    printer.print(vec![machine::describe(&bench)?])?;
    match verb {
        Verb::Baseline { .. } => {}
        Verb::Rates(options) => printer.print(rates::run(&bench, &options)?)?,
        Verb::Race(options) => printer.print(race::run(&bench, &options)?)?,
        Verb::Grow(options) => printer.print(grow::run(&bench, &options)?)?,
        Verb::Expire(options) => printer.print(expire::run(&bench, &options)?)?,
        Verb::Stall(options) => printer.print(stall::run(&bench, &options)?)?,
        Verb::Recent(options) => printer.print(recent::run(&bench, &options)?)?,
        Verb::Start(options) => printer.print(start::run(&bench, &options)?)?,
        Verb::Import(options) => printer.print(import::run(&bench, &options)?)?,
        Verb::Mail(options) => printer.print(mail::run(&bench, &options)?)?,
        Verb::Memory(options) => printer.print(memory::run(&bench, &options)?)?,
        Verb::All => {
            printer.print(rates::run(&bench, &rates::Options::default())?)?;
            printer.print(race::run(&bench, &race::Options::default())?)?;
            printer.print(stall::run(&bench, &stall::Options::default())?)?;
            printer.print(recent::run(&bench, &recent::Options::default())?)?;
            printer.print(start::run(&bench, &start::Options::default())?)?;
            printer.print(mail::run(&bench, &mail::Options::default())?)?;
            printer.print(memory::run(&bench, &memory::Options::default())?)?;
            printer.print(import::run(&bench, &import::Options::default())?)?;
            printer.print(grow::run(&bench, &grow::Options::default())?)?;
            printer.print(expire::run(&bench, &expire::Options::default())?)?;
        }
    }
    if let Some(file) = &bench.options.json {
        let text = serde_json::to_string_pretty(&printer.json)?;
        std::fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

/// Prints tables as soon as they are there, and keeps them for the file.
struct Printer {
    markdown: bool,
    json: Vec<serde_json::Value>,
}

impl Printer {
    fn print(&mut self, tables: Vec<Table>) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        for table in tables {
            let text = if self.markdown { table.markdown() } else { table.text() };
            writeln!(out, "{text}")?;
            self.json.push(table.json());
        }
        Ok(())
    }
}
