//! The bytes of a secret in Redis, changed by scripts: KEYS are the secret, its receipt and its tries.

use std::sync::Arc;

use readonce::store::NewSecret;
use redis::{RedisResult, Value};

use crate::store::rows::Rows;
use crate::support::redis::Server;
use crate::support::redis_group::Cluster;

/// A part of a cluster: what is stored under one prefix.
pub(crate) struct Section {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) prefix: String,
}

const UNREADABLE: &[&str] = &[
    "redis.call('HSET', KEYS[2], 'b', '')",
    "redis.call('HSET', KEYS[2], 'b', 'x')",
    "redis.call('HSET', KEYS[2], 'b', string.sub(redis.call('HGET', KEYS[2], 'b'), 1, 44))",
    "redis.call('HSET', KEYS[2], 'b', redis.call('HGET', KEYS[2], 'b') .. 'x')",
    // Flags of a later version.
    "redis.call('HSET', KEYS[2], 'b', '\\2' .. string.sub(redis.call('HGET', KEYS[2], 'b'), 2))",
    "redis.call('HSET', KEYS[2], 'b', '\\129' .. string.sub(redis.call('HGET', KEYS[2], 'b'), 2))",
    "redis.call('HDEL', KEYS[2], 'b')",
    "redis.call('HSET', KEYS[2], 'e', 'x')",
    "redis.call('HSET', KEYS[2], 'e', '')",
    // Records of another version, and short ones.
    "redis.call('SETRANGE', KEYS[1], 0, '\\2')",
    "redis.call('SETRANGE', KEYS[1], 0, '\\0')",
    "redis.call('SET', KEYS[1], '', 'KEEPTTL')",
    "redis.call('SET', KEYS[1], '\\1', 'KEEPTTL')",
    "redis.call('SET', KEYS[1], string.sub(redis.call('GET', KEYS[1]), 1, 40), 'KEEPTTL')",
    "redis.call('SET', KEYS[1], string.sub(redis.call('GET', KEYS[1]), 1, 130), 'KEEPTTL')",
    // Keys of another type.
    "redis.call('DEL', KEYS[2]) redis.call('SET', KEYS[2], 'x')",
    "redis.call('DEL', KEYS[1]) redis.call('HSET', KEYS[1], 'b', 'x')",
];

const DECORATION: &[&str] = &[
    "redis.call('HSET', KEYS[2], 'o', '\\255')",
    "redis.call('HSET', KEYS[2], 'r', '\\255')",
    "redis.call('HSET', KEYS[2], 'h', '\\255')",
    "redis.call('HSET', KEYS[2], 'u', 'x')",
    "redis.call('HSET', KEYS[2], 'u', '')",
    "redis.call('HSET', KEYS[2], 'u', '\\255')",
    "redis.call('HSET', KEYS[2], 's', 'x')",
    "redis.call('HDEL', KEYS[2], 's')",
    // A field of a later version: what has to be understood has a flag.
    "redis.call('HSET', KEYS[2], 'z', '\\255')",
];

const ENDED: &[&str] = &[
    "redis.call('HSET', KEYS[2], 'e', 'r')",
    "redis.call('HSET', KEYS[2], 'e', 'b')",
    "redis.call('HSET', KEYS[2], 'e', 'o')",
];

const TRIES: &[&str] = &[
    "redis.call('HSET', KEYS[3], 'n', 'x')",
    "redis.call('HSET', KEYS[3], 'g', 'x')",
    "redis.call('HSET', KEYS[3], 'anetwork', '')",
    "redis.call('HSET', KEYS[3], 'anetwork', 'short')",
];

/// The keys of a secret: its own, its receipt's, its tries'.
fn keys(prefix: &str, secret: &NewSecret) -> [Vec<u8>; 3] {
    let receipt = &secret.receipt;
    [(b's', receipt.sid.0), (b'm', receipt.mid.0), (b'f', receipt.sid.0)].map(|(kind, id)| {
        [format!("{prefix}:{{{}}}:", receipt.tag.as_str()).as_bytes(), &[kind, b':'], &id].concat()
    })
}

async fn eval(server: &Server, script: &str, keys: &[Vec<u8>; 3], arg: &[u8]) -> RedisResult<Value> {
    let mut db = server.connect().await.unwrap();
    redis::cmd("EVAL").arg(script).arg(3).arg(keys).arg(arg).query_async(&mut db).await
}

/// Where a script about a secret is run.
trait Eval {
    async fn eval(&self, script: &str, secret: &NewSecret, arg: &[u8]) -> Value;
}

impl Eval for Server {
    async fn eval(&self, script: &str, secret: &NewSecret, arg: &[u8]) -> Value {
        eval(self, script, &keys("ro", secret), arg).await.unwrap()
    }
}

impl Eval for Section {
    async fn eval(&self, script: &str, secret: &NewSecret, arg: &[u8]) -> Value {
        let keys = keys(&self.prefix, secret);
        for node in &self.cluster.nodes {
            match eval(node, script, &keys, arg).await {
                Err(error) if error.code() == Some("MOVED") => {}
                answer => return answer.unwrap(),
            }
        }
        panic!("no node has the slot");
    }
}

impl<T: Eval> Rows for T {
    fn unreadable(&self) -> &'static [&'static str] {
        UNREADABLE
    }

    fn decoration(&self) -> &'static [&'static str] {
        DECORATION
    }

    fn ended(&self) -> &'static [&'static str] {
        ENDED
    }

    fn tries(&self) -> &'static [&'static str] {
        TRIES
    }

    async fn change(&self, secret: &NewSecret, how: &str) {
        self.eval(how, secret, b"").await;
    }

    async fn put_envelope(&self, secret: &NewSecret, bytes: &[u8]) {
        let how =
            "redis.call('SET', KEYS[1], string.sub(redis.call('GET', KEYS[1]), 1, 41) .. ARGV[1], 'KEEPTTL')";
        self.eval(how, secret, bytes).await;
    }

    async fn contents(&self, secret: &NewSecret) -> String {
        let all =
            "local all = {} for i, key in ipairs(KEYS) do all[i] = redis.call('DUMP', key) end return all";
        format!("{:?}", self.eval(all, secret, b"").await)
    }
}
