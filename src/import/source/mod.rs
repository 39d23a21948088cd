//! The old server's Redis. Only read commands, and none that blocks the server: SCAN in small steps, one hash at a time.
//!
//! Up to v0.23 each kind of record has its own database there, which the configuration may have moved; from v0.24 on all
//! are in one, under other names, with fields in JSON. [`open`] tells which.

use std::collections::HashMap;
use std::fmt;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{Pipeline, RedisError, Value};
use tokio::time::Instant;
use zeroize::Zeroize as _;

use super::Error;
use crate::store::redis::Foreign;
use activity::Activity;
use quoted::unquoted;

mod activity;
mod indices;
mod open;
mod quoted;
mod scan;

pub(super) use scan::{Scan, ScanProgress};

/// The reply of `PTTL` for a missing key: it expired between two commands.
const NO_KEY: i64 = -2;

/// How an upstream server keeps its records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// Up to v0.23: a database for each kind, and fields that are texts.
    Databases,
    /// From v0.24 on: one database, and fields that are JSON.
    OneDatabase,
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Databases => "v0.23 or earlier",
            Self::OneDatabase => "v0.24 or later",
        })
    }
}

/// A kind of record: the prefix of its keys, and its default database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RecordKind {
    Account,
    Receipt,
    Secret,
}

impl RecordKind {
    fn prefix(self, layout: Layout) -> &'static str {
        match (self, layout) {
            (Self::Account, _) => "customer",
            (Self::Receipt, Layout::Databases) => "metadata",
            (Self::Receipt, Layout::OneDatabase) => "receipt",
            (Self::Secret, _) => "secret",
        }
    }

    /// Up to v0.23.
    fn default_database(self) -> u32 {
        match self {
            Self::Account => 6,
            Self::Receipt => 7,
            Self::Secret => 8,
        }
    }

    /// The key of the record with this identifier.
    fn key(self, layout: Layout, identifier: &str) -> String {
        format!("{}:{identifier}:object", self.prefix(layout))
    }

    /// The identifier in a key.
    fn identifier(self, layout: Layout, key: &str) -> Option<&str> {
        key.strip_prefix(self.prefix(layout))?.strip_prefix(':')?.strip_suffix(":object")
    }
}

/// A database of the old server.
#[derive(Clone)]
pub(super) struct Database {
    connection: MultiplexedConnection,
    number: u32,
    keys: u64,
}

/// A hash and its remaining time to live.
pub(super) struct Hash {
    pub(super) fields: HashMap<String, Vec<u8>>,
    /// Milliseconds until it expires (`PTTL`); negative when it does not.
    pub(super) ttl_ms: i64,
}

/// Wiped when dropped: the values include tokens and plaintexts.
impl Drop for Hash {
    fn drop(&mut self) {
        self.fields.values_mut().for_each(Vec::zeroize);
    }
}

/// What a key holds, as a hash.
pub(super) enum HashReply {
    Hash(Hash),
    Missing,
    /// Not a hash with text names.
    WrongType,
}

impl HashReply {
    pub(super) fn hash(&self) -> Option<&Hash> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::Missing | Self::WrongType => None,
        }
    }
}

/// The old server.
pub struct Old {
    layout: Layout,
    accounts: Option<Database>,
    receipts: Option<Database>,
    secrets: Option<Database>,
    has_older: bool,
    foreign: Foreign,
    /// When it was opened, and the keys there were.
    opened: Instant,
    before: Activity,
}

impl fmt::Debug for Old {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Old[..]")
    }
}

impl Old {
    /// How it keeps its records.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether records of v0.23 or earlier are there beside those of its layout. They are left.
    #[must_use]
    pub fn has_older(&self) -> bool {
        self.has_older
    }

    /// A scan over the records of a kind; `None` when there are none.
    pub(super) fn scan(&self, kind: RecordKind) -> Option<Scan> {
        Some(Scan::over(self.database(kind)?, kind, self.layout))
    }

    /// The database of a kind; `None` when there are no records.
    fn database(&self, kind: RecordKind) -> Option<&Database> {
        match kind {
            RecordKind::Account => self.accounts.as_ref(),
            RecordKind::Receipt => self.receipts.as_ref(),
            RecordKind::Secret => self.secrets.as_ref(),
        }
    }

    /// Reads records of a kind, in the given order.
    pub(super) async fn hashes(
        &self,
        kind: RecordKind,
        identifiers: &[&str],
    ) -> Result<Vec<HashReply>, Error> {
        let keys = identifiers.iter().map(|identifier| kind.key(self.layout, identifier));
        let mut replies = self.read(kind, keys).await?;
        if self.layout == Layout::OneDatabase {
            for reply in &mut replies {
                let HashReply::Hash(hash) = reply else { continue };
                hash.fields.values_mut().for_each(|field| *field = unquoted(std::mem::take(field)));
            }
        }
        Ok(replies)
    }

    /// The records of secrets as they were before upstream's scripts upgraded them, in the given order.
    pub(super) async fn originals(&self, identifiers: &[&str]) -> Result<Vec<HashReply>, Error> {
        let keys = identifiers.iter().map(|identifier| format!("secret:{identifier}:_original_object"));
        self.read(RecordKind::Secret, keys).await
    }

    async fn read(
        &self,
        kind: RecordKind,
        keys: impl ExactSizeIterator<Item = String>,
    ) -> Result<Vec<HashReply>, Error> {
        let Some(database) = self.database(kind) else {
            return Ok(keys.map(|_| HashReply::Missing).collect());
        };
        let mut pipeline = Pipeline::new();
        for key in keys {
            pipeline.cmd("HGETALL").arg(&key).cmd("PTTL").arg(&key);
        }
        let mut answers = database.send(&pipeline).await?.into_iter();
        let pairs = std::iter::from_fn(|| Some((answers.next()?, answers.next()?)));
        pairs.map(|(hash, lives)| hash_reply(hash, lives)).collect()
    }

    /// Whether the records exist, in the given order.
    pub(super) async fn exist(&self, kind: RecordKind, identifiers: &[&str]) -> Result<Vec<bool>, Error> {
        let Some(database) = self.database(kind) else { return Ok(vec![false; identifiers.len()]) };
        let mut pipeline = Pipeline::new();
        for identifier in identifiers {
            pipeline.cmd("EXISTS").arg(kind.key(self.layout, identifier));
        }
        let there = |answer: Value| Ok(answer.extract_error()? == Value::Int(1));
        database.send(&pipeline).await?.into_iter().map(there).collect()
    }
}

impl Database {
    /// Sends a pipeline; the error of one command is its reply.
    async fn send(&self, pipeline: &Pipeline) -> Result<Vec<Value>, Error> {
        let count = pipeline.len();
        if count == 0 {
            return Ok(Vec::new());
        }
        Ok(self.connection.clone().req_packed_commands(pipeline, 0, count).await?)
    }
}

fn is_of_another_type(error: &RedisError) -> bool {
    error.code() == Some("WRONGTYPE")
}

/// A key of another type is reported as such; any other error ends the import.
fn hash_reply(hash: Value, lives: Value) -> Result<HashReply, Error> {
    let hash = match hash.extract_error() {
        Err(error) if is_of_another_type(&error) => return Ok(HashReply::WrongType),
        answer => answer?,
    };
    let Value::Int(lives) = lives.extract_error()? else { return Ok(HashReply::WrongType) };
    let Ok(fields) = redis::from_redis_value::<HashMap<String, Vec<u8>>>(hash) else {
        return Ok(HashReply::WrongType);
    };
    let is_gone = fields.is_empty() || lives == NO_KEY;
    Ok(if is_gone { HashReply::Missing } else { HashReply::Hash(Hash { fields, ttl_ms: lives }) })
}
