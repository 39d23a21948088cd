//! An upgrade of a database that is not small: it is told, a service manager does not kill it, and nobody waits for an answer meanwhile.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use rusqlite::Connection;

use crate::support::ports::free_port;
use crate::support::{Home, Server, UNLIMITED};

/// A database of schema 2 with some 60 MB in it.
fn grown(home: &Home) {
    fs::create_dir(home.file("data")).unwrap();
    let files: [(&str, &[u8]); 2] =
        [("data/readonce.db", include_bytes!("v2.db")), ("data/readonce.keys", include_bytes!("v2.keys"))];
    for (name, bytes) in files {
        fs::write(home.file(name), bytes).unwrap();
        fs::set_permissions(home.file(name), Permissions::from_mode(0o600)).unwrap();
    }
    let db = Connection::open(home.file("data/readonce.db")).unwrap();
    db.execute_batch(
        "PRAGMA synchronous = off; \
         WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 30000) \
         INSERT INTO secrets (sid, mid, tag, state, created, updated, ttl, due, tries, gate, recipient, share_domain, \
                              protected, sealed, envelope) \
         SELECT randomblob(32), randomblob(32), 'abc', 1, 3786912003, 3786912003, 3600, 3786919203, 0, 0, '', '', 0, \
                randomblob(1900), NULL FROM c",
    )
    .unwrap();
}

fn heard(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 512];
    let length = socket.recv(&mut buffer).unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

#[test]
fn a_long_upgrade_is_told_extends_the_start_and_lets_nobody_in() {
    let home = Home::new();
    grown(&home);
    let socket = UnixDatagram::bind(home.file("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let (port, metrics) = (free_port(), free_port());
    let mut command = home.command(&["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command.env("NOTIFY_SOCKET", home.file("notify")).envs(UNLIMITED.iter().copied());
    command.env("READONCE_METRICS__LISTEN", format!("127.0.0.1:{metrics}"));
    let starting = std::thread::spawn(move || Server::start(command));

    let first = heard(&socket);
    assert_eq!(
        first.trim_end(),
        "EXTEND_TIMEOUT_USEC=300000000\nSTATUS=copying the database before its schema is changed: 0 %"
    );
    for port in [port, metrics] {
        let refused = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.kind());
        assert_eq!(refused.err(), Some(ErrorKind::ConnectionRefused), "nobody is there who could answer");
    }
    let mut last = first;
    loop {
        let next = heard(&socket);
        if next.trim_end() == "READY=1" {
            break;
        }
        last = next;
    }
    assert_eq!(
        last.trim_end(),
        "EXTEND_TIMEOUT_USEC=300000000\nSTATUS=",
        "what is over is not shown any longer"
    );

    let server = starting.join().unwrap().unwrap_or_else(|ran| panic!("it ended: {ran:?}"));
    server.client().get("/api/v1/status").ok();
    let said = server.said();
    let order = [
        "bringing the database from schema 2 to 6: copying it first, ",
        "MB\nhint: nobody is served before that is done",
        "\ncopied 100 %",
        "\nchanging the schema",
        "\nbrought the database from schema 2 to 6",
        "\nmetrics on http://",
        "\nlistening on http://",
    ];
    let mut rest = said.as_str();
    for text in order {
        rest = rest.split_once(text).unwrap_or_else(|| panic!("`{text}` does not follow in: {said}")).1;
    }
    server.stop();
}
