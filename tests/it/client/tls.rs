//! TLS: an authority of one's own, and none.

use super::Caller;
use crate::support::certificates::Authority;
use crate::support::tls_front::TlsFront;
use crate::support::{Home, Ran, UNLIMITED};

#[test]
fn an_authority_of_ones_own() {
    let authority = Authority::new();
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let front = TlsFront::to(server.address().port(), authority.certify("front", &["localhost"]));
    let caller = Caller::of(front.url());
    let ca = authority.file();
    let ca = ca.to_str().unwrap();
    let said = caller.run_with(&["share", "--ca-file", ca], b"over TLS");
    let link = said.line();
    assert!(link.starts_with(&front.url()), "{link}");
    let distrust = "cannot be reached: its certificate is of no authority that is trusted here";
    caller.run(&["get", &link]).ended(6, &[distrust, "hint: --ca-file"]);
    assert_eq!(caller.run(&["get", &link, "--ca-file", ca]).stdout, b"over TLS", "nothing was asked before");
    assert_eq!(caller.run(&["status", "--ca-file", ca]).line(), "nominal");
    // The system's roots are what this variable says they are.
    let system = Caller::of(front.url()).with("SSL_CERT_FILE", ca);
    assert_eq!(system.run(&["status"]).line(), "nominal");

    let another = Authority::new();
    let other = another.file();
    caller.run_with(&["share", "--ca-file", other.to_str().unwrap()], b"x").ended(6, &["cannot be reached"]);
    caller.run_with(&["share", "--ca-file", "nowhere"], b"x").ended(2, &["`nowhere` cannot be read"]);
    std::fs::write(caller.home.file("empty.pem"), "nothing").unwrap();
    caller.run_with(&["share", "--ca-file", "empty.pem"], b"x").ended(2, &["there are none"]);
    server.stop();
}

#[test]
fn a_certificate_of_another_name_is_not_taken() {
    let authority = Authority::new();
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let front = TlsFront::to(server.address().port(), authority.certify("front", &["elsewhere.example"]));
    let caller = Caller::of(front.url());
    let ca = authority.file();
    caller
        .run_with(&["share", "--ca-file", ca.to_str().unwrap()], b"x")
        .ended(6, &["its certificate is for another name"]);
    server.stop();
}

/// The usual way to make one for oneself makes an authority's; what it says helps, and is no name of a type.
#[test]
fn an_authoritys_own_certificate_is_told_as_such() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let mut make = home.other("openssl", &["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]);
    make.args([
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        "key.pem",
        "-out",
        "own.pem",
    ]);
    Ran::of(make).succeeded();
    let own = home.file("own.pem");
    let front = TlsFront::to(server.address().port(), (&own, home.file("key.pem")));
    let caller = Caller::of(front.url());
    caller.run_with(&["share", "--ca-file", own.to_str().unwrap()], b"x").ended(
        6,
        &[
            "cannot be reached: its certificate is an authority's",
            "hint: ",
            "basicConstraints=critical,CA:FALSE",
        ],
    );
    server.stop();
}
