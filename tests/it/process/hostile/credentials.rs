//! Basic credentials that are none, on routes that would consume a secret for whoever is let in.

use super::Expected::{Either, Refused};
use super::{Shot, Targets};
use crate::support::text::base64;

pub(super) fn shots(targets: &Targets) -> Vec<Shot> {
    let (user, token) = (&targets.account.email, &targets.account.token);
    let basic = |bytes: &[u8]| format!("Basic {}", base64(bytes));
    let right = format!("{user}:{token}");
    let wrong = format!("{user}:{}", "0".repeat(40));
    let long = "x".repeat(20_000);
    let mut values: Vec<String> = [
        "",
        "Basic",
        "Basic ",
        "Basic =",
        "Basic ====",
        "Basic *",
        "Basic \u{fc}",
        "Bearer x",
        "Digest username=a",
        "Negotiate x",
        "Basic Og==",
        "Basic dQ==",
        "Basic dTo=",
        "Basic OnA=",
        "Basic gICA",
        "BasicdTpw",
        "Basic\u{a0}dTpw",
        "dTpw",
        "null",
        "undefined",
    ]
    .map(str::to_owned)
    .into();
    values.extend([
        basic(wrong.as_bytes()),
        basic(format!("{right}\0").as_bytes()),
        basic(format!("\0{right}").as_bytes()),
        basic(format!("{right}\n").as_bytes()),
        basic(format!("{user}\0:{token}").as_bytes()),
        basic(format!("{user}::{token}").as_bytes()),
        basic(format!("{user}:{}", token.to_uppercase() + "F").as_bytes()),
        basic(format!("'; DROP TABLE accounts;--:{token}").as_bytes()),
        basic(format!("*:{token}").as_bytes()),
        basic(&[b"\xff\xfe:".as_slice(), token.as_bytes()].concat()),
        basic(format!("{long}:{token}").as_bytes()),
        basic(format!("{user}:{long}").as_bytes()),
        format!("Basic {}, {}", base64(right.as_bytes()), base64(right.as_bytes())),
        format!("Basic {} x", base64(right.as_bytes())),
        format!("Basic {right}"),
        format!("Bearer {token}"),
    ]);
    let mut shots = Vec::new();
    for value in &values {
        let field = format!("Authorization: {value}\r\n");
        for path in [format!("/secret/{}", targets.secret), format!("/private/{}/burn", targets.receipt)] {
            shots.push(Shot::post(Refused, &path, &field, b""));
        }
    }
    // Two, folded, or with a blank before the colon: some would take one of them.
    let good = basic(right.as_bytes());
    for field in [
        format!("Authorization: {good}\r\nAuthorization: {good}\r\n"),
        format!("Authorization: {good}\r\nAuthorization: Basic x\r\n"),
        format!("Authorization : {good}\r\n"),
        format!("Authorization:\r\n {good}\r\n"),
    ] {
        shots.push(Shot::post(Either, &format!("/secret/{}", targets.secret), &field, b""));
    }
    shots
}
