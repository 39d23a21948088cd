//! Race: sixteen concurrent readers of each key. One gets the value, fifteen get 404, and nothing else may happen.
//!
//! On Redis half of them use one server and half another, since the promise holds over all instances.

use std::sync::Arc;

use anyhow::ensure;

use super::count;
use crate::cli::Bench;
use crate::load::{Connection, Stored, fill};
use crate::report::{Table, number, text};
use crate::subject::{Installation, StoreKind};

const READERS: usize = 16;
/// Keys that are raced for at the same time.
const RACES: usize = 4;

/// How many.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Keys to race for.
    #[arg(long)]
    keys: Option<usize>,
}

pub(crate) fn run(bench: &Bench, options: &Options) -> anyhow::Result<Vec<Table>> {
    let keys = bench.or(options.keys, 10_000, 300);
    let columns = ["on", "servers", "keys", "readers a key", "read exactly once", "never", "twice or more"];
    let mut table = Table::new("Race", &columns);
    for kind in &bench.options.stores {
        eprintln!("race: {}", kind.name());
        let installation = Installation::start(bench, *kind, &[])?;
        let another = match kind {
            StoreKind::Redis => Some(installation.another_server()?),
            StoreKind::Sqlite => None,
        };
        let target = installation.target();
        let addresses = [target.address, another.as_ref().map_or(target.address, |server| server.address)];
        let secrets = fill(&target, 0, keys, None)?.made;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let winners = runtime.block_on(races(addresses, Arc::new(secrets)))?;
        let with = |wanted: fn(usize) -> bool| count(winners.iter().filter(|won| wanted(**won)).count());
        table.row(vec![
            text(kind.name()),
            number(if another.is_some() { 2.0 } else { 1.0 }, 0),
            number(count(winners.len()), 0),
            number(count(READERS), 0),
            number(with(|won| won == 1), 0),
            number(with(|won| won == 0), 0),
            number(with(|won| won > 1), 0),
        ]);
        ensure!(
            winners.len() == keys && winners.iter().all(|won| *won == 1),
            "a key was not read exactly once:\n{}",
            table.text()
        );
    }
    Ok(vec![table])
}

/// How many readers got each key's value.
async fn races(
    addresses: [std::net::SocketAddr; 2],
    secrets: Arc<Vec<Stored>>,
) -> anyhow::Result<Vec<usize>> {
    let mut races = tokio::task::JoinSet::new();
    for race in 0..RACES {
        let secrets = Arc::clone(&secrets);
        races.spawn(async move {
            let mut readers = Vec::new();
            for reader in 0..READERS {
                readers.push(Connection::open(addresses[reader % 2]).await?);
            }
            let mut winners = Vec::new();
            for stored in secrets.iter().skip(race).step_by(RACES) {
                winners.push(one(&mut readers, stored).await?);
            }
            anyhow::Ok(winners)
        });
    }
    let mut winners = Vec::new();
    while let Some(of_race) = races.join_next().await {
        winners.extend(of_race??);
    }
    Ok(winners)
}

/// All ask before any is answered.
async fn one(readers: &mut [Connection], stored: &Stored) -> anyhow::Result<usize> {
    for reader in readers.iter_mut() {
        reader.send_post("/api/v1/secret/", &stored.secret_key).await?;
    }
    let mut won = 0;
    for reader in readers {
        let answer = reader.receive().await?;
        match answer.status {
            200 => {
                stored.check_value(answer.body)?;
                won += 1;
            }
            status => ensure!(status == 404, "a reader was answered {status}"),
        }
    }
    Ok(won)
}
