//! Credentials that are sent are checked everywhere, and never fall back to anonymous.

use super::{Wire, proper};
use crate::support::text::base64;

#[test]
fn whatever_is_not_right_is_refused_on_every_route() {
    let wire = Wire::new();
    let account = wire.home.account("owner@example.com");
    let canary = &wire.canaries[0];
    let basic = |text: &str| format!("Basic {}", base64(text.as_bytes()));
    let right = format!("{}:{}", account.email, account.token);
    let refused = [
        basic(&format!("{}:{}x", account.email, account.token)),
        basic(&format!("{}:{}", account.email, &account.token[1..])),
        basic(&format!("{}:{}", account.email, account.token.to_uppercase() + "A")),
        basic(&format!("{}:", account.email)),
        basic(&format!(":{}", account.token)),
        basic(":"),
        basic(&account.email),
        basic(&format!("nobody@example.com:{}", account.token)),
        basic("\u{fc}:\u{fc}"),
        format!("Bearer {}", account.token),
        format!("Token {}", base64(right.as_bytes())),
        base64(right.as_bytes()),
        format!("Basic {right}"),
        format!("Basic {}!", base64(right.as_bytes())),
        "Basic".to_owned(),
        "Basic ".to_owned(),
        "Basic \u{fc}".to_owned(),
        String::new(),
        format!("{}, {}", basic(&right), basic(&right)),
        format!("{}\r\nAuthorization: {}", basic(&right), basic(&right)),
    ];
    for value in &refused {
        let client = wire.client().with_authorization(value);
        for path in ["/status", "/authcheck", "/private/recent", "/metadata/recent", "/receipt/recent"] {
            let answer = proper(client.get(&format!("/api/v1{path}"))).refused(404, "Not authorized");
            assert_eq!(answer.header("x-ots-intended-status"), Some("401"), "{value}");
        }
        let receipt = format!("/private/{}", canary.receipt);
        for path in [
            "/share",
            "/create",
            "/generate",
            &format!("/secret/{}", canary.secret),
            &receipt,
            &format!("{receipt}/burn"),
        ] {
            proper(client.post(path, &[("secret", "x")])).refused(404, "Not authorized");
        }
        // Routing comes first: what is no route stays none.
        proper(client.get("/api/v1/nope")).refused(404, "Not Found");
    }
    wire.end();
}

#[test]
fn right_ones_however_they_are_written() {
    let wire = Wire::new();
    let account = wire.home.account("Owner@Example.com");
    for (user, scheme) in
        [("Owner@Example.com", "Basic "), ("owner@example.com", "basic "), ("OWNER@EXAMPLE.COM", "BASIC  ")]
    {
        let encoded = base64(format!("{user}:{}", account.token).as_bytes());
        for encoded in [encoded.clone(), encoded.trim_end_matches('=').to_owned()] {
            let client = wire.client().with_authorization(&format!("{scheme}{encoded}"));
            proper(client.get("/api/v1/authcheck")).ok();
            let created = proper(client.post("/share", &[("secret", "x")])).ok();
            assert_eq!(created.member("custid"), "Owner@Example.com", "as the account was made");
        }
    }
    for path in ["/api/v1/authcheck", "/api/v1/private/recent"] {
        let answer = proper(wire.client().get(path)).refused(404, "Not authorized");
        assert_eq!(answer.header("x-ots-intended-status"), Some("401"));
    }
    wire.end();
}
