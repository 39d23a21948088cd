//! The house's bytes at rest: read, changed and put back behind the program's back.

use std::path::PathBuf;

use readonce::domain::{AccountId, TokenDigest};
use redis::aio::MultiplexedConnection;
use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::house::{House, Loot, TTL};
use crate::support::redis::Server;
use crate::support::search::contains;
use crate::support::text::hex;

/// Where the bytes are.
pub(super) enum Place {
    File { _folder: TempDir, path: PathBuf },
    Redis(Server),
}

impl House {
    /// Everything that lies on the disk: database and log, or dump and append-only file.
    pub(super) async fn stolen(&self) -> Vec<(String, Vec<u8>)> {
        match &self.place {
            Place::File { path, .. } => {
                let name = |ending: &str| format!("{}{ending}", path.display());
                ["", "-wal", "-shm"]
                    .map(|end| (name(end), std::fs::read(name(end)).unwrap_or_default()))
                    .into()
            }
            Place::Redis(server) => {
                server.call(&["SAVE"]).await;
                server.files()
            }
        }
    }

    /// Whether these very bytes lie on the disk.
    pub(super) async fn holds(&self, bytes: &[u8]) -> bool {
        self.stolen().await.iter().any(|(_, content)| contains(content, bytes))
    }

    /// The sealed value as it lies in the store.
    pub(super) async fn envelope(&self, loot: &Loot) -> Vec<u8> {
        match &self.place {
            Place::File { path, .. } => Connection::open(path)
                .unwrap()
                .query_one("SELECT envelope FROM secrets WHERE sid = ?1", [loot.receipt.sid.0], |row| {
                    row.get(0)
                })
                .unwrap(),
            Place::Redis(server) => {
                record(&mut server.connect().await.unwrap(), loot).await[RECORD_HEAD..].to_vec()
            }
        }
    }

    /// Writes another one in its place; one that was taken comes back.
    pub(super) async fn put_envelope(&self, loot: &Loot, bytes: &[u8]) {
        let (sid, expires) = (loot.receipt.sid.0, loot.receipt.secret_expires().0);
        match &self.place {
            Place::File { path, .. } => {
                let sql = "UPDATE secrets SET envelope = ?2, sealed = ?3, state = 0 WHERE sid = ?1";
                let db = Connection::open(path).unwrap();
                assert_eq!(db.execute(sql, params![sid, bytes, loot.receipt.sealed]).unwrap(), 1);
            }
            Place::Redis(server) => {
                let head = [&[1][..], &expires.to_be_bytes(), &loot.receipt.mid.0].concat();
                let mut db = server.connect().await.unwrap();
                let mut set = redis::cmd("SET");
                set.arg(key('s', loot)).arg([&head, bytes].concat()).arg("PX").arg(86_400_000);
                let () = set.query_async(&mut db).await.unwrap();
                let () = redis::cmd("HDEL").arg(key('m', loot)).arg("e").query_async(&mut db).await.unwrap();
            }
        }
    }

    /// Damages all that only adorns the receipt: owner, recipient, share domain, time of the last change, sealed link.
    pub(super) async fn damage_decoration(&self, loot: &Loot) {
        match &self.place {
            Place::File { path, .. } => {
                let bad = "CAST(x'ff' AS TEXT)";
                let sql = format!(
                    "UPDATE secrets SET owner = {bad}, recipient = {bad}, share_domain = {bad}, updated = -1, \
                     sealed = x'00' WHERE sid = ?1"
                );
                assert_eq!(Connection::open(path).unwrap().execute(&sql, [loot.receipt.sid.0]).unwrap(), 1);
            }
            Place::Redis(server) => {
                let mut db = server.connect().await.unwrap();
                let mut set = redis::cmd("HSET");
                set.arg(key('m', loot));
                for field in ["o", "r", "h", "u", "s"] {
                    set.arg(field).arg(&[0xff][..]);
                }
                let () = set.query_async(&mut db).await.unwrap();
            }
        }
    }

    /// Removes it.
    pub(super) async fn delete(&self, loot: &Loot) {
        match &self.place {
            Place::File { path, .. } => {
                let db = Connection::open(path).unwrap();
                let sql = "UPDATE secrets SET envelope = NULL WHERE sid = ?1";
                assert_eq!(db.execute(sql, [loot.receipt.sid.0]).unwrap(), 1);
            }
            Place::Redis(server) => {
                let mut db = server.connect().await.unwrap();
                let () = redis::cmd("DEL").arg(key('s', loot)).query_async(&mut db).await.unwrap();
            }
        }
    }

    /// Has the store believe that the secret lives ten times as long.
    pub(super) async fn prolong(&self, loot: &Loot) {
        let longer = 10 * TTL;
        match &self.place {
            Place::File { path, .. } => {
                let sql = "UPDATE secrets SET ttl = ?2, due = created + ?2 WHERE sid = ?1";
                let db = Connection::open(path).unwrap();
                assert_eq!(db.execute(sql, params![loot.receipt.sid.0, longer]).unwrap(), 1);
            }
            Place::Redis(server) => {
                let mut db = server.connect().await.unwrap();
                let mut bytes = record(&mut db, loot).await;
                bytes[1..9].copy_from_slice(&(loot.receipt.created.0 + u64::from(longer)).to_be_bytes());
                let () = redis::cmd("SET").arg(key('s', loot)).arg(bytes).query_async(&mut db).await.unwrap();
            }
        }
    }

    /// Gives an account another token's digest.
    pub(super) async fn replace_token(&self, id: AccountId, digest: TokenDigest) {
        match &self.place {
            Place::File { path, .. } => {
                let db = Connection::open(path).unwrap();
                let sql = "UPDATE accounts SET token = ?2 WHERE id = ?1";
                assert_eq!(db.execute(sql, params![id.0, digest.0]).unwrap(), 1);
            }
            Place::Redis(server) => {
                let mut db = server.connect().await.unwrap();
                let mut set = redis::cmd("HSET");
                set.arg(format!("ro:acct:{{{}}}", hex(&id.0))).arg("t").arg(&digest.0[..]);
                let added: i64 = set.query_async(&mut db).await.unwrap();
                assert_eq!(added, 0, "the field was there");
            }
        }
    }

    /// Forgets that passphrases were tried.
    pub(super) async fn forget_tries(&self, loot: &Loot) {
        match &self.place {
            Place::File { path, .. } => {
                let sql = "DELETE FROM tries; UPDATE secrets SET tries = 0, gate = 0";
                Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            Place::Redis(server) => {
                let mut db = server.connect().await.unwrap();
                let () = redis::cmd("DEL").arg(key('f', loot)).query_async(&mut db).await.unwrap();
            }
        }
    }
}

/// What stands before the envelope in a record of Redis: version, expiry, the receipt's id.
const RECORD_HEAD: usize = 41;

fn key(kind: char, loot: &Loot) -> Vec<u8> {
    let id = if kind == 'm' { loot.receipt.mid.0 } else { loot.receipt.sid.0 };
    [format!("ro:{{{}}}:{kind}:", loot.link.tag().as_str()).as_bytes(), &id].concat()
}

async fn record(db: &mut MultiplexedConnection, loot: &Loot) -> Vec<u8> {
    redis::cmd("GET").arg(key('s', loot)).query_async(db).await.unwrap()
}
