//! TLS: an authority of one's own, and none.

use super::Caller;
use crate::support::certificates::Authority;
use crate::support::tls_front::TlsFront;
use crate::support::{Home, UNLIMITED};

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
    caller.run(&["get", &link]).ended(6, &["cannot be reached: ", "hint: --ca-file"]);
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
    caller.run_with(&["share", "--ca-file", ca.to_str().unwrap()], b"x").ended(6, &["cannot be reached"]);
    server.stop();
}
