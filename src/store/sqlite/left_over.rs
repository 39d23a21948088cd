//! What an earlier process left is made sure before anything is built on it.
//!
//! The trap: a kernel that could not write something to the disk says so once, to the process that syncs, and takes it for
//! written from then on. A process that is started afterwards reads it, and no sync of its own brings it to the disk. So a
//! transaction whose sync failed, which is nobody's promise, lies in the log for whoever opens it next, and what is committed
//! behind it would be lost with it in a power loss: the log is good up to its first gap (ADR 0087).

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;

use rusqlite::{Connection, ErrorCode};

use super::connection::Database;
use super::error::OpenError;
use crate::fs;

/// Bytes that are written again at once.
const PIECE: usize = 64 * 1024;

/// Has the names of database and log on the disk, and where nobody else has them open, who would have done so, writes the log
/// once more as it is.
pub(super) fn make_sure(database: &Database, db: &Connection, is_alone: bool) -> Result<(), OpenError> {
    let path = database.path();
    let failed = |error: io::Error| OpenError::Open { path: path.to_owned(), source: Box::new(error) };
    let target = path.canonicalize().map_err(failed)?;
    fs::keep_name(&target).map_err(failed)?;
    if !is_alone {
        return Ok(());
    }
    let log = fs::with_suffix(&target, "-wal");
    let log = OpenOptions::new().read(true).write(true).open(log).map_err(failed)?;
    if log.metadata().map_err(failed)?.len() == 0 {
        return Ok(());
    }
    let refused = |error: rusqlite::Error| OpenError::Open { path: path.to_owned(), source: Box::new(error) };
    // So that nobody adds to the log, or empties it, in the meantime.
    match db.execute_batch("BEGIN IMMEDIATE") {
        // By somebody who was started at the same moment, and was quicker.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => return Ok(()),
        begun => begun.map_err(refused)?,
    }
    let written = write_again(&log);
    db.execute_batch("ROLLBACK").map_err(refused)?;
    written.map_err(failed)
}

fn write_again(log: &File) -> io::Result<()> {
    let (mut piece, mut at) = (vec![0; PIECE], 0);
    loop {
        match log.read_at(&mut piece, at) {
            Ok(0) => return log.sync_data(),
            Ok(read) => {
                log.write_all_at(&piece[..read], at)?;
                at += read as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
