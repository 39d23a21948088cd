//! How much room the database has: what the file system has left, and its own pages that are free. A database does not become
//! smaller when secrets end, so without these a disk that was filled by shares would never have room again.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::statvfs;

use super::queue::Txn;
use super::readers::Readers;
use crate::store::{Error, Result, Room};

/// Asked off the async threads: a file system on the network may take its time.
pub(super) async fn of(folder: PathBuf, readers: &Readers) -> Result<Room> {
    let asked = tokio::task::spawn_blocking(move || on_disk(&folder)).await;
    let Room { free, total } = asked
        .map_err(|error| Error::Unavailable(error.into()))?
        .map_err(|error| Error::Unavailable(Box::new(error)))?;
    Ok(Room { free: free.saturating_add(readers.ask(free_pages).await?), total })
}

/// What the file system has left, and how large it is.
pub(super) fn on_disk(folder: &Path) -> io::Result<Room> {
    let found = statvfs(folder)?;
    let bytes = |blocks: u64| blocks.saturating_mul(found.f_frsize);
    Ok(Room { free: bytes(found.f_bavail), total: bytes(found.f_blocks) })
}

/// The database's free pages, in bytes.
fn free_pages(txn: &Txn<'_>) -> Result<u64> {
    let read = |name| txn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let bytes = read("freelist_count")?.saturating_mul(read("page_size")?);
    Ok(u64::try_from(bytes).unwrap_or(0))
}
