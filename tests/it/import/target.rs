//! The three stores that an old server is moved to.

use std::os::unix::fs::OpenOptionsExt as _;

use tokio::runtime::Runtime;

use crate::support::redis::Server as Redis;
use crate::support::redis_group::Cluster;
use crate::support::{Home, Server, UNLIMITED};

/// A folder for a server, and what its store runs on.
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) home: Home,
    runtime: Runtime,
    redis: Vec<Redis>,
}

impl Target {
    pub(super) fn sqlite() -> Self {
        Self { name: "SQLite", home: Home::new(), runtime: Runtime::new().unwrap(), redis: Vec::new() }
    }

    pub(super) fn redis() -> Self {
        let runtime = Runtime::new().unwrap();
        // Append-only and in plain, so that what is on disk can be searched.
        let options = ["--save", "", "--appendonly", "yes", "--aof-use-rdb-preamble", "no"];
        let redis = runtime.block_on(Redis::with(&options));
        let home = home_on(&redis.url());
        Self { name: "Redis", home, runtime, redis: vec![redis] }
    }

    pub(super) fn cluster() -> Self {
        let runtime = Runtime::new().unwrap();
        let cluster = runtime.block_on(Cluster::start(false));
        let home = home_on(&cluster.url());
        Self { name: "Cluster", home, runtime, redis: cluster.nodes }
    }

    pub(super) fn all() -> [Self; 3] {
        [Self::sqlite(), Self::redis(), Self::cluster()]
    }

    pub(super) fn serve(&self) -> Server {
        self.home.serve_with(UNLIMITED)
    }

    /// Keys and values of every node, or the database's files, in a form that can be searched.
    pub(super) fn everything(&self) -> Vec<(String, Vec<u8>)> {
        if self.redis.is_empty() {
            return self.home.data();
        }
        let mut found = Vec::new();
        for node in &self.redis {
            found.extend(self.runtime.block_on(node.contents()));
        }
        found
    }

    /// The same, in an order, to be compared.
    pub(super) fn state(&self) -> Vec<(String, Vec<u8>)> {
        let mut state = if self.redis.is_empty() { rows(&self.home) } else { self.everything() };
        state.retain(|(key, _)| !key.ends_with(":ready")); // what health checks leave behind
        state.sort();
        state
    }

    /// How many keys or rows there are; none before there is a store.
    pub(super) fn count(&self) -> usize {
        if !self.redis.is_empty() {
            return self.redis.iter().map(|node| self.runtime.block_on(node.keys()).len()).sum();
        }
        let read_only = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let file = self.home.file("data/readonce.db");
        let Ok(db) = rusqlite::Connection::open_with_flags(file, read_only) else { return 0 };
        let count = db.query_one("SELECT count(*) FROM secrets", [], |row| row.get::<_, u32>(0));
        count.map_or(0, |count| count as usize)
    }

    /// Keys that live for ever.
    pub(super) fn immortal(&self) -> Vec<String> {
        let mut found = Vec::new();
        for node in &self.redis {
            found.extend(self.runtime.block_on(node.immortal()));
        }
        found
    }
}

fn home_on(url: &str) -> Home {
    let home = Home::new();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    let mut file = std::fs::File::options();
    let mut file = file.write(true).create_new(true).mode(0o600).open(home.file("keys")).unwrap();
    std::io::Write::write_all(&mut file, key.as_bytes()).unwrap();
    home.write("readonce.toml", &format!("store = \"{url}\"\nkeyring_file = \"keys\"\n"));
    home
}

/// Every row of the tables that an import writes to.
fn rows(home: &Home) -> Vec<(String, Vec<u8>)> {
    let db = rusqlite::Connection::open(home.file("data/readonce.db")).unwrap();
    let mut found = Vec::new();
    for table in ["secrets", "recent", "accounts"] {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|at| format!("{:?}", row.get_ref(at).unwrap()));
            found.push((table.to_owned(), values.collect::<Vec<_>>().join("|").into_bytes()));
        }
    }
    found
}
