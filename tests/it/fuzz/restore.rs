//! A backup that is damaged: `readonce restore` takes it, and brings back nothing that was read since; or says why not, and the
//! database is what it was, to the byte.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::strategy::Strategy as _;
use readonce::domain::{Clock as _, SystemClock};
use readonce::store::sqlite::{Backup, CopyError, Restore, Restored};
use rusqlite::Connection;

use super::mutate::damaged;
use super::run::fuzz_from;
use crate::support::{Home, UNLIMITED};

/// A database in which one secret was read after the backup was made, and what was sealed in it.
struct World {
    backup: Vec<u8>,
    database: Vec<u8>,
    read: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let home = Home::new();
        let server = home.serve_with(UNLIMITED);
        let client = server.client();
        let [read, _] = ["read", "unread"].map(|value| client.share(value));
        home.run(&["backup", "backup.db"]).succeeded();
        let sealed = "SELECT envelope FROM secrets ORDER BY id LIMIT 1";
        let read_before =
            Connection::open(home.file("backup.db")).unwrap().query_one(sealed, [], |row| row.get(0));
        client.reveal(&read).ok();
        server.stop();
        let file = |name: &str| fs::read(home.file(name)).unwrap();
        Self { backup: file("backup.db"), database: file("data/readonce.db"), read: read_before.unwrap() }
    }

    fn restore(folder: &Path) -> Result<Restored, CopyError> {
        let backup = Backup::open(&folder.join("backup.db"))?;
        let restore = Restore {
            backup: &backup,
            into: &folder.join("readonce.db"),
            accept_unconfirmed: false,
            force: true,
            now: SystemClock.now(),
        };
        let progress: readonce::domain::Progress = Arc::new(|_| {});
        restore.run(&progress)
    }

    /// Whether it was taken.
    fn take(&self, input: &[u8]) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let [backup, database] = ["backup.db", "readonce.db"].map(|name| folder.path().join(name));
        fs::write(&backup, input).unwrap();
        fs::write(&database, &self.database).unwrap();
        let came = Self::restore(folder.path());
        if let Err(error) = came {
            assert!(!error.to_string().is_empty());
            assert!(fs::read(&database).unwrap() == self.database, "{error}: it was changed");
            let left = fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name())
                .collect::<Vec<_>>();
            assert_eq!(left.len(), 2, "{error}: {left:?}");
            return false;
        }
        let db = Connection::open(&database).unwrap();
        let sealed = db
            .prepare("SELECT envelope FROM secrets")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect::<Vec<Option<Vec<u8>>>>();
        assert!(!sealed.contains(&Some(self.read.clone())), "what was read is there once more");
        true
    }
}

#[test]
fn a_damaged_backup() {
    let world = World::new();
    assert!(world.take(&world.backup), "what is whole is restored");
    let inputs =
        damaged(vec![world.backup.clone()], &["SQLite format 3\0", "secrets", "copied", "CREATE TABLE"]);
    fuzz_from(
        "restore",
        60,
        inputs.boxed(),
        |input| world.take(&input),
        |input| format!("{} bytes", input.len()),
    );
}
