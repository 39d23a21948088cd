//! Schema migration, applied at start.
//!
//! A file with anything in it is copied before it is migrated, under the write lock: the copy is exactly what was there.

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

use super::connection::Database;
use super::copy::{self, PROGRESS_EVERY};
use super::error::OpenError;
use super::schema::{count, may_be_ours, missing, version};
use crate::domain::{Clock as _, Progress, SystemClock};
use crate::fs;
use crate::store::{Telling, Upgrading};

/// That a file's schema was brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upgrade {
    /// The schema it had.
    pub from: i64,
    /// The schema it has.
    pub to: i64,
    /// The file as it was, in a copy.
    pub copy: PathBuf,
}

/// Applies the steps that the file has not taken yet, all or none; `user_version` counts them. A file that was not new is
/// copied first.
pub(super) fn migrate(
    database: &Database,
    db: &mut Connection,
    steps: &[&str],
    telling: &Telling,
) -> Result<Option<Upgrade>, OpenError> {
    // Checked without a lock first: a start beside a busy server need not wait for it.
    if missing(db, steps)?.is_empty() {
        return Ok(None);
    }
    if version(db)? > 0 {
        let telling = Arc::clone(telling);
        let tell = move || {
            telling(Upgrading::Changing);
            false
        };
        db.progress_handler(PROGRESS_EVERY, Some(tell)).map_err(OpenError::Migrate)?;
    }
    let upgrade = take_steps(database, db, steps, telling);
    db.progress_handler(0, None::<fn() -> bool>).map_err(OpenError::Migrate)?;
    upgrade
}

fn take_steps(
    database: &Database,
    db: &mut Connection,
    steps: &[&str],
    telling: &Telling,
) -> Result<Option<Upgrade>, OpenError> {
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(OpenError::Migrate)?;
    let (from, to) = (version(&step)?, count(steps));
    may_be_ours(&step)?; // another program may have been quicker
    let left = missing(&step, steps)?;
    if left.is_empty() {
        return Ok(None); // another process was quicker
    }
    let upgrade = match from {
        0 => None,
        _ => Some(Upgrade { from, to, copy: copy_first(database, (from, to), telling)? }),
    };
    if upgrade.is_some() {
        telling(Upgrading::Changing);
    }
    let done = left
        .iter()
        .try_for_each(|sql| step.execute_batch(sql))
        .and_then(|()| step.pragma_update(None, "user_version", to))
        .and_then(|()| step.commit());
    if let (Err(_), Some(upgrade)) = (&done, &upgrade) {
        // Nothing was changed. A server that tries again and again must not fill the disk with copies.
        drop(std::fs::remove_file(&upgrade.copy));
    }
    done.map_err(OpenError::Migrate)?;
    Ok(upgrade)
}

/// A copy beside the file, under the first free of `….before-vN`, `….before-vN-2` and so on.
fn copy_first(database: &Database, (from, to): (i64, i64), telling: &Telling) -> Result<PathBuf, OpenError> {
    let path = database.path();
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    let telling = Arc::clone(telling);
    let progress: Progress =
        Arc::new(move |percent| telling(Upgrading::Copying { from, to, bytes, percent }));
    progress(0);
    let failed = |error| OpenError::CopyFirst(Box::new(error));
    let beside = fs::with_suffix(path, &format!(".before-v{to}.new"));
    // Left by a process that was killed: whoever holds the lock is the only one who makes it.
    drop(std::fs::remove_file(&beside));
    let mut source = database.plain(true)?;
    copy::copy(&mut source, &beside, SystemClock.now(), &progress).map_err(failed)?;
    let mut number = 1;
    loop {
        let ending = if number == 1 { format!(".before-v{to}") } else { format!(".before-v{to}-{number}") };
        let named = fs::with_suffix(path, &ending);
        match fs::publish_new(&beside, &named) {
            Ok(()) => return Ok(named),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(source) => {
                drop(std::fs::remove_file(&beside));
                return Err(failed(super::CopyError::File { path: named, source }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::schema::STEPS;
    use super::*;
    use crate::store::sqlite::{Backup, CopyError};

    const NEXT: &str = "CREATE TABLE more (x INTEGER NOT NULL) STRICT; INSERT INTO more VALUES (7)";
    const AFTER_NEXT: &str = "ALTER TABLE more ADD COLUMN y TEXT";

    fn silent() -> Telling {
        Arc::new(|_| {})
    }

    fn steps<'a>(more: &[&'a str]) -> Vec<&'a str> {
        [STEPS, more].concat()
    }

    /// A file of today's schema, with a row in it.
    fn in_field() -> (tempfile::TempDir, Database) {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::at(&folder.path().join("x.db")).unwrap();
        database.create().unwrap();
        let mut db = database.writer().unwrap();
        assert_eq!(migrate(&database, &mut db, STEPS, &silent()).unwrap(), None, "a new file is not copied");
        db.execute("INSERT INTO singles VALUES ('witness', x'01')", []).unwrap();
        (folder, database)
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"))
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_in_the_field_is_copied_before_it_takes_a_step() {
        let (folder, database) = in_field();
        let known = count(STEPS);
        let mut db = database.writer().unwrap();
        let upgrade = migrate(&database, &mut db, &steps(&[NEXT, AFTER_NEXT]), &silent()).unwrap().unwrap();
        assert_eq!((upgrade.from, upgrade.to), (known, known + 2));
        let copy = upgrade.copy;
        assert_eq!(copy, fs::with_suffix(database.path(), &format!(".before-v{}", known + 2)));
        assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(&folder).len(), 2, "{:?}", names(&folder));
        assert_eq!(rows(&db, "SELECT x FROM more WHERE y IS NULL"), 7);
        // The copy is what was there, whole, and can be restored by the version that knows its schema.
        assert!(Backup::open(&copy).is_ok());
        let before = Connection::open(&copy).unwrap();
        assert_eq!(version(&before).unwrap(), known);
        assert_eq!(rows(&before, "SELECT count(*) FROM singles WHERE name = 'witness'"), 1);
        assert_eq!(rows(&before, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'"), 0);
        // Once is enough.
        assert_eq!(migrate(&database, &mut db, &steps(&[NEXT, AFTER_NEXT]), &silent()).unwrap(), None);
        assert!(matches!(migrate(&database, &mut db, STEPS, &silent()), Err(OpenError::NewerSchema { .. })));
    }

    #[test]
    fn an_upgrade_says_what_it_is_at_before_it_is() {
        let (folder, database) = in_field();
        let said = Arc::new(std::sync::Mutex::new(Vec::new()));
        let telling: Telling = {
            let (said, folder) = (Arc::clone(&said), folder.path().to_owned());
            let is_copied = move || std::fs::read_dir(&folder).unwrap().count() > 3;
            Arc::new(move |upgrading| said.lock().unwrap().push((upgrading, is_copied())))
        };
        let mut db = database.writer().unwrap();
        let long = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) \
                    INSERT INTO more SELECT x FROM c";
        migrate(&database, &mut db, &steps(&[NEXT, long]), &telling).unwrap().unwrap();
        let said = std::mem::take(&mut *said.lock().unwrap());
        let (known, bytes) = (
            count(STEPS),
            match said[0].0 {
                Upgrading::Copying { bytes, .. } => bytes,
                Upgrading::Changing => panic!("{said:?}"),
            },
        );
        assert!(bytes > 4096);
        let copying = |percent| Upgrading::Copying { from: known, to: known + 2, bytes, percent };
        assert_eq!(said[0], (copying(0), false), "before there is a copy");
        let changing = said.iter().position(|(upgrading, _)| *upgrading == Upgrading::Changing).unwrap();
        assert_eq!(said[changing - 1], (copying(100), true));
        assert!(said.len() > changing + 1, "and again while it lasts: {said:?}");
        // Later work on the connection is no upgrade.
        rows(
            &db,
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) SELECT count(*) FROM c",
        );
        assert_eq!(migrate(&database, &mut db, &steps(&[NEXT, long]), &telling).unwrap(), None);
    }

    #[test]
    fn a_copy_that_is_there_already_is_not_replaced() {
        let (folder, database) = in_field();
        let taken = fs::with_suffix(database.path(), &format!(".before-v{}", count(STEPS) + 1));
        std::fs::write(&taken, "an older copy").unwrap();
        let mut db = database.writer().unwrap();
        let upgrade = migrate(&database, &mut db, &steps(&[NEXT]), &silent()).unwrap().unwrap();
        assert_eq!(upgrade.copy, fs::with_suffix(&taken, "-2"));
        assert_eq!(std::fs::read_to_string(&taken).unwrap(), "an older copy");
        assert_eq!(names(&folder).len(), 3);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_half_done() {
        let (folder, database) = in_field();
        let mut db = database.writer().unwrap();
        let failed = migrate(&database, &mut db, &steps(&[NEXT, "CREATE TABLE more (twice)"]), &silent());
        assert!(matches!(failed, Err(OpenError::Migrate(_))), "{failed:?}");
        assert_eq!(names(&folder), ["x.db"]);
        assert_eq!(version(&db).unwrap(), count(STEPS));
        assert_eq!(rows(&db, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'"), 0);
    }

    #[test]
    fn without_a_copy_there_is_no_step() {
        let (folder, database) = in_field();
        // A folder of that name stands for a disk that does not take the copy.
        std::fs::create_dir(fs::with_suffix(database.path(), &format!(".before-v{}.new", count(STEPS) + 1)))
            .unwrap();
        let mut db = database.writer().unwrap();
        match migrate(&database, &mut db, &steps(&[NEXT]), &silent()) {
            Err(OpenError::CopyFirst(why)) => assert!(matches!(*why, CopyError::File { .. }), "{why:?}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(version(&db).unwrap(), count(STEPS));
        assert_eq!(names(&folder).len(), 2);
    }

    #[test]
    fn two_that_start_at_once_make_one_copy() {
        let (folder, database) = in_field();
        let made: Vec<_> = std::thread::scope(|scope| {
            let starting: Vec<_> = (0..4)
                .map(|_| {
                    let database = database.clone();
                    scope.spawn(move || {
                        let mut db = database.writer().unwrap();
                        migrate(&database, &mut db, &steps(&[NEXT]), &silent()).unwrap()
                    })
                })
                .collect();
            starting.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert_eq!(made.iter().flatten().count(), 1, "{made:?}");
        assert_eq!(names(&folder).len(), 2);
    }

    fn rows(db: &Connection, sql: &str) -> i64 {
        db.query_one(sql, [], |row| row.get(0)).unwrap()
    }
}
