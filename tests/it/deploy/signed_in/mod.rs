//! People sign in at the proxy (docs/sign-in.md): the shipped nginx and Caddy files, in front of the real program and of a service
//! that knows one person.

mod gate;
mod paths;
mod sessions;

use std::net::SocketAddr;

use super::front::{Front, Kind};
use super::{FORM, changed, shipped};
use crate::support::{Answer, Client, Home, SOON, Server, UNLIMITED, wait_for};
use gate::Gate;

/// Who the service knows, by this cookie.
const ANN: &str = "ann@example.org";
const KNOWN: &str = "sso=ann";

/// A server behind a proxy that asks a service who somebody is.
struct Place {
    home: Home,
    front: Front,
    _server: Server,
    gate: Gate,
}

impl Place {
    fn behind(kind: Kind) -> Self {
        let home = Home::new();
        let settings = [
            ("READONCE_ACCESS__CREATE", "account"),
            ("READONCE_ACCESS__USER_HEADER", "Remote-Email"),
            ("READONCE_ACCESS__JOIN", "example.org"),
            ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
            ("READONCE_BASE_URL", "https://secrets.example.org"),
        ];
        let server = home.serve_with(&[UNLIMITED, &settings].concat());
        let gate = Gate::start();
        let front = front(kind, server.address(), gate.address());
        wait_for("a proxy that reaches the server", SOON, || {
            let answer = front.client(9).request("GET", "/api/v1/status", &[], None).ok()?;
            (answer.status == 200).then_some(())
        });
        Self { home, front, _server: server, gate }
    }

    /// A browser of somebody; `cookies` is what it brings.
    fn ask(&self, method: &str, path: &str, lines: &[(&str, &str)], body: &str) -> Answer {
        let body = (method == "POST").then_some(body.as_bytes());
        self.front.client(7).ask(method, path, lines, body)
    }

    /// Signs Ann in, through the proxy; the cookie of her session.
    fn sign_in(&self) -> String {
        let lines = [("Cookie", KNOWN), FORM, ("Origin", "https://secrets.example.org")];
        let answer = self.ask("POST", "/sign-in", &lines, "do=header&to=/");
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.cookie()
    }

    fn client(&self) -> Client {
        self.front.client(8)
    }
}

fn front(kind: Kind, server: SocketAddr, gate: SocketAddr) -> Front {
    let gate = gate.to_string();
    match kind {
        Kind::Nginx => {
            let signed_in = changed(shipped("deploy/nginx/signed-in.conf"), &[("127.0.0.1:9091", &gate)]);
            let place = "    location / {\n        proxy_pass http://readonce;\n    }\n";
            Front::with(kind, [server; 2], &[(place, &signed_in)])
        }
        Kind::Caddy => {
            let signed_in =
                changed(shipped("deploy/caddy/signed-in.Caddyfile"), &[("127.0.0.1:9091", &gate)]);
            Front::with(kind, [server; 2], &[("\thandle {\n\t\timport readonce\n\t}\n", &signed_in)])
        }
        _ => unreachable!("two files are shipped"),
    }
}
