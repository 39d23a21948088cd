//! Recorded upstream servers, loaded into a redis-server of the test; and more secrets of the same kind.

use std::time::Instant;

use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use md5::Md5;
use readonce::domain::{Clock as _, SystemClock};
use redis::Pipeline;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

use crate::support::redis::Server as Redis;
use crate::support::text::hex;
use crate::support::{Account, Home, Ran, Shared};

/// Hash fields that are times.
const TIMES: [&str; 6] = ["created", "updated", "viewed", "received", "burned", "last_login"];

/// A recording.
pub(crate) struct Recorded(Value);

/// What was shared there.
pub(crate) struct Expected {
    pub(crate) shared: Shared,
    pub(crate) value: String,
    pub(crate) passphrase: String,
    pub(crate) state: String,
    pub(crate) owner: String,
    pub(crate) ttl: u64,
    pub(crate) recipient: Value,
}

impl Recorded {
    pub(super) fn both() -> [Self; 2] {
        [include_str!("../../upstream/v0.20.5.json"), include_str!("../../upstream/v0.23.6.json")]
            .map(|text| Self(serde_json::from_str(text).unwrap()))
    }

    /// The later one.
    pub(crate) fn one() -> Self {
        let [_, later] = Self::both();
        later
    }

    pub(super) fn secret(&self) -> &str {
        self.0["global_secret"].as_str().unwrap()
    }

    pub(crate) fn account(&self) -> Account {
        let text = |name: &str| self.0["accounts"][0][name].as_str().unwrap().to_owned();
        Account { email: text("user"), token: text("token") }
    }

    pub(crate) fn expected(&self) -> Vec<Expected> {
        let expected = |entry: &Value| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            Expected {
                shared: Shared { secret: text("secret_key"), receipt: text("metadata_key") },
                value: text("value"),
                passphrase: text("passphrase"),
                state: text("state"),
                owner: text("custid"),
                ttl: entry["ttl"].as_u64().unwrap(),
                recipient: entry["recipient"].clone(),
            }
        };
        self.0["expect"].as_array().unwrap().iter().map(expected).collect()
    }

    /// The one called so.
    pub(super) fn named(&self, name: &str) -> Expected {
        let place = self.0["expect"].as_array().unwrap().iter().position(|entry| entry["name"] == name);
        self.expected().swap_remove(place.unwrap())
    }
}

/// A server of old, of which only its Redis is left.
pub(crate) struct OldServer {
    runtime: Runtime,
    redis: Redis,
    pub(crate) recorded: Recorded,
    pub(super) loaded: Instant,
}

impl OldServer {
    pub(crate) fn of(recorded: Recorded) -> Self {
        let runtime = Runtime::new().unwrap();
        let redis = runtime.block_on(Redis::start());
        let server = Self { runtime, redis, loaded: Instant::now(), recorded };
        server.send(&server.load());
        server
    }

    pub(super) fn url(&self) -> String {
        self.redis.url()
    }

    /// A field of a secret and of its receipt.
    pub(super) fn set_both(&self, shared: &Shared, field: &str, content: &str) {
        self.set(8, &["HSET", &format!("secret:{}:object", shared.secret), field, content]);
        self.set(7, &["HSET", &format!("metadata:{}:object", shared.receipt), field, content]);
    }

    /// Everything of the recording, with its times moved to the present.
    fn load(&self) -> Pipeline {
        let recorded = &self.recorded.0;
        let moved = SystemClock.now().0 - recorded["taken"].as_u64().unwrap();
        let mut pipeline = Pipeline::new();
        for record in recorded["dump"].as_array().unwrap() {
            let key = record["key"].as_str().unwrap();
            pipeline.cmd("SELECT").arg(record["db"].as_u64().unwrap());
            match record["type"].as_str().unwrap() {
                "hash" => {
                    let command = pipeline.cmd("HSET").arg(key);
                    for (field, value) in record["value"].as_object().unwrap() {
                        let mut value = decoded(value);
                        if TIMES.contains(&field.as_str()) && !value.is_empty() {
                            let time: u64 = std::str::from_utf8(&value).unwrap().parse().unwrap();
                            value = (time + moved).to_string().into_bytes();
                        }
                        command.arg(field).arg(value);
                    }
                }
                "zset" => {
                    let command = pipeline.cmd("ZADD").arg(key);
                    for member in record["value"].as_array().unwrap() {
                        #[expect(clippy::cast_precision_loss, reason = "seconds have room in it")]
                        let score = member[1].as_f64().unwrap() + moved as f64;
                        command.arg(score).arg(decoded(&member[0]));
                    }
                }
                "string" => {
                    pipeline.cmd("SET").arg(key).arg(decoded(&record["value"]));
                }
                other => panic!("a {other} in the recording"),
            }
            if let Some(lives) = record["pttl"].as_u64() {
                pipeline.cmd("PEXPIRE").arg(key).arg(lives);
            }
        }
        pipeline
    }

    pub(super) fn send(&self, pipeline: &Pipeline) {
        self.runtime.block_on(async {
            let mut connection = self.redis.connect().await.unwrap();
            pipeline.exec_async(&mut connection).await.unwrap();
        });
    }

    /// Adds a secret without a passphrase and its receipt, as that server would have made them.
    pub(super) fn add(&self, secrets: &[(Shared, String)]) {
        let now = SystemClock.now().0;
        let mut pipeline = Pipeline::new();
        for (Shared { secret, receipt }, value) in secrets {
            let sealed = sealed(self.recorded.secret(), secret, value);
            let (key, receipt_key) =
                (format!("secret:{secret}:object"), format!("metadata:{receipt}:object"));
            pipeline.cmd("SELECT").arg(8).cmd("HSET").arg(&key);
            for (field, content) in
                [("key", secret), ("custid", &"anon".to_owned()), ("metadata_key", receipt)]
            {
                pipeline.arg(field).arg(content);
            }
            pipeline.arg(&["state", "new", "value_encryption", "2", "lifespan", "3600"]);
            pipeline.arg("created").arg(now).arg("value").arg(sealed);
            pipeline.cmd("PEXPIRE").arg(&key).arg(3_600_000);
            pipeline.cmd("SELECT").arg(7).cmd("HSET").arg(&receipt_key).arg("key").arg(receipt);
            pipeline.arg(&["custid", "anon", "state", "new", "secret_ttl", "3600"]);
            pipeline.arg("secret_key").arg(secret).arg("created").arg(now);
            pipeline.cmd("PEXPIRE").arg(&receipt_key).arg(7_200_000);
        }
        self.send(&pipeline);
    }

    /// One command in one of its databases.
    pub(super) fn set(&self, database: u32, words: &[&str]) {
        let mut pipeline = Pipeline::new();
        pipeline.cmd("SELECT").arg(database);
        pipeline.cmd(words[0]).arg(&words[1..]);
        self.send(&pipeline);
    }

    /// The commands it is sent while something runs.
    pub(super) fn commands(&self, work: impl FnOnce() + Send + 'static) -> Vec<String> {
        self.runtime.block_on(self.redis.commands(async {
            tokio::task::spawn_blocking(work).await.unwrap();
        }))
    }

    /// `readonce import` of this server with its own secret.
    pub(crate) fn import_into(&self, home: &Home, more: &[&str]) -> Ran {
        home.write("secret", &format!("{}\n", self.recorded.secret()));
        let url = self.url();
        home.run(&[&["import", url.as_str(), "--secret-file", "secret"], more].concat())
    }
}

fn decoded(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

/// A value as upstream sealed it, written out anew from the description of its format.
fn sealed(global_secret: &str, key: &str, value: &str) -> Vec<u8> {
    let word = hex(&Sha256::digest(format!("{global_secret}:{key}")));
    let rounds = |input: &[u8]| (1..2048).fold(Md5::digest(input), |block, _| Md5::digest(block));
    let first = rounds(word.as_bytes());
    let second = rounds(&[&first[..], word.as_bytes()].concat());
    let iv = rounds(&[&second[..], word.as_bytes()].concat());
    let key: [u8; 32] = [&first[..], &second[..]].concat().try_into().unwrap();
    let mut buffer = value.as_bytes().to_vec();
    let length = buffer.len();
    buffer.resize((length / 16 + 1) * 16, 0);
    let cipher = cbc::Encryptor::<Aes256>::new(&key.into(), &iv);
    cipher.encrypt_padded::<Pkcs7>(&mut buffer, length).unwrap().to_vec()
}

/// A key of so many digits.
pub(super) fn key(length: usize) -> String {
    let mut drawn = vec![0; length];
    readonce::domain::random::draw(b"123456789abcdefghijklmnopqrstuvwxyz", &mut drawn);
    String::from_utf8(drawn).unwrap()
}

/// Keys as upstream made them: numbers in base 36, now and then one digit shorter.
pub(super) fn pairs(count: usize) -> Vec<(Shared, String)> {
    let pair = |place| {
        let shared = Shared {
            secret: key(31 - usize::from(place % 5 == 0)),
            receipt: key(31 - usize::from(place % 7 == 0)),
        };
        (shared, format!("value {place}"))
    };
    (0..count).map(pair).collect()
}
