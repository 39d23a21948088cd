//! Emails a second to a mail server that answers at once; how long a new one waits behind many; and what a mail server that is
//! away costs those who share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::count;
use super::recent::account;
use crate::cli::Bench;
use crate::load::{LoadResult, Supply, Until, Work, drive, median};
use crate::report::{Table, number, text};
use crate::subject::mail_server::MailServer;
use crate::subject::{Installation, StoreKind, Target};

/// Clients that fill the outbox.
const CLIENTS: usize = 64;

/// How many, and how long.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Emails whose rate is measured.
    #[arg(long)]
    emails: Option<usize>,
    /// Emails that wait when the new one is shared.
    #[arg(long)]
    waiting: Option<usize>,
    /// Emails that wait for a mail server that is away.
    #[arg(long)]
    away: Option<usize>,
    /// Pairs of runs beside a mail server that is away; medians are shown.
    #[arg(long)]
    rounds: Option<usize>,
    /// Length of one of them, in seconds.
    #[arg(long)]
    seconds: Option<f64>,
}

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let emails = bench.or(options.emails, 5_000, 100);
    let waiting = bench.or(options.waiting, 100_000, 500);
    let away = bench.or(options.away, 10_000, 200);
    let rounds = bench.or(options.rounds, 5, 1);
    let length = Duration::from_secs_f64(bench.or(options.seconds, 5.0, 0.5));
    let columns =
        ["on", "emails/s", "waiting", "a new one, s", "away", "share p99 ms", "without mail", "ratio"];
    let mut table = Table::new("Emails to a server that answers at once, and to one that is away", &columns);
    for kind in &bench.options.stores {
        eprintln!("mail: {}", kind.name());
        let rate = rate(bench, *kind, emails)?;
        let (behind, waited) = new_one(bench, *kind, waiting)?;
        // A port that nobody listens on.
        let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mailing = mailing(bench, *kind, nobody)?;
        share(&mailing.target(), &account(&mailing)?, "waiting@example.org", away)?;
        let plain = Installation::start(bench, *kind, &[])?;
        let measure = |target: &Target, first: u64| {
            let work = Arc::new(Work::Share(Supply::from(first)));
            drive(target, 16, bench.options.threads, &Until::Elapsed(length), &work)
        };
        let (mut beside, mut without) = (Vec::new(), Vec::new());
        measure(&mailing.target(), 1 << 50)?;
        measure(&plain.target(), 1 << 50)?;
        for round in 0..rounds as u64 {
            beside.push(measure(&mailing.target(), (51 + round) << 32)?);
            without.push(measure(&plain.target(), (51 + round) << 32)?);
        }
        let p99 = |of: &[LoadResult]| median(of.iter().map(|ran| ran.percentile(99)));
        table.row(vec![
            text(kind.name()),
            number(rate, 0),
            number(count(behind), 0),
            number(waited.as_secs_f64(), 2),
            number(count(away), 0),
            number(p99(&beside), 2),
            number(p99(&without), 2),
            number(p99(&beside) / p99(&without), 2),
        ]);
    }
    Ok(vec![table])
}

/// Emails a second, without the first quarter, which is sent while they are still being shared.
fn rate(bench: &Bench, kind: StoreKind, emails: usize) -> anyhow::Result<f64> {
    let server = MailServer::start()?;
    let installation = mailing(bench, kind, server.address)?;
    share(&installation.target(), &account(&installation)?, "rate@example.org", emails)?;
    server.wait_for(emails)?;
    let times = server.times();
    let counted = &times[emails / 4..];
    let (Some(first), Some(last)) = (counted.first(), counted.last()) else { return Ok(f64::NAN) };
    Ok(count(counted.len() - 1) / last.duration_since(*first).as_secs_f64())
}

/// How many were waiting when one more was shared, and how long it waited.
fn new_one(bench: &Bench, kind: StoreKind, waiting: usize) -> anyhow::Result<(usize, Duration)> {
    let server = MailServer::start()?;
    let installation = mailing(bench, kind, server.address)?;
    let who = account(&installation)?;
    share(&installation.target(), &who, "waiting@example.org", waiting)?;
    let shared = Instant::now();
    let behind = waiting.saturating_sub(server.times().len());
    share(&installation.target(), &who, "new@example.org", 1)?;
    Ok((behind, server.wait_for_one("new@example.org")?.duration_since(shared)))
}

fn mailing(bench: &Bench, kind: StoreKind, server: std::net::SocketAddr) -> anyhow::Result<Installation> {
    let url = format!("smtp://{server}");
    let settings = [
        ("READONCE_SMTP__URL", url.as_str()),
        ("READONCE_SMTP__FROM", "secrets@example.org"),
        ("READONCE_SMTP__PER_HOUR", "1000000"),
    ];
    Installation::start(bench, kind, &settings)
}

fn share(target: &Target, who: &Arc<str>, to: &'static str, count: usize) -> anyhow::Result<()> {
    let work = Work::ShareAs { supply: Supply::of(1 << 41, count), who: Arc::clone(who), ttl: 86_400, to };
    let ran = drive(target, CLIENTS.min(count), 1, &Until::Done, &Arc::new(work))?;
    ensure!(ran.requests() == count, "{} of {count} were shared", ran.requests());
    Ok(())
}
