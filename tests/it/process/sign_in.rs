//! The real program's log of people who sign in: that they did, and not who, at any level.

use super::metrics::{METRICS, value};
use crate::support::{Home, UNLIMITED};

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
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
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
