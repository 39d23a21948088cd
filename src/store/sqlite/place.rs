//! Files beside a database: made for the owner only, put into place in one step, never over another by mistake.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::process::{Flock, FlockType, Pid, fcntl_getlk};

use super::owner::folder_of;

/// What SQLite puts beside a file. One that is left there would be taken for the next file's.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The path with something behind its name.
pub(super) fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// Makes an empty file that must not be there yet (0600).
pub(super) fn create(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
}

/// What a file's first bytes say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Nothing is in it.
    Empty,
    /// It is no database.
    Foreign,
    /// A database that keeps a log. A copy of ours never does; and merely opening one makes files beside it.
    Logged,
    /// A database without one.
    Plain,
}

/// Looks at a file without SQLite, which may change what lies beside it. Must come before this process opens it, as with
/// [`holder`].
pub(super) fn head(path: &Path) -> io::Result<Head> {
    let mut head = Vec::new();
    File::open(path)?.take(20).read_to_end(&mut head)?;
    Ok(match head.as_slice() {
        [] => Head::Empty,
        head if head.len() < 20 || !head.starts_with(b"SQLite format 3\0") => Head::Foreign,
        head if head[18] == 2 || head[19] == 2 => Head::Logged,
        _ => Head::Plain,
    })
}

/// Which file it is, whatever its name; `None` when there is none.
pub(super) fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Whether both names lead to one file.
pub(super) fn same(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|id| Some(id) == identity(other))
}

/// Another process that has locked a part of the file. SQLite holds a lock for as long as a database with a log is open.
///
/// Must come before this process opens the database: closing a file gives up all locks that the process has on it.
pub(super) fn holder(path: &Path) -> io::Result<Option<Holder>> {
    let file = File::open(path)?;
    Ok(fcntl_getlk(&file, &Flock::from(FlockType::WriteLock))?.map(|lock| Holder(lock.pid)))
}

/// Who has a file locked; a process of another container has no number here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder(Option<Pid>);

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(pid) => write!(f, "process {}", pid.as_raw_nonzero()),
            None => f.write_str("another process"),
        }
    }
}

impl Holder {
    /// Somebody, as SQLite tells no more.
    pub(super) fn unknown() -> Self {
        Self(None)
    }
}

/// Has a file's content on the disk.
pub(super) fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Has a file's name on the disk.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    sync(folder_of(path))
}

/// Gives a name to a file that was made under another, in one step. `AlreadyExists` when the name is taken.
pub(super) fn put_beside_none(made: &Path, path: &Path) -> io::Result<()> {
    fs::hard_link(made, path)?;
    fs::remove_file(made)?;
    sync_folder_of(path)
}

/// The same, in the place of what is there.
pub(super) fn put_over(made: &Path, path: &Path) -> io::Result<()> {
    fs::rename(made, path)?;
    sync_folder_of(path)
}
