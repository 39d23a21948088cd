//! Walks over the keys of records, in small steps.

use redis::Cmd;
use redis::aio::MultiplexedConnection;

use super::super::Error;
use super::{Database, Layout, Old, RecordKind};
use crate::domain::Progress;

/// `COUNT` of a SCAN step.
const SCAN_COUNT: u64 = 200;

/// A SCAN over the records of a kind.
pub(in crate::import) struct Scan {
    connection: MultiplexedConnection,
    kind: RecordKind,
    layout: Layout,
    cursor: Option<u64>,
}

impl Scan {
    pub(in crate::import) fn over(database: &Database, kind: RecordKind, layout: Layout) -> Self {
        Self { connection: database.connection.clone(), kind, layout, cursor: Some(0) }
    }

    /// The identifiers of the next step, which may be none; `None` at the end. One that is no text comes as an empty
    /// one.
    pub(in crate::import) async fn next(&mut self) -> Result<Option<Vec<String>>, Error> {
        let Some(cursor) = self.cursor else { return Ok(None) };
        let pattern = self.kind.key(self.layout, "*");
        let mut command: Cmd = redis::cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(SCAN_COUNT);
        let (next, keys): (u64, Vec<Vec<u8>>) = command.query_async(&mut self.connection).await?;
        self.cursor = (next != 0).then_some(next);
        let identifier = |key: Vec<u8>| {
            let key = String::from_utf8(key).unwrap_or_default();
            self.kind.identifier(self.layout, &key).unwrap_or_default().to_owned()
        };
        Ok(Some(keys.into_iter().map(identifier).collect()))
    }

    /// Whether there is a record at all.
    pub(super) async fn finds_any(mut self) -> Result<bool, Error> {
        while let Some(identifiers) = self.next().await? {
            if !identifiers.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Progress over all scans.
pub(in crate::import) struct ScanProgress<'a> {
    progress: &'a Progress,
    done: u64,
    all: u64,
}

impl<'a> ScanProgress<'a> {
    /// For scans of the databases of accounts, secrets and receipts, as far as `included`.
    pub(in crate::import) fn new(old: &Old, included: [bool; 3], progress: &'a Progress) -> Self {
        let databases = [&old.accounts, &old.secrets, &old.receipts];
        let keys = databases.into_iter().zip(included).filter(|(_, included)| *included);
        let all = keys.filter_map(|(database, _)| Some(database.as_ref()?.keys)).sum();
        Self { progress, done: 0, all }
    }

    pub(in crate::import) fn step(&mut self) {
        self.done = (self.done + SCAN_COUNT).min(self.all);
        let percent = (100 * self.done).checked_div(self.all).unwrap_or(100);
        (self.progress)(u8::try_from(percent).unwrap_or(100));
    }
}
