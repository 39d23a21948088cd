//! SQLite's file header, and the names of the files that SQLite keeps beside a database.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// What SQLite puts behind a database's name. A file of that name that is left would be taken for the next database's.
pub(super) const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// What a file's first bytes say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// Nothing is in it.
    Empty,
    /// It is no database.
    Foreign,
    /// A database in WAL mode. A copy of ours never is; and merely opening one makes files beside it.
    Wal,
    /// A database without a WAL.
    Plain,
}

/// Reads the header without SQLite, which may change the files beside it. Must come before this process opens it, as with
/// [`holder`](crate::fs::holder).
pub(super) fn header(path: &Path) -> io::Result<Header> {
    let mut head = Vec::new();
    File::open(path)?.take(20).read_to_end(&mut head)?;
    Ok(match head.as_slice() {
        [] => Header::Empty,
        head if head.len() < 20 || !head.starts_with(b"SQLite format 3\0") => Header::Foreign,
        head if head[18] == 2 || head[19] == 2 => Header::Wal,
        _ => Header::Plain,
    })
}
