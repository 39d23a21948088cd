//! All is well: what goes through a proxy arrives as it was sent.

use super::{FORM, PUBLIC, installation};
use crate::deploy::behind::nobody;
use crate::deploy::front::{Front, HOST, Kind};
use crate::support::{Answer, Client, Connection, Shared};

pub(super) fn is_read_once(kind: Kind) {
    let installation = installation(&[]);
    let server = installation.instance();
    let account = installation.account("ann@example.org");
    let front = Front::new(kind, [server.address(), nobody()]);
    let client = front.serving();

    let shared = client.share("read by one");
    client.receipt(&shared).ok();
    let read = client.reveal(&shared).ok();
    assert_eq!(
        (read.member("value").as_str(), read.member("share_domain").as_str()),
        ("read by one", PUBLIC.1)
    );
    client.reveal(&shared).unknown();
    let own = Client::over(front.way(HOST)).signed_in(&account.email, &account.token);
    assert_eq!(own.post("/share", &[("secret", "ann's")]).ok().member("custid"), account.email);
    let wrong = Client::over(front.way(HOST)).signed_in(&account.email, "a wrong token");
    wrong.post("/share", &[("secret", "nobody's")]).refused(404, "Not authorized");

    // What it hands on, it hands on unchanged.
    let query =
        client.ask("POST", "/api/v1/share?secret=a%2Fb%2E%2E%20%3D%c3%a4%0A%7F", &[FORM], Some(b"")).ok();
    client.reads_once(&Shared::of(&query), "a/b.. =ä\n\u{7f}");
    let (name, long) = ("X-Long", "x".repeat(20_000));
    client.ask("GET", "/api/v1/status", &[(name, &long)], None).ok();
    for length in [70_000, 300_000] {
        let body = format!("secret={}", "x".repeat(length));
        let expecting = ("Expect", "100-continue");
        for headers in [&[FORM][..], &[FORM, expecting]] {
            let answer = upload(&front, headers, body.as_bytes());
            answer.refused(413, "The request is too large");
        }
    }
    let page = client.get("/").ok();
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{page:?}");
    assert!(page.header("content-encoding").is_none(), "{page:?}");
    server.stop();
}

/// Sends a body at once, as `Expect` does not forbid, and reads the first answer that is one.
fn upload(front: &Front, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut connection = Connection::over(&front.way(HOST)).unwrap();
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "POST /api/v1/share HTTP/1.1\r\nHost: {HOST}\r\n{}Content-Length: {length}\r\n\r\n",
        lines.concat()
    );
    connection.send(&[head.as_bytes(), body].concat()).unwrap();
    loop {
        let answer = connection.answer().unwrap();
        if answer.status != 100 {
            return answer;
        }
    }
}
