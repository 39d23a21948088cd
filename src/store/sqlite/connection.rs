//! SQLite connections: opened with the pragmas that durability and erasure depend on, which are read back.

use std::fs::{OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::busy_handler::{self, BUSY_TIMEOUT};
use super::error::OpenError;
use super::header::{Header, header};
use super::open_files::{Displaced, OpenFiles};
use super::schema;
use crate::fs;

/// Where the file is.
#[derive(Clone, Debug)]
pub(super) struct Database {
    path: PathBuf,
    /// What a store has open, which every other connection of it has to open as well.
    open: Option<Arc<OpenFiles>>,
}

impl Database {
    /// Takes the path as it stands now: absolute, so that it is never read as an URI nor found elsewhere later.
    pub(super) fn at(path: &Path) -> Result<Self, OpenError> {
        match std::path::absolute(path) {
            Ok(path) => Ok(Self { path, open: None }),
            Err(error) => Err(OpenError::Open { path: path.to_owned(), source: Box::new(error) }),
        }
    }

    /// The same for a store, once a connection of it is open: from now on only the very files will do.
    pub(super) fn held(self) -> Result<Self, OpenError> {
        let open = OpenFiles::note(&self.path, || self.plain(true))?;
        Ok(Self { open: Some(Arc::new(open)), ..self })
    }

    /// Whether the names still lead to the files that the store has open.
    pub(super) fn check(&self) -> Result<(), Displaced> {
        self.open.as_ref().map_or(Ok(()), |open| open.check())
    }

    /// Makes file and folder when they are missing. The file is readable by its owner only from its first moment on,
    /// whatever the umask; SQLite gives the same mode to the `-wal` and the `-shm` it makes. One that is there has to be
    /// ours, or empty: another program's is not touched.
    pub(super) fn create(&self) -> Result<(), OpenError> {
        self.make_folder()?;
        match fs::create_new(&self.path) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.check_ours()?;
                self.narrow().map_err(|error| self.failed(error))
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Refuses what another program has written. Looks at it without SQLite first, which may change the files beside it.
    pub(super) fn check_ours(&self) -> Result<(), OpenError> {
        match header(&self.path).map_err(|error| self.failed(error))? {
            Header::Empty => Ok(()),
            Header::Foreign => Err(OpenError::NotOurs { path: self.path.clone() }),
            Header::Plain | Header::Wal => schema::may_be_ours(&self.to_look_at()?),
        }
    }

    /// Whether nobody has it open. Must come before this process does, as with [`holder`](fs::holder).
    pub(super) fn is_alone(&self) -> Result<bool, OpenError> {
        fs::holder(&self.path).map(|holder| holder.is_none()).map_err(|error| self.failed(error))
    }

    /// A connection that writes only what has to be written to read: a transaction that a crash cut off is undone.
    fn to_look_at(&self) -> Result<Connection, OpenError> {
        let reads = self.plain(false);
        let Err(OpenError::Open { source, .. }) = &reads else { return reads };
        match source.downcast_ref().and_then(rusqlite::Error::sqlite_error_code) {
            Some(ErrorCode::ReadOnly) => self.plain(true),
            _ => reads,
        }
    }

    /// A connection for a copy that somebody else's rights may be needed to write: from here on nothing of the database is
    /// opened by its name. A log is kept open as it is; without one, a journal would be looked for at each first read, but
    /// for whoever has the file to themselves.
    pub(super) fn kept_open(&self) -> Result<Connection, OpenError> {
        let db = self.plain(true)?;
        let failed = |error| self.failed(error);
        let log: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(failed)?;
        if log != "wal" {
            db.pragma(None, "locking_mode", "exclusive", |_| Ok(())).map_err(failed)?;
        }
        db.query_one("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(failed)?;
        Ok(db)
    }

    /// Makes the folder, for its owner only, when it is missing.
    pub(super) fn make_folder(&self) -> Result<(), OpenError> {
        let Some(folder) = self.path.parent() else { return Ok(()) };
        fs::make_folder(folder)
            .map(drop)
            .map_err(|source| OpenError::CreateFolder { path: folder.to_owned(), source })
    }

    /// Takes what others may do with the file away from them.
    fn narrow(&self) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.path)?;
        if !fs::is_private(&file.metadata()?) {
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
        Ok(())
    }

    /// The absolute path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A connection that writes.
    pub(super) fn writer(&self) -> Result<Connection, OpenError> {
        self.open_verified(|| {
            let db = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            self.use_log(&db)?;
            self.prepare_writer(&db)?;
            Ok(db)
        })
    }

    fn prepare_writer(&self, db: &Connection) -> Result<(), OpenError> {
        self.set(db, "synchronous", "full", &2)?;
        // Checkpoints run on their own thread.
        self.set(db, "wal_autocheckpoint", "0", &0)?;
        self.set(db, "cache_size", "-16384", &-16384)
    }

    /// A connection that leaves the file's way of keeping a log as it is.
    pub(super) fn plain(&self, writes: bool) -> Result<Connection, OpenError> {
        let mode = if writes { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
        self.open_verified(|| self.connect(mode))
    }

    /// Opens, and sees that the file is still the one of that name: a restore puts another in its place while nobody has it
    /// open. Once it has been read from, SQLite's lock keeps a restore away.
    fn open_verified(
        &self,
        open: impl Fn() -> Result<Connection, OpenError>,
    ) -> Result<Connection, OpenError> {
        loop {
            // Not even tried otherwise: opening makes a log where one is missing.
            self.check()?;
            let before = fs::file_id(&self.path);
            let db = open()?;
            db.pragma_query_value(None, "schema_version", |_| Ok(())).map_err(|error| self.failed(error))?;
            if fs::file_id(&self.path) == before {
                self.check()?;
                return Ok(db);
            }
        }
    }

    /// Switches to WAL mode. SQLite does not wait for others who switch a new file at the same moment, so this does.
    fn use_log(&self, db: &Connection) -> Result<(), OpenError> {
        let give_up = Instant::now() + BUSY_TIMEOUT;
        while let Err(error) = db.pragma(None, "journal_mode", "wal", |_| Ok(())) {
            if error.sqlite_error_code() != Some(ErrorCode::DatabaseBusy) || Instant::now() >= give_up {
                return Err(self.failed(error));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.set(db, "journal_mode", "wal", &"wal".to_owned())
    }

    /// A connection that only reads.
    pub(super) fn reader(&self) -> Result<Connection, OpenError> {
        let db = self.plain(false)?;
        // Every commit of the writer empties a reader's cache: a large one would be memory for nothing.
        self.set(&db, "cache_size", "-2048", &-2048)?;
        Ok(db)
    }

    /// Opens without making the file: one that vanished must not come back empty.
    fn connect(&self, mode: OpenFlags) -> Result<Connection, OpenError> {
        let mut db = Connection::open_with_flags(&self.path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| self.failed(error))?;
        busy_handler::set(&mut db, BUSY_TIMEOUT).map_err(|error| self.failed(error))?;
        db.set_prepared_statement_cache_capacity(64);
        self.set(&db, "secure_delete", "on", &1)?;
        // Sorting and statement journals must not leave copies in files.
        self.set(&db, "temp_store", "memory", &2)?;
        Ok(db)
    }

    /// Sets a pragma and reads it back; only what it then says counts.
    fn set<T>(
        &self,
        db: &Connection,
        name: &'static str,
        wanted: &'static str,
        expected: &T,
    ) -> Result<(), OpenError>
    where
        T: FromSql + PartialEq + std::fmt::Display,
    {
        let set = db.pragma(None, name, wanted, |_| Ok(()));
        let found: T = set
            .and_then(|()| db.pragma_query_value(None, name, |row| row.get(0)))
            .map_err(|error| self.failed(error))?;
        if found == *expected {
            return Ok(());
        }
        Err(OpenError::Pragma { name, wanted, found: found.to_string() })
    }

    fn failed(&self, error: impl std::error::Error + Send + Sync + 'static) -> OpenError {
        OpenError::Open { path: self.path.clone(), source: Box::new(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T: FromSql>(db: &Connection, name: &str) -> T {
        db.pragma_query_value(None, name, |row| row.get(0)).unwrap()
    }

    #[test]
    fn every_connection_has_its_settings() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::at(&folder.path().join("x.db")).unwrap();
        database.create().unwrap();
        let writer = database.writer().unwrap();
        assert_eq!(said::<i64>(&writer, "synchronous"), 2);
        assert_eq!(said::<i64>(&writer, "wal_autocheckpoint"), 0);
        let reader = database.reader().unwrap();
        assert!(reader.is_readonly("main").unwrap());
        for db in [&writer, &reader] {
            assert_eq!(said::<String>(db, "journal_mode"), "wal");
            assert_eq!(said::<i64>(db, "secure_delete"), 1);
            assert_eq!(said::<i64>(db, "temp_store"), 2);
        }
    }

    #[test]
    fn a_setting_that_is_not_honoured_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::at(&folder.path().join("x.db")).unwrap();
        database.create().unwrap();
        let db = database.writer().unwrap();
        // What the file says of itself cannot be set.
        let refused = database.set(&db, "page_count", "77", &77).unwrap_err();
        assert!(matches!(refused, OpenError::Pragma { name: "page_count", wanted: "77", .. }), "{refused}");
    }
}
