//! Filling and emptying of stores, outside of what is measured.

use std::sync::Arc;
use std::time::Instant;

use anyhow::ensure;

use super::drive::{Until, drive};
use super::http::Connection;
use super::result::LoadResult;
use super::secret::Stored;
use super::work::{Stock, Supply, Work};
use crate::subject::Target;

/// Clients that fill and empty.
const CLIENTS: usize = 64;

/// Shares `count` values over HTTP, numbered from `first` on. With an `expiry`, all lifetimes end then.
pub(crate) fn fill(
    target: &Target,
    first: u64,
    count: usize,
    expiry: Option<Instant>,
) -> anyhow::Result<LoadResult> {
    let supply = Supply::of(first, count);
    let supply = match expiry {
        Some(expiry) => supply.expiring_at(expiry),
        None => supply,
    };
    let ran = drive(target, CLIENTS, 1, &Until::Done, &Arc::new(Work::Share(supply)))?;
    ensure!(ran.made.len() == count, "{} of {count} were stored", ran.made.len());
    Ok(ran)
}

/// Reads each of `secrets`.
pub(crate) fn read_all(target: &Target, secrets: Vec<Stored>) -> anyhow::Result<()> {
    let count = secrets.len();
    let work = Work::Read(Stock::once(Arc::new(secrets)));
    let ran = drive(target, CLIENTS, 1, &Until::Done, &Arc::new(work))?;
    ensure!(ran.requests() == count, "{} of {count} were read", ran.requests());
    Ok(())
}

/// Checks on a sample of secrets that were read that reading them again is refused.
pub(crate) fn refused_again(target: &Target, read: &[Stored]) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(target.address).await?;
        for stored in read.iter().step_by((read.len() / 200).max(1)) {
            let answer = connection.post("/api/v1/secret/", &stored.secret_key).await?;
            ensure!(answer.status == 404, "a secret that was read answered {}", answer.status);
        }
        Ok(())
    })
}
