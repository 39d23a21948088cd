//! During an upgrade instances of two versions share a store: the older one eats nothing of the newer one's (ADR 0043).

use rusqlite::Connection;

use super::shared_store::Region;
use crate::support::{Home, Server, Shared, UNLIMITED};

const KEPT: &str = "This server cannot read what is stored here: it is damaged, or a later version wrote it. \
                    It was left as it is.";

/// What a later version may change: of the envelope the version, and the derivation; of the receipt a flag.
const CHANGES: [Change; 3] = [
    Change {
        sql: [
            "envelope = CAST(substr(envelope, 1, 3) || x'02' || substr(envelope, 5) AS BLOB)",
            "envelope = CAST(substr(envelope, 1, 3) || x'01' || substr(envelope, 5) AS BLOB)",
        ],
        lua: ["redis.call('SETRANGE', secret, 44, '\\2')", "redis.call('SETRANGE', secret, 44, '\\1')"],
        hides_receipt: false,
    },
    Change {
        sql: [
            "envelope = CAST(substr(envelope, 1, 12) || x'03' || substr(envelope, 14) AS BLOB)",
            "envelope = CAST(substr(envelope, 1, 12) || x'00' || substr(envelope, 14) AS BLOB)",
        ],
        lua: ["redis.call('SETRANGE', secret, 53, '\\3')", "redis.call('SETRANGE', secret, 53, '\\0')"],
        hides_receipt: false,
    },
    Change {
        sql: ["protected = 2", "protected = 0"],
        lua: ["flag('\\2')", "flag('\\0')"],
        hides_receipt: true,
    },
];

/// There, and back.
struct Change {
    sql: [&'static str; 2],
    lua: [&'static str; 2],
    /// Whether the receipt cannot be read either.
    hides_receipt: bool,
}

/// Every secret is asked of every instance, in every way; then it is as it was, and each is given out once.
fn nothing_is_eaten(instances: &[Server], make: impl Fn(&Change, usize)) {
    for change in &CHANGES {
        let clients: Vec<_> = instances.iter().map(Server::client).collect();
        let secrets: Vec<Shared> =
            (0..4).map(|number| clients[0].share(&format!("value {number}"))).collect();
        make(change, 0);
        for client in &clients {
            for shared in &secrets {
                for answer in [client.reveal(shared), client.unlock(shared, "word"), client.burn(shared)] {
                    assert!(answer.header("retry-after").is_some());
                    answer.refused(503, KEPT);
                }
                if change.hides_receipt {
                    client.receipt(shared).refused(503, KEPT);
                } else {
                    assert_eq!(client.state(shared), "new");
                }
            }
        }
        make(change, 1);
        for (number, shared) in secrets.iter().enumerate() {
            let client = &clients[number % clients.len()];
            assert_eq!(client.state(shared), "new");
            client.reads_once(shared, &format!("value {number}"));
            assert_eq!(client.state(shared), "received");
        }
    }
}

#[test]
fn an_older_instance_eats_nothing_on_one_redis() {
    let region = Region::new(&["--save", ""]);
    let instances = [region.instance(), region.instance()];
    nothing_is_eaten(&instances, |change, way| {
        let script = format!(
            "for _, secret in ipairs(redis.call('KEYS', 'ro:*:s:*')) do \
               local receipt = string.sub(secret, 1, 9) .. 'm:' .. string.sub(redis.call('GET', secret), 10, 41) \
               local function flag(to) \
                 redis.call('HSET', receipt, 'b', to .. string.sub(redis.call('HGET', receipt, 'b'), 2)) \
               end \
               {} \
             end",
            change.lua[way]
        );
        region.redis(&["EVAL", &script, "0"]);
    });
    for server in instances {
        server.kill();
    }
}

#[test]
fn an_older_instance_eats_nothing_on_one_file() {
    let home = Home::new();
    let instances = [home.serve_with(UNLIMITED), home.serve_with(UNLIMITED)];
    nothing_is_eaten(&instances, |change, way| {
        let db = Connection::open(home.file("data/readonce.db")).unwrap();
        let sql = format!("UPDATE secrets SET {} WHERE envelope IS NOT NULL", change.sql[way]);
        assert_eq!(db.execute(&sql, []).unwrap(), 4);
    });
    for server in instances {
        server.kill();
    }
}
