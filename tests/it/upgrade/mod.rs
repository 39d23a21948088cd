//! Files of older versions, as real servers left them, under today's program: everything answers as before.
//!
//! `vN.db` was made by a server at schema N and stopped in good order; `vN.keys` is its keyring, `vN.json` what was shared there.
//! A file stays as it is for ever: another schema gets another file.

mod told;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use readonce::store::sqlite::Backup;
use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Account, Home, Shared, UNLIMITED};

/// A schema's number, and the three files.
pub(crate) const FIELD: &[(i64, &[u8], &[u8], &str)] = &[
    (1, include_bytes!("v1.db"), include_bytes!("v1.keys"), include_str!("v1.json")),
    (2, include_bytes!("v2.db"), include_bytes!("v2.keys"), include_str!("v2.json")),
    (3, include_bytes!("v3.db"), include_bytes!("v3.keys"), include_str!("v3.json")),
    (4, include_bytes!("v4.db"), include_bytes!("v4.keys"), include_str!("v4.json")),
    (5, include_bytes!("v5.db"), include_bytes!("v5.keys"), include_str!("v5.json")),
];

fn schema(home: &Home) -> i64 {
    let db = Connection::open(home.file("data/readonce.db")).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn every_file_in_the_field_answers_as_before() {
    let fresh = Home::new();
    fresh.serve().stop();
    let newest = schema(&fresh);
    for (number, database, keys, made) in FIELD {
        let home = Home::new();
        fs::create_dir(home.file("data")).unwrap();
        for (name, bytes) in [("data/readonce.db", database), ("data/readonce.keys", keys)] {
            fs::write(home.file(name), bytes).unwrap();
            fs::set_permissions(home.file(name), Permissions::from_mode(0o600)).unwrap();
        }
        let made: Value = serde_json::from_str(made).unwrap();
        let shared = |name: &str| {
            let text = |key: &str| made[name][key].as_str().unwrap().to_owned();
            Shared { secret: text("secret"), receipt: text("receipt") }
        };
        let account = |of: &str| {
            let text = |name: &str| made[of][name].as_str().unwrap().to_owned();
            made.get(of).map(|_| Account { email: text("email"), token: text("token") })
        };
        let (account, named) = (account("account").unwrap(), account("named"));
        assert_eq!(schema(&home), *number);

        let server = home.serve_with(UNLIMITED);
        let said = server.said();
        assert_eq!(schema(&home), newest);
        let copy = home.file("data").join(format!("readonce.db.before-v{newest}"));
        // A file that is of today's schema takes no step, and is not copied.
        assert_eq!(copy.exists(), *number < newest, "{said}");
        assert_eq!(said.contains(&format!("from schema {number} to {newest}")), *number < newest, "{said}");
        let (owner, client) = (server.client_of(&account), server.client());
        owner.get("/api/v1/authcheck").ok();
        if let Some(named) = named {
            server.client_of(&named).get("/api/v1/authcheck").ok();
        }
        let recent = owner.get("/api/v1/private/recent").ok().json();
        assert_eq!(recent[0]["metadata_key"], made["unread"]["receipt"], "{recent}");
        for (name, state) in
            [("unread", "new"), ("locked", "new"), ("read", "received"), ("burned", "burned")]
        {
            assert_eq!(client.state(&shared(name)), state, "schema {number}: {name}");
        }
        for name in ["read", "burned"] {
            client.reveal(&shared(name)).unknown();
        }
        client.reads_once(&shared("unread"), "an unread value");
        client.unlock(&shared("locked"), "open says me").unknown();
        assert_eq!(client.unlock(&shared("locked"), "open sesame").ok().member("value"), "a locked value");
        assert_eq!(client.state(&shared("unread")), "received");
        server.stop();

        if copy.exists() {
            assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            // What was read since the upgrade stays read, should somebody go back to the copy.
            Backup::open(&copy).unwrap();
            home.run(&["restore", copy.to_str().unwrap()]).succeeded();
            let server = home.serve_with(UNLIMITED);
            server.client().reveal(&shared("unread")).unknown();
            assert_eq!(server.client().state(&shared("unread")), "received");
            server.stop();
        }
    }
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let home = Home::new();
    home.serve().stop();
    let path = home.file("data/readonce.db");
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let Err(refused) = home.try_serve(&[]) else { panic!("it serves a newer database") };
    refused.refused_saying(&["schema 99", "hint: run the version that wrote it", "docs/upgrading.md"]);
    assert_eq!(schema(&home), 99);
}
