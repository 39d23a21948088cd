//! The old server's Redis. Only commands that read are in here, and none that holds the server up: SCAN in small steps,
//! one hash at a time.
//!
//! Each kind of records has a database of its own there, which its configuration may have moved; so they are looked for.

use std::collections::HashMap;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{Cmd, Pipeline, RedisError, Value};
use zeroize::Zeroize as _;

use super::Error;
use crate::domain::Progress;
use crate::store::redis::Foreign;

/// Keys that the server looks at in one step of a SCAN.
const STEP: u64 = 200;
/// What `PTTL` says of a key that is not there: it went between two commands.
const GONE: i64 = -2;

/// A kind of records: what its keys begin with, and the database it is in unless it was moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Account,
    Receipt,
    Secret,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Account => "customer",
            Self::Receipt => "metadata",
            Self::Secret => "secret",
        }
    }

    fn usual(self) -> u32 {
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

/// A hash and how long it lives.
pub(super) struct Hash {
    pub(super) fields: HashMap<String, Vec<u8>>,
    /// Milliseconds; negative when it lives for ever.
    pub(super) lives: i64,
}

/// Tokens are among the values, and what was never sealed.
impl Drop for Hash {
    fn drop(&mut self) {
        self.fields.values_mut().for_each(Vec::zeroize);
    }
}

/// What a key holds.
pub(super) enum Found {
    Hash(Hash),
    Nothing,
    /// Something else than a hash of names and values.
    Foreign,
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
    /// Connects, and finds out where what is kept.
    pub async fn open(foreign: &Foreign) -> Result<Self, Error> {
        let mut databases = keyspace(foreign).await?;
        let chosen = foreign.url().database();
        if chosen != 0 {
            databases.retain(|(number, _)| *number == chosen);
        }
        let old = Self {
            accounts: locate(foreign, &databases, Kind::Account).await?,
            receipts: locate(foreign, &databases, Kind::Receipt).await?,
            secrets: locate(foreign, &databases, Kind::Secret).await?,
        };
        if old.accounts.is_none() && old.receipts.is_none() && old.secrets.is_none() {
            return Err(Error::Nothing);
        }
        Ok(old)
    }

    /// The database of a kind; `None` when there is nothing of it.
    pub(super) fn database(&self, kind: Kind) -> Option<&Database> {
        match kind {
            Kind::Account => self.accounts.as_ref(),
            Kind::Receipt => self.receipts.as_ref(),
            Kind::Secret => self.secrets.as_ref(),
        }
    }

    /// Reads records of a kind, in the order asked.
    pub(super) async fn hashes(&self, kind: Kind, identifiers: &[&str]) -> Result<Vec<Found>, Error> {
        let Some(database) = self.database(kind) else {
            return Ok(identifiers.iter().map(|_| Found::Nothing).collect());
        };
        let mut pipeline = Pipeline::new();
        for identifier in identifiers {
            let key = kind.key(identifier);
            pipeline.cmd("HGETALL").arg(&key).cmd("PTTL").arg(&key);
        }
        let mut answers = database.ask(&pipeline).await?.into_iter();
        let pairs = std::iter::from_fn(|| Some((answers.next()?, answers.next()?)));
        pairs.map(|(hash, lives)| found(hash, lives)).collect()
    }

    /// Whether there are such records, in the order asked.
    pub(super) async fn exist(&self, kind: Kind, identifiers: &[&str]) -> Result<Vec<bool>, Error> {
        let Some(database) = self.database(kind) else { return Ok(vec![false; identifiers.len()]) };
        let mut pipeline = Pipeline::new();
        for identifier in identifiers {
            pipeline.cmd("EXISTS").arg(kind.key(identifier));
        }
        let there = |answer: Value| Ok(answer.extract_error()? == Value::Int(1));
        database.ask(&pipeline).await?.into_iter().map(there).collect()
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
    /// Sends commands together; an error of one is its answer.
    async fn ask(&self, pipeline: &Pipeline) -> Result<Vec<Value>, Error> {
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

/// A key of another type is only of another type; any other refusal ends the import.
fn found(hash: Value, lives: Value) -> Result<Found, Error> {
    let hash = match hash.extract_error() {
        Err(error) if is_of_another_type(&error) => return Ok(Found::Foreign),
        answer => answer?,
    };
    let Value::Int(lives) = lives.extract_error()? else { return Ok(Found::Foreign) };
    let Ok(fields) = redis::from_redis_value::<HashMap<String, Vec<u8>>>(hash) else {
        return Ok(Found::Foreign);
    };
    let is_gone = fields.is_empty() || lives == GONE;
    Ok(if is_gone { Found::Nothing } else { Found::Hash(Hash { fields, lives }) })
}

/// The databases with anything in them, and how many keys each has.
async fn keyspace(foreign: &Foreign) -> Result<Vec<(u32, u64)>, Error> {
    let mut connection = foreign.connect(foreign.url().database()).await?;
    let text: String = redis::cmd("INFO").arg("keyspace").query_async(&mut connection).await?;
    let line = |line: &str| {
        let (number, rest) = line.strip_prefix("db")?.split_once(":keys=")?;
        Some((number.parse().ok()?, rest.split(',').next()?.trim().parse().ok()?))
    };
    Ok(text.lines().filter_map(line).collect())
}

/// The database that holds records of a kind: the usual one if it does, else the first that does.
async fn locate(foreign: &Foreign, databases: &[(u32, u64)], kind: Kind) -> Result<Option<Database>, Error> {
    let mut databases = databases.to_vec();
    databases.sort_by_key(|(number, _)| (*number != kind.usual(), *number));
    for (number, keys) in databases {
        let database = Database { connection: foreign.connect(number).await?, keys };
        let mut scan = Scan::over(&database, kind);
        while let Some(found) = scan.next().await? {
            if !found.is_empty() {
                return Ok(Some(database));
            }
        }
    }
    Ok(None)
}

/// Walks over the records of a kind.
pub(super) struct Scan {
    connection: MultiplexedConnection,
    kind: Kind,
    cursor: Option<u64>,
}

impl Scan {
    pub(super) fn over(database: &Database, kind: Kind) -> Self {
        Self { connection: database.connection.clone(), kind, cursor: Some(0) }
    }

    /// The identifiers of the next step, which may be none; `None` at the end. One that is no text comes as an empty one.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<String>>, Error> {
        let Some(cursor) = self.cursor else { return Ok(None) };
        let pattern = self.kind.key("*");
        let mut command: Cmd = redis::cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(STEP);
        let (next, keys): (u64, Vec<Vec<u8>>) = command.query_async(&mut self.connection).await?;
        self.cursor = (next != 0).then_some(next);
        let identifier = |key: Vec<u8>| {
            let key = String::from_utf8(key).unwrap_or_default();
            self.kind.identifier(&key).unwrap_or_default().to_owned()
        };
        Ok(Some(keys.into_iter().map(identifier).collect()))
    }
}

/// How far all the walks together are.
pub(super) struct Steps<'a> {
    progress: &'a Progress,
    done: u64,
    all: u64,
}

impl<'a> Steps<'a> {
    /// For walks over the databases of accounts, secrets and receipts, those that are `wanted`.
    pub(super) fn new(old: &Old, wanted: [bool; 3], progress: &'a Progress) -> Self {
        let databases = [&old.accounts, &old.secrets, &old.receipts];
        let keys = databases.into_iter().zip(wanted).filter(|(_, wanted)| *wanted);
        let all = keys.filter_map(|(database, _)| Some(database.as_ref()?.keys)).sum();
        Self { progress, done: 0, all }
    }

    pub(super) fn step(&mut self) {
        self.done = (self.done + STEP).min(self.all);
        let percent = (100 * self.done).checked_div(self.all).unwrap_or(100);
        (self.progress)(u8::try_from(percent).unwrap_or(100));
    }
}
