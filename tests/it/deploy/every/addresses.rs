//! Whose address counts: the client's own, whatever it says itself.

use super::{FORM, PUBLIC};
use crate::deploy::behind::nobody;
use crate::deploy::front::{Front, Kind};
use crate::deploy::installation::Installation;
use crate::deploy::relay::Relay;
use crate::support::text::form;

pub(super) fn made_up_addresses(kind: Kind) {
    let installation =
        Installation::new(&[PUBLIC, ("READONCE_PASSPHRASE__COST", "4"), ("READONCE_INSECURE_TEST", "1")]);
    let server = installation.instance();
    let relay = Relay::to(server.address());
    let front = Front::new(kind, [relay.address(), nobody()]);
    front.serving();
    let (guessing, other) = (front.client(2), front.client(3));
    let locked = server.client().share_locked("kept", "open sesame");
    let path = format!("/api/v1/secret/{}", locked.secret);
    let guess = |number: u8, passphrase: &str| {
        let made_up = format!("198.51.100.{number}");
        let forwarded = format!("for={made_up}");
        let headers =
            [FORM, ("X-Forwarded-For", made_up.as_str()), ("X-Real-IP", &made_up), ("Forwarded", &forwarded)];
        guessing.ask("POST", &path, &headers, Some(form(&[("passphrase", passphrase)]).as_bytes()))
    };
    for number in 0..5 {
        guess(number, "wrong").unknown();
    }
    for number in 5..8 {
        guess(number, "open sesame").refused(429, "Apologies dear citizen! You have been rate limited.");
    }
    // Set is better than added to. nginx adds, since it may have another proxy before it.
    assert!(relay.heard("127.0.0.2"), "the client's own address did not come through");
    assert_eq!(
        relay.heard("X-Forwarded-For: 198.51.100") || relay.heard("x-forwarded-for: 198.51.100"),
        matches!(kind, Kind::Nginx | Kind::Compose)
    );
    // It is the client's address that counts, and not the proxy's.
    assert_eq!(other.unlock(&locked, "open sesame").ok().member("value"), "kept");
    server.stop();
}
