//! A house to be robbed: a service over a real store, whose bytes at rest can be read, changed and put back.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use readonce::domain::{
    Account, AccountId, ApiToken, ClientNetwork, Clock as _, EmailAddress, FakeClock, Passphrase, Plaintext,
    ReceiptKey, SecretKey, StoredReceipt, SystemClock, TokenDigest,
};
use readonce::service::{
    Access, Caller, Error, Limits, Plan, Policy, Reader, Service, ShareRequest, SignedIn,
};
use readonce::store::Store;
use readonce::store::sqlite::SqliteStore;
use readonce::vault::{HashPool, Keyring, Vault};
use redis::aio::MultiplexedConnection;
use rusqlite::{Connection, params};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::support::redis::{Server, open};
use crate::support::search::contains;
use crate::support::text::hex;

/// What a secret of the house is made of.
pub(super) struct Loot {
    pub(super) link: SecretKey,
    pub(super) receipt_key: ReceiptKey,
    pub(super) receipt: StoredReceipt,
}

pub(super) struct House {
    pub(super) name: &'static str,
    pub(super) clock: Arc<FakeClock>,
    pub(super) vault: Arc<Vault>,
    pub(super) store: Arc<dyn Store>,
    pub(super) service: Service,
    place: Place,
}

enum Place {
    File { _folder: TempDir, path: PathBuf },
    Redis(Server),
}

/// Lifetimes of the secrets here, in seconds.
pub(super) const TTL: u32 = 604_800;
const OFF: Limits = Limits {
    create: 0,
    read: 0,
    window: Duration::from_mins(20),
    login: 0,
    anonymous_secrets: 0,
    anonymous_bytes: 0,
};

fn policy() -> Policy {
    Policy {
        ttl: readonce::domain::TtlPolicy { min: 60, default: TTL, max: TTL },
        max_size: 10_000,
        plans: [("default".to_owned(), Plan { ttl_max: 2_592_000, max_size: 10_000, create: 0 })].into(),
        tries: 5,
        window: Duration::from_mins(15),
        limits: OFF,
        create: Access::Anyone,
        metadata: Access::Anyone,
        base_url: "https://secrets.example.org".into(),
        host: "secrets.example.org".into(),
        domains: Vec::new(),
    }
}

pub(super) fn network(last: u8) -> ClientNetwork {
    ClientNetwork::of([198, 51, 100, last].into())
}

pub(super) fn text(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

pub(super) fn passphrase(word: &str) -> Passphrase {
    Passphrase::parse(text(word)).unwrap()
}

impl House {
    /// One on each store.
    pub(super) async fn both() -> [Self; 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("readonce.db");
        let file = Arc::new(SqliteStore::open(&path).unwrap());
        // Everything as text that can be searched: a compressed dump would hide what is in it.
        let server = Server::with(&[
            "--save",
            "",
            "--appendonly",
            "yes",
            "--aof-use-rdb-preamble",
            "no",
            "--rdbcompression",
            "no",
        ])
        .await;
        let redis = Arc::new(open(&server.url()).await);
        [
            Self::new("SQLite", file, Place::File { _folder: folder, path }),
            Self::new("Redis", redis, Place::Redis(server)),
        ]
    }

    fn new(name: &'static str, store: Arc<dyn Store>, place: Place) -> Self {
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let vault = Arc::new(Vault::new(Keyring::generate(clock.now()), HashPool::new(4)));
        let service = Service::new(store.clone(), vault.clone(), clock.clone(), policy());
        Self { name, clock, vault, store, service, place }
    }

    /// A thief's own server on this store, with another keyring.
    pub(super) fn with_keyring(&self, ring: Keyring) -> Service {
        let vault = Arc::new(Vault::new(ring, HashPool::new(4)));
        Service::new(self.store.clone(), vault, self.clock.clone(), policy())
    }

    /// The keyring, as its file says it.
    pub(super) fn keyring(&self) -> Keyring {
        Keyring::parse(&self.vault.ring().to_text()).unwrap()
    }

    pub(super) async fn account(&self, email: &str) -> (Account, ApiToken) {
        let email = EmailAddress::parse(email).unwrap();
        self.service.create_account(email, "default".to_owned()).await.unwrap().unwrap()
    }

    pub(super) async fn sign_in(&self, email: &str, token: &ApiToken) -> Result<SignedIn, Error> {
        self.service.sign_in(network(1), email, token.clone()).await
    }

    pub(super) async fn share(&self, value: &str, word: Option<&str>) -> Loot {
        self.share_as(None, value, word).await
    }

    pub(super) async fn share_as(&self, who: Option<SignedIn>, value: &str, word: Option<&str>) -> Loot {
        let caller = Caller { network: network(1), signed_in: who.map(Box::new) };
        let request = ShareRequest {
            secret: Plaintext::new(text(value)),
            passphrase: word.map(text),
            ttl: None,
            recipients: Vec::new(),
            share_domain: String::new(),
        };
        let creator = self.service.admit_creator(caller).unwrap();
        let shared = self.service.share(&creator, request).await.unwrap();
        Loot { link: shared.secret_key, receipt_key: shared.receipt_key, receipt: shared.receipt }
    }

    pub(super) fn reader(&self, from: ClientNetwork) -> Reader {
        self.service.admit_reader(Caller { network: from, signed_in: None }).unwrap()
    }

    /// What a reader from `from` gets for this link.
    pub(super) async fn reveal(
        &self,
        from: ClientNetwork,
        link: &SecretKey,
        word: Option<&str>,
    ) -> Result<String, Error> {
        let revealed = self.service.reveal(&self.reader(from), link, word.map(text)).await?;
        Ok(revealed.plaintext.expose().to_owned())
    }

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
