//! The old server's Redis. Only read commands, and none that blocks the server: SCAN in small steps, one hash at a time.
//!
//! Each kind of record has its own database there, which the configuration may have moved; so they are searched for.

use std::collections::HashMap;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{Cmd, Pipeline, RedisError, Value};
use zeroize::Zeroize as _;

use super::Error;
use crate::domain::Progress;
use crate::store::redis::Foreign;

/// `COUNT` of a SCAN step.
const SCAN_COUNT: u64 = 200;
/// The reply of `PTTL` for a missing key: it expired between two commands.
const NO_KEY: i64 = -2;

/// A kind of record: the prefix of its keys, and its default database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RecordKind {
    Account,
    Receipt,
    Secret,
}

impl RecordKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Account => "customer",
            Self::Receipt => "metadata",
            Self::Secret => "secret",
        }
    }

    fn default_database(self) -> u32 {
        match self {
            Self::Account => 6,
            Self::Receipt => 7,
            Self::Secret => 8,
        }
    }

    /// The key of the record with this identifier.
    pub(super) fn key(self, identifier: &str) -> String {
        format!("{}:{identifier}:object", self.prefix())
    }

    /// The identifier in a key.
    pub(super) fn identifier(self, key: &str) -> Option<&str> {
        key.strip_prefix(self.prefix())?.strip_prefix(':')?.strip_suffix(":object")
    }
}

/// A database of the old server.
#[derive(Clone)]
pub(super) struct Database {
    connection: MultiplexedConnection,
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

/// The old server.
pub struct Old {
    accounts: Option<Database>,
    receipts: Option<Database>,
    secrets: Option<Database>,
}

impl std::fmt::Debug for Old {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Old[..]")
    }
}

impl Old {
    /// Connects, and finds the database of each kind.
    pub async fn open(foreign: &Foreign) -> Result<Self, Error> {
        let mut databases = keyspace(foreign).await?;
        let chosen = foreign.url().database();
        if chosen != 0 {
            databases.retain(|(number, _)| *number == chosen);
        }
        let old = Self {
            accounts: locate(foreign, &databases, RecordKind::Account).await?,
            receipts: locate(foreign, &databases, RecordKind::Receipt).await?,
            secrets: locate(foreign, &databases, RecordKind::Secret).await?,
        };
        if old.accounts.is_none() && old.receipts.is_none() && old.secrets.is_none() {
            return Err(Error::Nothing);
        }
        Ok(old)
    }

    /// The database of a kind; `None` when there are no records.
    pub(super) fn database(&self, kind: RecordKind) -> Option<&Database> {
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
        let Some(database) = self.database(kind) else {
            return Ok(identifiers.iter().map(|_| HashReply::Missing).collect());
        };
        let mut pipeline = Pipeline::new();
        for identifier in identifiers {
            let key = kind.key(identifier);
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
            pipeline.cmd("EXISTS").arg(kind.key(identifier));
        }
        let there = |answer: Value| Ok(answer.extract_error()? == Value::Int(1));
        database.send(&pipeline).await?.into_iter().map(there).collect()
    }

    /// The newest members of an account's list since a time, oldest first, with their times; `None` when it is no list.
    pub(super) async fn list(
        &self,
        account: &str,
        since: u64,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>, Error> {
        let Some(database) = &self.accounts else { return Ok(Some(Vec::new())) };
        let mut command = redis::cmd("ZREVRANGEBYSCORE");
        command.arg(format!("customer:{account}:metadata")).arg("+inf").arg(since);
        command.arg("WITHSCORES").arg("LIMIT").arg(0).arg(limit);
        let mut members: Vec<(Vec<u8>, f64)> =
            match command.query_async(&mut database.connection.clone()).await {
                Err(error) if is_of_another_type(&error) => return Ok(None),
                answer => answer?,
            };
        members.reverse();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "scores are unix seconds"
        )]
        let listed = |(member, score)| Some((String::from_utf8(member).ok()?, score as u64));
        Ok(Some(members.into_iter().filter_map(listed).collect()))
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

/// The non-empty databases, and the number of keys of each.
async fn keyspace(foreign: &Foreign) -> Result<Vec<(u32, u64)>, Error> {
    let mut connection = foreign.connect(foreign.url().database()).await?;
    let text: String = redis::cmd("INFO").arg("keyspace").query_async(&mut connection).await?;
    let line = |line: &str| {
        let (number, rest) = line.strip_prefix("db")?.split_once(":keys=")?;
        Some((number.parse().ok()?, rest.split(',').next()?.trim().parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// The database that holds records of a kind: the default one if it does, else the first that does.
async fn locate(
    foreign: &Foreign,
    databases: &[(u32, u64)],
    kind: RecordKind,
) -> Result<Option<Database>, Error> {
    let mut databases = databases.to_vec();
    databases.sort_by_key(|(number, _)| (*number != kind.default_database(), *number));
    for (number, keys) in databases {
        let database = Database { connection: foreign.connect(number).await?, keys };
        let mut scan = Scan::over(&database, kind);
        while let Some(identifiers) = scan.next().await? {
            if !identifiers.is_empty() {
                return Ok(Some(database));
            }
        }
    }
    Ok(None)
}

/// A SCAN over the records of a kind.
pub(super) struct Scan {
    connection: MultiplexedConnection,
    kind: RecordKind,
    cursor: Option<u64>,
}

impl Scan {
    pub(super) fn over(database: &Database, kind: RecordKind) -> Self {
        Self { connection: database.connection.clone(), kind, cursor: Some(0) }
    }

    /// The identifiers of the next step, which may be none; `None` at the end. One that is no text comes as an empty
    /// one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<String>>, Error> {
        let Some(cursor) = self.cursor else { return Ok(None) };
        let pattern = self.kind.key("*");
        let mut command: Cmd = redis::cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCAN_COUNT);
        let (next, keys): (u64, Vec<Vec<u8>>) = command.query_async(&mut self.connection).await?;
        self.cursor = (next != 0).then_some(next);
        let identifier = |key: Vec<u8>| {
            let key = String::from_utf8(key).unwrap_or_default();
            self.kind.identifier(&key).unwrap_or_default().to_owned()
        };
        Ok(Some(keys.into_iter().map(identifier).collect()))
    }
}

/// Progress over all scans.
pub(super) struct ScanProgress<'a> {
    progress: &'a Progress,
    done: u64,
    all: u64,
}

impl<'a> ScanProgress<'a> {
    /// For scans of the databases of accounts, secrets and receipts, as far as `included`.
    pub(super) fn new(old: &Old, included: [bool; 3], progress: &'a Progress) -> Self {
        let databases = [&old.accounts, &old.secrets, &old.receipts];
        let keys = databases.into_iter().zip(included).filter(|(_, included)| *included);
        let all = keys.filter_map(|(database, _)| Some(database.as_ref()?.keys)).sum();
        Self { progress, done: 0, all }
    }

    pub(super) fn step(&mut self) {
        self.done = (self.done + SCAN_COUNT).min(self.all);
        let percent = (100 * self.done).checked_div(self.all).unwrap_or(100);
        (self.progress)(u8::try_from(percent).unwrap_or(100));
    }
}
