//! SQLite's file header, and the names of the files that SQLite keeps beside a database.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::fs;

/// What SQLite puts behind a database's name. A file of that name that is left would be taken for the next database's.
pub(super) const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// How a journal begins.
const JOURNAL: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

/// What a file's first bytes say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// Nothing is in it; or nothing was, and a power loss cut off what was to put the first into it.
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
        head if head.len() < 20 || !head.starts_with(b"SQLite format 3\0") => {
            if was_empty(path) {
                Header::Empty
            } else {
                Header::Foreign
            }
        }
        head if head[18] == 2 || head[19] == 2 => Header::Wal,
        _ => Header::Plain,
    })
}

/// Whether a journal beside the file says that nothing was in it: SQLite, which syncs a journal before it writes to a database,
/// makes it empty again.
fn was_empty(path: &Path) -> bool {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut head = [0; 20];
    let read =
        File::open(fs::with_suffix(&target, "-journal")).and_then(|mut file| file.read_exact(&mut head));
    // Its magic, two numbers, and the pages that the database had.
    read.is_ok() && head.starts_with(&JOURNAL) && head[16..].iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::SqliteStore;

    /// A journal of a transaction on a database of so many pages, which changed none of them.
    fn journal(pages: u32) -> Vec<u8> {
        let numbers: [u32; 5] = [0, 4711, pages, 512, 4096];
        let mut journal = JOURNAL.to_vec();
        journal.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        journal.resize(512, 0);
        journal
    }

    #[test]
    fn a_database_whose_first_page_was_cut_off_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        std::fs::write(&path, [0; 4096]).unwrap();
        assert_eq!(header(&path).unwrap(), Header::Foreign);
        std::fs::write(fs::with_suffix(&path, "-journal"), journal(1)).unwrap();
        assert_eq!(header(&path).unwrap(), Header::Foreign, "something was in it");
        std::fs::write(fs::with_suffix(&path, "-journal"), journal(0)).unwrap();
        assert_eq!(header(&path).unwrap(), Header::Empty);
        SqliteStore::open(&path).unwrap();
        assert_eq!(header(&path).unwrap(), Header::Wal);
    }
}
