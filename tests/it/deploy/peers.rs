//! nginx before a socket, as `docs/proxies.md` says. `HAProxy` with the PROXY protocol is in `process::proxy_protocol`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use super::front::{Front, HOST};
use super::installation::Installation;
use super::shipped;
use crate::support::Server;
use crate::support::certificates::Authority;

const PUBLIC: (&str, &str) = ("READONCE_BASE_URL", "https://secrets.example.org");
const ONE: (&str, &str) = ("READONCE_LIMITS__CREATE", "1");

/// One share for each client, whatever it says of itself.
fn each_counts_for_itself(front: &Front) {
    front.serving();
    for last_byte in [2, 3] {
        let client = front.client(last_byte);
        client.share("the one that is allowed");
        let made_up = ("X-Forwarded-For", "198.51.100.7");
        let limited = client.ask("POST", "/api/v1/share?secret=x", &[made_up], Some(b""));
        limited.refused(429, "Apologies dear citizen! You have been rate limited.");
    }
}

#[test]
fn nginx_reaches_a_socket() {
    let installation = Installation::new(&[PUBLIC, ONE, ("READONCE_HTTP__TRUSTED_PROXIES", "unix")]);
    let socket = installation.home.file("readonce.sock").display().to_string();
    // nginx's workers have a user of their own.
    let mut command = installation.command(&["serve", "--listen", &format!("unix:{socket}")]);
    command.env("READONCE_HTTP__SOCKET_MODE", "0666");
    fs::set_permissions(installation.home.file(""), fs::Permissions::from_mode(0o711)).unwrap();
    let server = Server::start(command).unwrap_or_else(|ran| panic!("it ended: {ran:?}"));
    let line = format!("server unix:{socket};");
    assert!(shipped("docs/proxies.md").contains("`server unix:/run/readonce/readonce.sock;`"));
    let changes = [
        ("server 127.0.0.1:7143 max_fails=1 fail_timeout=2s;", line.as_str()),
        ("    server 127.0.0.1:7144 max_fails=1 fail_timeout=2s;\n", ""),
    ];
    let example = shipped("deploy/nginx/readonce.conf");
    let front = Front::nginx(&example, &Arc::new(Authority::new()), &[HOST], &changes);
    each_counts_for_itself(&front);
    let client = front.client(4);
    client.reads_once(&client.share("over a socket"), "over a socket");
    server.stop();
}
