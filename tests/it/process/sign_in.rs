//! People sign in at the real program: what it makes of a header that is forged on the wire, and what it logs.

use super::metrics::{METRICS, value};
use crate::support::{Answer, Connection, Home, Server, UNLIMITED};

#[test]
fn no_log_line_has_an_address_a_token_or_a_cookie() {
    let home = Home::new();
    let account = home.account("ann@example.org");
    let settings = [
        ("RUST_LOG", "trace"),
        ("READONCE_ACCESS__USER_HEADER", "Remote-Email"),
        ("READONCE_ACCESS__JOIN", "example.org"),
        ("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
        METRICS,
    ];
    let server = home.serve_with(&[UNLIMITED, &settings].concat());
    let client = server.client();
    let media = ("Content-Type", "application/x-www-form-urlencoded");
    let post = |lines: &[(&str, &str)], body: &str| {
        client.ask("POST", "/sign-in", &[&[media], lines].concat(), Some(body.as_bytes()))
    };
    let right = format!("email={}&token={}", account.email, account.token);
    let entered = post(&[], &right);
    assert_eq!(entered.status, 303);
    let cookie = entered.cookie();
    assert!(client.ask("GET", "/", &[("Cookie", &cookie)], None).text().contains(&account.email));
    for (lines, body, status) in [
        (&[][..], "email=eve@example.org&token=0123456789abcdef", 403),
        (&[("Remote-Email", "joined@example.org")], "do=header", 303),
        (&[("Remote-Email", "outside@example.net")], "do=header", 403),
        (&[("Remote-Email", "neither, nor")], "do=header", 403),
    ] {
        assert_eq!(post(lines, body).status, status, "{lines:?} {body}");
    }
    let scrape = server.scrape();
    for (outcome, number) in [
        ("token", 1.0),
        ("header", 1.0),
        ("wrong", 1.0),
        ("unknown", 1.0),
        ("unnamed", 1.0),
        ("disabled", 0.0),
    ] {
        let series = format!("readonce_sign_ins_total{{outcome=\"{outcome}\"}}");
        assert!((value(&scrape, &series) - number).abs() < 0.1, "{series}: {scrape}");
    }
    let told = [server.log(), server.said(), scrape].concat();
    assert!(told.contains("/sign-in"));
    let sealed = cookie.split_once('=').unwrap().1;
    for word in [
        "ann@",
        "eve@",
        "joined@",
        "outside@",
        "neither, nor",
        &account.token,
        "0123456789abcdef",
        sealed,
        "Remote-Email",
    ] {
        assert!(!told.contains(word), "{word} is in what was told");
    }
}

const BY_HEADER: &[(&str, &str)] =
    &[("READONCE_ACCESS__USER_HEADER", "Remote-Email"), ("READONCE_ACCESS__JOIN", "anyone")];

/// The button pressed with these lines in the head, as they are; `None` where the connection is closed without a word.
fn press(server: &Server, version: &str, lines: &str) -> Option<Answer> {
    let mut connection = Connection::open(server.address()).unwrap();
    let head = format!(
        "POST /sign-in HTTP/{version}\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n{lines}\
         Content-Length: 9\r\nConnection: close\r\n\r\ndo=header"
    );
    connection.send(head.as_bytes()).unwrap();
    connection.answer().ok()
}

/// Not from an address that nobody named, however it is written; and what can be read in two ways not from one that was.
#[test]
fn a_header_forged_on_the_wire_signs_nobody_in() {
    const PLAIN: &str = "Remote-Email: ann@example.org\r\n";
    let unclear = [
        "Remote-Email: ann@example.org\r\nRemote-Email: ann@example.org\r\n",
        "Remote-Email: ann@example.org\r\nREMOTE-EMAIL: bob@example.org\r\n",
        "Remote-Email:\r\n ann@example.org\r\n",
        "Remote-Email: ann\r\n\t@example.org\r\n",
        "Remote-Email : ann@example.org\r\n",
        "Remote_Email: ann@example.org\r\n",
        "X: y\r\n Remote-Email: ann@example.org\r\n",
        "Remote-Email: ann@example.org\0\r\n",
        "Remote-Email: \r\n",
    ];
    let home = Home::new();
    let strangers = [UNLIMITED, BY_HEADER, &[("READONCE_HTTP__TRUSTED_PROXIES", "10.0.0.2")]].concat();
    let server = home.serve_with(&strangers);
    let written_otherwise = ["remote-email: ann@example.org\r\n", "REMOTE-EMAIL:ann@example.org\r\n", PLAIN];
    for lines in unclear.iter().chain(&written_otherwise) {
        for version in ["1.0", "1.1"] {
            let answer = press(&server, version, &format!("{lines}X-Forwarded-For: 10.0.0.2\r\n"));
            let is_in =
                answer.is_some_and(|answer| answer.status == 303 || answer.header("set-cookie").is_some());
            assert!(!is_in, "HTTP/{version} {lines:?}");
        }
    }
    server.stop();

    let trusted = [UNLIMITED, BY_HEADER, &[("READONCE_HTTP__TRUSTED_PROXIES", "127.0.0.1")]].concat();
    let server = home.serve_with(&trusted);
    for lines in unclear {
        for version in ["1.0", "1.1"] {
            let answer = press(&server, version, lines);
            let is_in =
                answer.is_some_and(|answer| answer.status == 303 || answer.header("set-cookie").is_some());
            assert!(!is_in, "HTTP/{version} {lines:?}");
        }
    }
    assert_eq!(
        home.run(&["account", "list"]).succeeded().stdout.lines().filter(|line| line.contains('@')).count(),
        0
    );
    // The proxy's own word counts, however it writes the name.
    for lines in written_otherwise {
        assert_eq!(press(&server, "1.1", lines).unwrap().status, 303, "{lines:?}");
    }
    server.stop();
}
