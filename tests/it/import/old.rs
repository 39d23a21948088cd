//! Upstream servers of which only their Redis is left: a redis-server of the test with what was recorded, and more secrets of the
//! same kind.

use std::time::Instant;

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt as _, KeyIvInit as _};
use md5::Md5;
use readonce::domain::{Clock as _, SystemClock};
use redis::Pipeline;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

pub(crate) use super::recording::{Expected, Recorded};
use super::sealing;
use crate::support::redis::Server as Redis;
use crate::support::text::{hex, link_key};
use crate::support::{Home, Ran, Shared};

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
        server.send(&server.recorded.load(None));
        server
    }

    /// Loads another recording beside it, leaving out what begins with `but`.
    pub(super) fn beside(&self, other: &Recorded, but: Option<&str>) {
        self.send(&other.load(but));
    }

    pub(super) fn url(&self) -> String {
        self.redis.url()
    }

    /// A field of a secret and of its receipt.
    pub(super) fn set_both(&self, shared: &Shared, field: &str, content: &str) {
        self.set(8, &["HSET", &format!("secret:{}:object", shared.secret), field, content]);
        self.set(7, &["HSET", &format!("metadata:{}:object", shared.receipt), field, content]);
    }

    pub(crate) fn send(&self, pipeline: &Pipeline) {
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

    /// Adds secrets and their receipts as v0.26 would have made them; every fifth protected by the passphrase `open sesame`.
    pub(crate) fn add_newer(&self, secrets: &[(Shared, String)]) {
        let now = SystemClock.now().0;
        let mut pipeline = Pipeline::new();
        for (place, (Shared { secret, receipt }, value)) in secrets.iter().enumerate() {
            let sealed = sealing::sealed(self.recorded.secret(), secret, value);
            pipeline.cmd("HSET").arg(format!("secret:{secret}:object"));
            pipeline
                .arg("objid")
                .arg(format!("\"{secret}\""))
                .arg("receipt_identifier")
                .arg(format!("\"{receipt}\""));
            pipeline.arg("ciphertext").arg(sealed).arg(&["state", "\"new\"", "lifespan", "3600"]);
            pipeline.arg("created").arg(format!("{now}.25"));
            if is_protected(place) {
                pipeline.arg("passphrase").arg(format!("\"{}\"", sealing::HASH));
            }
            pipeline.cmd("PEXPIRE").arg(format!("secret:{secret}:object")).arg(3_600_000);
            pipeline.cmd("HSET").arg(format!("receipt:{receipt}:object"));
            pipeline
                .arg("objid")
                .arg(format!("\"{receipt}\""))
                .arg("secret_identifier")
                .arg(format!("\"{secret}\""));
            pipeline.arg(&["state", "\"new\"", "secret_ttl", "3600", "lifespan", "3600"]);
            pipeline.arg("created").arg(format!("{now}.25"));
            pipeline.cmd("PEXPIRE").arg(format!("receipt:{receipt}:object")).arg(7_200_000);
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

    /// `readonce import` of this server with its own secrets.
    pub(crate) fn import_into(&self, home: &Home, more: &[&str]) -> Ran {
        // As files end that somebody has edited.
        let lines: Vec<String> = self.recorded.secrets().iter().map(|secret| format!("{secret}\n")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        self.import_with(home, &lines, more)
    }

    /// The same with these secrets, each in a file as it is.
    pub(super) fn import_with(&self, home: &Home, secrets: &[&str], more: &[&str]) -> Ran {
        let url = self.url();
        let mut call = vec!["import", url.as_str()];
        let files: Vec<String> =
            (0..secrets.len()).map(|at| format!("secret{}", "-before".repeat(at))).collect();
        for (file, secret) in files.iter().zip(secrets) {
            home.write(file, secret);
            call.extend(["--secret-file", file]);
        }
        home.run(&[&call, more].concat())
    }
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

/// Whether the secret at this place is one that [`OldServer::add_newer`] protects.
pub(super) fn is_protected(place: usize) -> bool {
    place.is_multiple_of(5)
}

/// Keys as v0.24 and later make them.
pub(crate) fn long_pairs(count: usize) -> Vec<(Shared, String)> {
    let pair = |place| (Shared { secret: link_key(62), receipt: link_key(62) }, format!("value {place}"));
    (0..count).map(pair).collect()
}

/// Keys as upstream made them: numbers in base 36, now and then one digit shorter.
pub(super) fn pairs(count: usize) -> Vec<(Shared, String)> {
    let pair = |place| {
        let shared = Shared {
            secret: link_key(31 - usize::from(place % 5 == 0)),
            receipt: link_key(31 - usize::from(place % 7 == 0)),
        };
        (shared, format!("value {place}"))
    };
    (0..count).map(pair).collect()
}
