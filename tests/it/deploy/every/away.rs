//! Nobody is there, or a body is too large: what the proxy says itself.

use super::{FORM, installation, is_told};
use crate::deploy::behind::nobody;
use crate::deploy::front::{Front, Kind};
use crate::deploy::people::{AWAY, LOST, is_for_now, is_page};
use crate::support::{SOON, wait_for};

pub(super) fn nobody_is_there(kind: Kind) {
    let installation = installation(&[]);
    let server = installation.instance();
    let front = Front::new(kind, [server.address(), nobody()]);
    let client = front.serving();
    // Caddy, HAProxy and those of the long run leave a body's size to readonce.
    let length = if kind == Kind::Compose { 1_200_000 } else { 300_000 };
    let large = client.ask("POST", "/", &[FORM], Some(&vec![b'x'; length]));
    if matches!(kind, Kind::Nginx | Kind::Compose) {
        is_page(&large, 413, "Nothing was shared");
    } else {
        assert_eq!(large.status, 413, "{large:?}");
        assert!(large.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{large:?}");
    }
    server.stop();
    let told = if kind.knows_that_nobody_is_there() { AWAY } else { LOST };
    for (method, path) in [("GET", "/secret/0123456789"), ("GET", "/"), ("POST", "/secret/0123456789")] {
        let page = wait_for("a proxy that has noticed", SOON, || {
            let answer = client.ask(method, path, &[FORM], (method == "POST").then_some(b""));
            answer.text().contains(told).then_some(answer)
        });
        is_page(&page, if told == AWAY { 503 } else { 502 }, told);
        if kind.says_when_to_return() {
            is_for_now(&page);
        }
    }
    for (method, path) in
        [("GET", "/api/v1/status"), ("POST", "/api/v1/secret/0123456789"), ("GET", "/health/ready")]
    {
        let answer = client.ask(method, path, &[FORM], (method == "POST").then_some(b""));
        is_told(kind, &answer, "The server cannot be reached. Please try again shortly.", told);
    }
}
