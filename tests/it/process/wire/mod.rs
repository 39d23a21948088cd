//! Requests as some forty published clients put them on the wire, and as nobody should.
//!
//! Every answer, whatever was asked, is JSON, carries the security headers, and tells no methods and no challenge.

use crate::support::{Answer, Client, Connection, Home, Server, Shared, UNLIMITED};

mod clients;
mod credentials;
mod encodings;
mod malformed;
mod methods;
mod redirects;
mod transport;

const SECURITY: [(&str, &str); 5] = [
    ("cache-control", "no-store, no-transform"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    ("cross-origin-resource-policy", "same-origin"),
];
const NEVER: [&str; 5] =
    ["allow", "www-authenticate", "access-control-allow-origin", "set-cookie", "strict-transport-security"];

/// It looks as every answer has to.
#[track_caller]
pub(super) fn proper(answer: Answer) -> Answer {
    for (name, value) in SECURITY {
        assert_eq!(answer.header(name), Some(value), "{answer:?}");
    }
    for name in NEVER {
        assert_eq!(answer.header(name), None, "{answer:?}");
    }
    let media = answer.header("content-type").unwrap_or_default();
    assert!(media.starts_with("application/json"), "{answer:?}");
    if answer.status >= 400 && !answer.body.is_empty() {
        assert!(!answer.reason().is_empty(), "{answer:?}");
    }
    answer
}

/// A server, with secrets on it that no test of its own touches.
struct Wire {
    server: Server,
    canaries: Vec<Shared>,
    home: Home,
}

impl Wire {
    fn new() -> Self {
        let home = Home::new();
        let server = home.serve_with(UNLIMITED);
        let client = server.client();
        let canaries = (0..3).map(|place| client.share(&format!("canary {place}"))).collect();
        Self { server, canaries, home }
    }

    fn client(&self) -> Client {
        self.server.client()
    }

    /// Sends a request without anything that was not asked for, and reads its answer.
    #[track_caller]
    fn raw(&self, head: &[&str], body: &[u8]) -> Answer {
        let mut connection = Connection::open(self.server.address()).unwrap();
        let head = head.join("\r\n") + "\r\n\r\n";
        connection.send(&[head.as_bytes(), body].concat()).unwrap();
        proper(connection.answer().unwrap_or_else(|error| panic!("{head}: {error}")))
    }

    /// The same with the length of the body added.
    #[track_caller]
    fn post(&self, path: &str, head: &[&str], body: &[u8]) -> Answer {
        let (line, length) =
            (format!("POST /api/v1{path} HTTP/1.1"), format!("Content-Length: {}", body.len()));
        self.raw(&[&[line.as_str(), "Host: localhost", length.as_str()], head].concat(), body)
    }

    /// Its value can be read, and is this one.
    #[track_caller]
    fn holds(&self, created: Answer, value: &str) {
        self.client().reads_once(&Shared::of(&created.ok()), value);
    }

    /// The canaries can still be read; then it stops.
    #[track_caller]
    fn end(self) {
        let client = self.client();
        for (place, canary) in self.canaries.iter().enumerate() {
            assert_eq!(client.state(canary), "new");
            client.reads_once(canary, &format!("canary {place}"));
        }
        self.server.stop();
    }
}
