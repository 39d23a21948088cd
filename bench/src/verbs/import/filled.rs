//! A synthetic upstream server with any number of secrets: copies of the recorded ones, in turn, under new keys.

use std::num::NonZero;
use std::thread::{available_parallelism, scope};

use anyhow::{Context as _, anyhow};
use redis::{Connection, Pipeline};

use super::recorded::{ExpiringHash, Pattern, Recordings};
use super::seal::seal;
use crate::load::value;

/// Copies per pipeline.
const BATCH: usize = 200;
/// An import takes over so many of a list.
const LISTED: usize = 10_000;
/// Fields that are times, which are moved to the present.
const TIMES: [&str; 5] = ["created", "updated", "viewed", "received", "burned"];

/// What an import has to bring.
pub(crate) struct Filled {
    pub(crate) open: usize,
    /// Of the open ones.
    pub(crate) protected: usize,
    /// Receipts of secrets that were read or burned there.
    pub(crate) ended: usize,
    /// Entries of recent lists, as far as they are taken over.
    pub(crate) listed: usize,
    pub(crate) accounts: usize,
    /// Copies, open and ended.
    pub(crate) copies: usize,
}

/// Makes copies until `open` of them can be read, and the accounts that shared them.
pub(crate) fn fill(url: &str, recordings: &Recordings, open: usize) -> anyhow::Result<Filled> {
    let patterns = &recordings.patterns;
    let mut filled =
        Filled { open: 0, protected: 0, ended: 0, listed: 0, accounts: recordings.accounts.len(), copies: 0 };
    for pattern in patterns.iter().cycle() {
        if filled.open == open {
            break;
        }
        filled.copies += 1;
        filled.listed += usize::from(pattern.owner != "anon");
        match pattern.secret {
            Some(_) => filled.open += 1,
            None => filled.ended += 1,
        }
        filled.protected += usize::from(!pattern.passphrase.is_empty());
    }
    filled.listed = filled.listed.min(LISTED);
    let (now, _): (u64, u64) = redis::cmd("TIME").query(&mut connect(url)?)?;
    let workers = available_parallelism().map_or(1, NonZero::get);
    scope(|scope| {
        let share = filled.copies.div_ceil(workers).max(1);
        let working: Vec<_> = (0..filled.copies)
            .step_by(share)
            .map(|first| {
                let last = (first + share).min(filled.copies);
                scope.spawn(move || copy(url, recordings, first..last, now))
            })
            .collect();
        working.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a copier ended"))?)
    })?;
    let mut pipeline = Pipeline::new();
    pipeline.cmd("SELECT").arg(6);
    for (key, fields) in &recordings.accounts {
        let command = pipeline.cmd("HSET").arg(key);
        for (name, content) in fields {
            command.arg(name).arg(content.as_slice());
        }
    }
    pipeline.exec(&mut connect(url)?)?;
    Ok(filled)
}

fn connect(url: &str) -> anyhow::Result<Connection> {
    Ok(redis::Client::open(url)?.get_connection()?)
}

fn copy(url: &str, recordings: &Recordings, numbers: std::ops::Range<usize>, now: u64) -> anyhow::Result<()> {
    let mut connection = connect(url)?;
    let numbers: Vec<usize> = numbers.collect();
    for some in numbers.chunks(BATCH) {
        let mut pipeline = Pipeline::new();
        for number in some {
            add(&mut pipeline, recordings, *number, now)?;
        }
        pipeline.exec(&mut connection)?;
    }
    Ok(())
}

/// The keys of a copy: secret's and receipt's. As upstream's, they are numbers without leading zeros.
pub(crate) fn keys(copy: usize) -> anyhow::Result<[String; 2]> {
    let key = |number: u64| -> anyhow::Result<String> {
        let digits = value(number);
        let digits = std::str::from_utf8(digits.get(..31).context("a value is longer")?)?;
        Ok(digits.trim_start_matches('0').to_owned())
    };
    let first = 2 * u64::try_from(copy)?;
    Ok([key(first)?, key(first + 1)?])
}

/// The pattern of a copy.
pub(crate) fn pattern(recordings: &Recordings, copy: usize) -> &Pattern {
    &recordings.patterns[copy % recordings.patterns.len()]
}

fn add(pipeline: &mut Pipeline, recordings: &Recordings, copy: usize, now: u64) -> anyhow::Result<()> {
    let pattern = pattern(recordings, copy);
    let [secret, receipt] = keys(copy)?;
    if let Some(kept) = &pattern.secret {
        let sealed = seal(recordings.secret(), &secret, &pattern.passphrase, &pattern.value)?;
        pipeline.cmd("SELECT").arg(8);
        hash(pipeline, &format!("secret:{secret}:object"), kept, now, |name| match name {
            "key" => Some(secret.clone().into_bytes()),
            "metadata_key" => Some(receipt.clone().into_bytes()),
            "value" => Some(sealed.clone()),
            _ => None,
        });
    }
    pipeline.cmd("SELECT").arg(7);
    hash(pipeline, &format!("metadata:{receipt}:object"), &pattern.receipt, now, |name| match name {
        "key" => Some(receipt.clone().into_bytes()),
        "secret_key" => Some(secret.clone().into_bytes()),
        "secret_shortkey" => Some(secret.as_bytes()[..6].to_vec()),
        _ => None,
    });
    if pattern.owner != "anon" {
        let list = format!("customer:{}:metadata", pattern.owner);
        pipeline.cmd("SELECT").arg(6).cmd("ZADD").arg(list).arg(now).arg(receipt);
    }
    Ok(())
}

/// A recorded hash with some of its fields anew; an empty one stays empty.
fn hash(
    pipeline: &mut Pipeline,
    key: &str,
    kept: &ExpiringHash,
    now: u64,
    anew: impl Fn(&str) -> Option<Vec<u8>>,
) {
    let command = pipeline.cmd("HSET").arg(key);
    for (name, content) in &kept.fields {
        let content = match (content.is_empty(), TIMES.contains(&name.as_str())) {
            (true, _) => Vec::new(),
            (false, true) => now.to_string().into_bytes(),
            (false, false) => anew(name).unwrap_or_else(|| content.clone()),
        };
        command.arg(name).arg(content);
    }
    pipeline.cmd("PEXPIRE").arg(key).arg(kept.lives);
}
