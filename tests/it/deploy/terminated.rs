//! TLS terminators right before readonce: the address that counts is the one they say in front, and no header line.

use super::front::{Front, Terminator};
use crate::support::{Home, UNLIMITED};

const SETTINGS: [(&str, &str); 4] = [
    ("READONCE_HTTP__PROXY_PROTOCOL", "true"),
    ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
    ("READONCE_BASE_URL", "https://secrets.example.org"),
    ("READONCE_LIMITS__READ", "3"),
];

fn each_client_is_known_by_its_own_address(kind: Terminator) {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &SETTINGS].concat());
    let front = Front::terminator(kind, server.address());
    let client = front.client(2);
    let shared = client.share("through a terminator");
    let path = format!("/api/v1/secret/{}", "0".repeat(31));
    // What a client says of itself does not count.
    let statuses =
        [(); 5].map(|()| client.ask("POST", &path, &[("X-Forwarded-For", "198.51.100.7")], Some(b"")).status);
    assert_eq!(statuses, [404, 404, 404, 429, 429]);
    front.client(3).reads_once(&shared, "through a terminator");
    server.stop();
}

#[test]
#[ignore = "scripts/test long"]
fn behind_hitch_each_client_is_known_by_its_own_address() {
    each_client_is_known_by_its_own_address(Terminator::Hitch);
}

#[test]
#[ignore = "scripts/test long"]
fn behind_stunnel_each_client_is_known_by_its_own_address() {
    each_client_is_known_by_its_own_address(Terminator::Stunnel);
}
