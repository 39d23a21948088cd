//! Locks between processes: one of ours on a folder, and those that SQLite holds on a database.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::FlockOperation;
use rustix::process::{Flock, FlockType, Pid, fcntl_getlk};

use super::path::folder_of;

/// Holds off every other process that would change files of this folder, for as long as the answer lives: two commands
/// that read, change and write the same file would undo each other's work.
pub fn lock_folder_of(path: &Path) -> io::Result<File> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = File::open(folder_of(&path))?;
    rustix::fs::flock(&folder, FlockOperation::LockExclusive)?;
    Ok(folder)
}

/// Another process that has locked a part of the file. SQLite holds a lock for as long as a database with a WAL is open.
///
/// Must come before this process opens the database: closing a file gives up all locks that the process has on it.
pub fn holder(path: &Path) -> io::Result<Option<Holder>> {
    let file = File::open(path)?;
    Ok(fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))?.map(|lock| Holder(lock.pid)))
}

/// Who has a file locked; a process of another container has no number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(Option<Pid>);

impl Holder {
    /// Another process; which one is unknown.
    #[must_use]
    pub fn unknown() -> Self {
        Self(None)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(pid) => write!(f, "process {}", pid.as_raw_nonzero()),
            None => f.write_str("another process"),
        }
    }
}
