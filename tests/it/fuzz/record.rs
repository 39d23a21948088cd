//! The record of a secret in Redis, damaged by whoever can write there: a claim gives out what stands in it, byte for byte, and ends
//! it; or says why not, and changes nothing.

use readonce::domain::{KeyId, State, Timestamp};
use readonce::store::redis::RedisStore;
use readonce::store::{Claim, Error, NewSecret, SecretStore as _, Taken};
use redis::aio::MultiplexedConnection;
use tokio::runtime::Runtime;

use super::run::fuzz;
use crate::store::sample::{plain, reveal};
use crate::support::redis::{Server, open};

/// Where the envelope begins, after version, expiry and the receipt's id (docs/dev/crypto.md).
const HEAD: usize = 41;
/// When what lies in the corpus was shared, and the root key of it.
const NOW: Timestamp = Timestamp(1_795_248_429);
const KEY: KeyId = KeyId([0x5e, 0x40, 0x82, 0xd9, 0x86, 0x26, 0xff, 0x20]);
/// The receipt's id that the corpus has.
const RECEIPT: [u8; 32] = *b"\x7b\x01\x02\x03\x04\x05\x06\x07\x08\x09\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15";

struct World {
    runtime: Runtime,
    store: RedisStore,
    db: MultiplexedConnection,
    _server: Server,
}

impl World {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let (server, store, db) = runtime.block_on(async {
            let server = Server::start().await;
            let (store, db) = (open(&server.url()).await, server.connect().await.unwrap());
            (server, store, db)
        });
        Self { runtime, store, db, _server: server }
    }

    fn keys(secret: &NewSecret) -> [Vec<u8>; 2] {
        let receipt = &secret.receipt;
        [(b's', receipt.sid.0), (b'm', receipt.mid.0)].map(|(kind, id)| {
            [format!("ro:{{{}}}:", receipt.tag.as_str()).as_bytes(), &[kind, b':'], &id].concat()
        })
    }

    async fn contents(&self, secret: &NewSecret) -> [Option<Vec<u8>>; 2] {
        let mut dump = redis::pipe();
        for key in Self::keys(secret) {
            dump.cmd("DUMP").arg(key);
        }
        let [value, receipt]: [Option<Vec<u8>>; 2] = dump.query_async(&mut self.db.clone()).await.unwrap();
        [value, receipt]
    }

    /// Whether it was given out.
    fn claim(&self, input: &[u8]) -> bool {
        self.runtime.block_on(async {
            let secret = plain(NOW);
            self.store.put(secret.clone()).await.unwrap();
            let mut record = input.to_vec();
            // Its receipt is the one that is there, unless that was damaged.
            if record.get(9..HEAD) == Some(&RECEIPT) {
                record[9..HEAD].copy_from_slice(&secret.receipt.mid.0);
            }
            let set = redis::cmd("SET").arg(&Self::keys(&secret)[0]).arg(&record).arg("KEEPTTL").to_owned();
            set.exec_async(&mut self.db.clone()).await.unwrap();
            let before = self.contents(&secret).await;
            let looked = self.store.look(secret.receipt.tag, secret.receipt.sid, NOW).await;
            assert!(matches!(looked, Ok(_) | Err(Error::Corrupt(_))), "{looked:?}");
            assert_eq!(self.contents(&secret).await, before, "a look changed something");
            let claim = Claim { ring: [KEY].into(), ..reveal(&secret, NOW) };
            let taken = self.store.take(claim).await;
            let after = self.contents(&secret).await;
            if let Ok(Taken::Won(won)) = &taken {
                assert_eq!(won.envelope.as_bytes(), &record[HEAD..]);
                assert_eq!(won.receipt.mid.0, record[9..HEAD]);
                assert!(
                    record[0] == 1 && record[1..9] > NOW.0.to_be_bytes()[..],
                    "of another version, or of the past"
                );
                assert_eq!(after[0], None, "it is there still");
                let receipt =
                    self.store.receipt(secret.receipt.tag, secret.receipt.mid, NOW).await.unwrap().unwrap();
                let is_its_own = won.receipt.mid == secret.receipt.mid;
                assert_eq!(receipt.state, if is_its_own { State::Revealed } else { State::Orphaned });
                return true;
            }
            match &taken {
                Ok(Taken::UnknownKey(id)) => assert_eq!(id.0, record[HEAD + 4..HEAD + 12]),
                Ok(Taken::Gone) => assert!(record[1..9] <= NOW.0.to_be_bytes()[..], "it has not ended"),
                Ok(Taken::Protected) | Err(Error::Corrupt(_)) => {}
                other => panic!("{other:?}"),
            }
            assert_eq!(after, before, "{taken:?}, and something was changed");
            false
        })
    }
}

#[test]
fn in_redis() {
    let world = World::new();
    let inputs = ["open"];
    super::run::fuzz_some("record", &inputs, 250, &["OTs\u{1}", "\u{1}", "\u{4}", "\u{5}"], |input| {
        world.claim(input)
    });
}

/// Of a protected one nothing is given out to who presents nothing.
#[test]
fn of_a_protected_one_in_redis() {
    let world = World::new();
    let whole = super::corpus::input("record", "bcrypt");
    let opened = std::cell::Cell::new(0);
    fuzz("record", 120, &["OTs\u{1}"], |input| {
        let given = world.claim(input);
        // Only where the byte was damaged that says that it is: then it does not open (`sealed`).
        opened.set(opened.get() + u32::from(given && input.len() > HEAD + 12 && input[HEAD + 12] != 0));
        given || input == whole
    });
    assert_eq!(opened.get(), 0);
}
