//! `base_url` with a path: each file serves it as it is, and what the proxy says itself is told there as at the root.

use super::{FORM, is_told};
use crate::deploy::behind::nobody;
use crate::deploy::front::{Front, Kind};
use crate::deploy::installation::Installation;
use crate::deploy::people::{AWAY, LOST, is_page};
use crate::support::{SOON, Shared, UNLIMITED, wait_for};

const BELOW: (&str, &str) = ("READONCE_BASE_URL", "https://secrets.example.org/ots");

pub(super) fn is_served_below_a_path(kind: Kind) {
    let installation = Installation::new(&[UNLIMITED, &[BELOW]].concat());
    let server = installation.instance();
    let front = Front::new(kind, [server.address(), nobody()]);
    let client = front.serving();
    let shared = Shared::of(&client.ask("POST", "/ots/api/v1/share?secret=below", &[FORM], Some(b"")).ok());
    let path = format!("/ots/api/v1/secret/{}", shared.secret);
    let read = client.ask("POST", &path, &[FORM], Some(b"")).ok();
    assert_eq!((read.member("value").as_str(), read.member("share_domain").as_str()), ("below", BELOW.1));
    client.ask("POST", &path, &[FORM], Some(b"")).unknown();
    let page = client.get("/ots/").ok();
    assert!(page.text().contains("action=\"/ots/"), "{}", page.text());
    if kind.has_clear_port() {
        let clear = front.in_the_clear();
        let refused = clear.ask("POST", "/ots/api/v1/share?secret=x", &[FORM], Some(b""));
        assert_eq!((refused.status, refused.header("location")), (403, None), "{refused:?}");
        let to = clear.get("/ots/secret/0123456789");
        assert_eq!(to.header("location"), Some("https://secrets.example.org/ots/secret/0123456789"));
    }
    server.stop();
    let told = if kind.knows_that_nobody_is_there() { AWAY } else { LOST };
    let page = wait_for("a proxy that has noticed", SOON, || {
        let answer = client.get("/ots/secret/0123456789");
        answer.text().contains(told).then_some(answer)
    });
    is_page(&page, if told == AWAY { 503 } else { 502 }, told);
    for path in ["/ots/api/v1/status", "/ots/health/ready"] {
        is_told(kind, &client.get(path), "The server cannot be reached. Please try again shortly.", told);
    }
}
