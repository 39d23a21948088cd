//! A synthetic upstream server with any number of secrets: copies of the recorded ones, in turn, under new keys.

use std::collections::HashMap;
use std::num::NonZero;
use std::thread::{available_parallelism, scope};

use anyhow::{Context as _, anyhow};
use redis::{Connection, Pipeline};

use super::recorded::{ExpiringHash, Layout, Pattern, Recordings};
use super::seal::{seal, seal_newer};
use crate::load::value;

/// Copies per pipeline.
const BATCH: usize = 200;
/// An import takes over so many of a list.
const LISTED: usize = 10_000;
/// Fields that are times, which are moved to the present.
const TIMES: [&str; 6] = ["created", "updated", "viewed", "received", "revealed", "burned"];

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
    let accounts = recordings.accounts.iter().filter(|(key, _)| key.ends_with(":object")).count();
    let mut filled = Filled { open: 0, protected: 0, ended: 0, listed: 0, accounts, copies: 0 };
    let mut listed = HashMap::<&str, usize>::new();
    for pattern in patterns.iter().cycle() {
        if filled.open == open {
            break;
        }
        filled.copies += 1;
        if pattern.owner != "anon" {
            *listed.entry(&pattern.owner).or_default() += 1;
        }
        match pattern.secret {
            Some(_) => filled.open += 1,
            None => filled.ended += 1,
        }
        filled.protected += usize::from(pattern.secret.is_some() && !pattern.passphrase.is_empty());
    }
    filled.listed = listed.into_values().map(|entries| entries.min(LISTED)).sum();
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
    pipeline.cmd("SELECT").arg(recordings.layout.databases()[0]);
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

/// The keys of a copy: secret's and receipt's. As upstream's, they are numbers, up to v0.23 without leading zeros.
pub(crate) fn keys(layout: Layout, copy: usize) -> anyhow::Result<[String; 2]> {
    let key = |number: u64| -> anyhow::Result<String> {
        let digits = value(number);
        let (length, zeros): (usize, &[char]) = match layout {
            Layout::Older => (31, &['0']),
            Layout::Newer => (62, &[]),
        };
        let digits = std::str::from_utf8(digits.get(..length).context("a value is longer")?)?;
        Ok(digits.trim_start_matches(zeros).to_owned())
    };
    let first = 2 * u64::try_from(copy)?;
    Ok([key(first)?, key(first + 1)?])
}

/// The pattern of a copy.
pub(crate) fn pattern(recordings: &Recordings, copy: usize) -> &Pattern {
    &recordings.patterns[copy % recordings.patterns.len()]
}

fn add(pipeline: &mut Pipeline, recordings: &Recordings, copy: usize, now: u64) -> anyhow::Result<()> {
    let (pattern, layout) = (pattern(recordings, copy), recordings.layout);
    let [secret, receipt] = keys(layout, copy)?;
    let [accounts, receipts, secrets] = layout.databases();
    let (is_open, quoted) = (pattern.secret.is_some(), |text: &str| format!("\"{text}\"").into_bytes());
    if let Some(kept) = &pattern.secret {
        let sealed = match layout {
            Layout::Older => seal(recordings.secret(), &secret, &pattern.passphrase, &pattern.value)?,
            Layout::Newer => seal_newer(recordings.secret(), &secret, &pattern.value)?,
        };
        pipeline.cmd("SELECT").arg(secrets);
        hash(pipeline, &format!("secret:{secret}:object"), kept, now, |name| match name {
            "key" => Some(secret.clone().into_bytes()),
            "objid" => Some(quoted(&secret)),
            "metadata_key" => Some(receipt.clone().into_bytes()),
            "receipt_identifier" => Some(quoted(&receipt)),
            "value" | "ciphertext" => Some(sealed.clone()),
            _ => None,
        });
    }
    pipeline.cmd("SELECT").arg(receipts);
    hash(pipeline, &format!("{}:{receipt}:object", layout.receipts()), &pattern.receipt, now, |name| {
        match name {
            "key" => Some(receipt.clone().into_bytes()),
            "objid" => Some(quoted(&receipt)),
            "secret_key" => Some(secret.clone().into_bytes()),
            "secret_identifier" if is_open => Some(quoted(&secret)),
            "secret_shortkey" => Some(secret.as_bytes()[..6].to_vec()),
            _ => None,
        }
    });
    if pattern.owner != "anon" {
        let (list, member) = match layout {
            Layout::Older => ("metadata", receipt.into_bytes()),
            Layout::Newer => ("receipts", quoted(&receipt)),
        };
        let list = format!("customer:{}:{list}", pattern.owner);
        pipeline.cmd("SELECT").arg(accounts).cmd("ZADD").arg(list).arg(now).arg(member);
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
