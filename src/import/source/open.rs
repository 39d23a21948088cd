//! Finding an upstream server's records in its Redis: in which layout, and in which database.
//!
//! The trap: upstream's upgrade to v0.24 reads the databases of v0.23 and leaves them as they were. What was read since is
//! gone from the newer layout alone; so where that is there, the older one is never taken.

use tokio::time::Instant;

use super::super::Error;
use super::activity::Activity;
use super::{Database, Layout, Old, RecordKind, Scan};
use crate::store::redis::Foreign;

/// What only v0.24 and later have: what tells the server its secret, and the accounts by address.
const MARKERS: [&str; 2] = ["onetime:secret_verifier", "customer:email_index"];
/// Every kind, in the order of their databases up to v0.23.
const KINDS: [RecordKind; 3] = [RecordKind::Account, RecordKind::Receipt, RecordKind::Secret];

impl Old {
    /// Connects, tells the layout, and finds the database of each kind. A database number in the address limits it to that one.
    pub async fn open(foreign: &Foreign) -> Result<Self, Error> {
        let opened = Instant::now();
        let before = Activity::of(foreign).await?;
        let mut numbers: Vec<(u32, u64)> = before.databases().collect();
        let chosen = foreign.url().database();
        numbers.sort_by_key(|(number, _)| (*number != chosen, *number));
        let mut databases = Vec::new();
        for (number, keys) in numbers {
            databases.push(Database { connection: foreign.connect(number).await?, number, keys });
        }
        let mut newer = None;
        for database in &databases {
            if is_newer(database).await? {
                newer = Some(database.clone());
                break;
            }
        }
        let is_asked_for = |database: &Database| chosen == 0 || database.number == chosen;
        let (layout, [accounts, receipts, secrets], has_older) = match newer {
            Some(newer) if is_asked_for(&newer) => {
                let has_older = holds_older(&databases, &newer).await?;
                if has_older && !holds_newer(&newer).await? {
                    return Err(Error::OnlyStarted);
                }
                (Layout::OneDatabase, [(); 3].map(|()| Some(newer.clone())), has_older)
            }
            newer => {
                databases.retain(is_asked_for);
                let mut found = [None, None, None];
                for (place, kind) in found.iter_mut().zip(KINDS) {
                    *place = locate(&databases, kind).await?;
                }
                if found.iter().all(Option::is_none) {
                    return Err(Error::Nothing);
                }
                if newer.is_some() {
                    return Err(Error::OlderOfTwo);
                }
                (Layout::Databases, found, false)
            }
        };
        Ok(Self { layout, accounts, receipts, secrets, has_older, foreign: foreign.clone(), opened, before })
    }
}

/// Whether v0.24 or later keeps its records there. Its indices may have expired before its receipts.
async fn is_newer(database: &Database) -> Result<bool, Error> {
    let markers: u32 =
        redis::cmd("EXISTS").arg(&MARKERS).query_async(&mut database.connection.clone()).await?;
    Ok(markers > 0 || Scan::over(database, RecordKind::Receipt, Layout::OneDatabase).finds_any().await?)
}

/// Whether v0.24 or later has a record of its own there, and not just what its start leaves: its accounts are not named by addresses,
/// and what no upgrade touched has 31 characters at most.
async fn holds_newer(newer: &Database) -> Result<bool, Error> {
    if Scan::over(newer, RecordKind::Receipt, Layout::OneDatabase).finds_any().await? {
        return Ok(true);
    }
    let is_older_here = Scan::over(newer, RecordKind::Receipt, Layout::Databases).finds_any().await?;
    for kind in [RecordKind::Account, RecordKind::Secret] {
        let mut scan = Scan::over(newer, kind, Layout::OneDatabase);
        while let Some(identifiers) = scan.next().await? {
            let is_own = |identifier: &String| match kind {
                RecordKind::Account => !identifier.contains('@') && identifier != "GLOBAL",
                RecordKind::Receipt | RecordKind::Secret => identifier.len() > 31 || !is_older_here,
            };
            if identifiers.iter().any(is_own) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether records of v0.23 or earlier are there beside newer ones. What was upgraded where it was has the same keys, but for
/// receipts.
async fn holds_older(databases: &[Database], newer: &Database) -> Result<bool, Error> {
    for database in databases {
        for kind in KINDS {
            let tells = database.number != newer.number || kind == RecordKind::Receipt;
            if tells && Scan::over(database, kind, Layout::Databases).finds_any().await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The database that holds records of a kind up to v0.23: the default one if it does, else the first that does.
async fn locate(databases: &[Database], kind: RecordKind) -> Result<Option<Database>, Error> {
    let mut databases: Vec<&Database> = databases.iter().collect();
    databases.sort_by_key(|database| (database.number != kind.default_database(), database.number));
    for database in databases {
        if Scan::over(database, kind, Layout::Databases).finds_any().await? {
            return Ok(Some(database.clone()));
        }
    }
    Ok(None)
}
