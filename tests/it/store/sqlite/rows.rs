//! The bytes of a secret in SQLite, changed by another connection.

use readonce::store::NewSecret;
use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::beside;
use crate::store::rows::Rows;

fn update(db: &Connection, secret: &NewSecret, what: &str) {
    let sql = format!("UPDATE secrets SET {what} WHERE sid = ?1");
    assert_eq!(db.execute(&sql, [secret.receipt.sid.0]).unwrap(), 1, "{what}");
}

/// All rows of a query, as text.
fn all(db: &Connection, sql: &str, secret: &NewSecret) -> String {
    let mut statement = db.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([secret.receipt.sid.0], |row| {
        (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at)).collect::<Result<Vec<_>, _>>()
    });
    format!("{:?}", rows.unwrap().map(Result::unwrap).collect::<Vec<_>>())
}

impl Rows for TempDir {
    fn unreadable(&self) -> &'static [&'static str] {
        &[
            "tag = 'toolong'",
            "tag = ''",
            "ttl = 1 << 40",
            "state = 4",
            "state = -1",
            // Of a later version.
            "protected = protected + 2",
            "protected = -1",
        ]
    }

    fn decoration(&self) -> &'static [&'static str] {
        &[
            "owner = CAST(x'ff' AS TEXT)",
            "recipient = CAST(x'ff' AS TEXT)",
            "share_domain = CAST(x'ff' AS TEXT)",
            "updated = -1",
            "sealed = x'00'",
            "sealed = x''",
        ]
    }

    fn ended(&self) -> &'static [&'static str] {
        &["state = 1", "state = 2", "state = 3"]
    }

    fn tries(&self) -> &'static [&'static str] {
        &["tries = -1", "tries = 1 << 40"]
    }

    async fn change(&self, secret: &NewSecret, how: &str) {
        update(&beside(&self.path().join("readonce.db")), secret, how);
    }

    async fn put_envelope(&self, secret: &NewSecret, bytes: &[u8]) {
        let sql = "UPDATE secrets SET envelope = ?2 WHERE sid = ?1";
        let db = beside(&self.path().join("readonce.db"));
        assert_eq!(db.execute(sql, params![secret.receipt.sid.0, bytes]).unwrap(), 1);
    }

    async fn contents(&self, secret: &NewSecret) -> String {
        let db = beside(&self.path().join("readonce.db"));
        let tries = "SELECT * FROM tries WHERE secret = (SELECT id FROM secrets WHERE sid = ?1)";
        all(
            &db,
            "SELECT hex(owner), hex(recipient), hex(share_domain), tag, sid, mid, state, created, updated, ttl, due, \
                   tries, gate, protected, sealed, envelope FROM secrets WHERE sid = ?1",
            secret,
        ) + &all(&db, tries, secret)
    }
}
