//! The same by v2: heads, paths, bodies and credentials aimed at its paths, and parameters nested as it takes them.

use serde_json::json;

use super::Expected::{Json, Refused};
use super::values::{NUMBERS, TEXTS};
use super::{Shot, Targets, bodies, credentials, heads, paths};
use crate::support::text::percent;

/// What is no `continue`, whatever it looks like.
const NO: &[&str] =
    &["1", "\"1\"", "\"yes\"", "\"TRUE\"", "[true]", "{\"true\":true}", "false", "\" true\"", "1e0"];

pub(super) fn shots(targets: &Targets) -> Vec<Shot> {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let as_json = "Content-Type: application/json\r\n";
    let aimed =
        [heads::shots(targets), paths::shots(targets), bodies::shots(targets), credentials::shots(targets)];
    // By v2 a burn without a word is one: what v1 refuses there may be a good request here.
    let burns = |shot: &Shot| shot.bytes.windows(5).any(|window| window == b"/burn");
    let mut shots: Vec<_> =
        aimed.into_iter().flatten().filter(|shot| !burns(shot)).filter_map(at_v2).collect();
    let mut post = |path: &str, fields: &str, body: String| {
        shots.extend(at_v2(Shot::post(Json, path, fields, body.as_bytes())));
    };
    for number in NUMBERS {
        post("/secret/conceal", form, format!("secret[secret]=x&secret[ttl]={}", percent(number)));
        post("/secret/generate", form, format!("secret[length]={}", percent(number)));
        post("/secret/conceal", as_json, json!({"secret": {"secret": "x", "ttl": number}}).to_string());
    }
    for number in
        ["1e400", "-1e400", "123456789012345678901234567890", "-0.0", "1E+2", "true", "[]", "{}", "null"]
    {
        post("/secret/conceal", as_json, format!("{{\"secret\":{{\"secret\":\"x\",\"ttl\":{number}}}}}"));
        post("/secret/generate", as_json, format!("{{\"secret\":{{\"length\":{number}}}}}"));
        post("/secret/conceal", as_json, format!("{{\"secret\":{number}}}"));
    }
    for text in TEXTS {
        for name in ["secret", "passphrase", "recipient", "share_domain", "kind", "locale"] {
            let payload = json!({"secret": {"secret": "x", name: text}});
            post("/guest/secret/conceal", as_json, payload.to_string());
        }
        post("/secret/status", as_json, json!({"identifiers": [text, targets.secret]}).to_string());
        post(&format!("/secret/{}/reveal", percent(text)), as_json, json!({"continue": true}).to_string());
        post(&format!("/receipt/{}/burn", percent(text)), as_json, json!({"continue": true}).to_string());
    }
    for no in NO {
        for path in
            [format!("/secret/{}/reveal", targets.secret), format!("/receipt/{}/burn", targets.receipt)]
        {
            post(&path, as_json, format!("{{\"continue\":{no}}}"));
        }
    }
    for method in ["GET", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH"] {
        for path in [format!("secret/{}", targets.secret), format!("secret/{}/reveal", targets.secret)] {
            let line =
                format!("{method} /api/v2/{path}?continue=true&passphrase=x HTTP/1.1\r\nHost: x\r\n\r\n");
            shots.push(Shot::new(Json, line));
        }
    }
    shots
}

/// The same request of a path of v2; `None` where it was of none of v1. What v1 refuses may be a path of v2.
fn at_v2(Shot { bytes, expected }: Shot) -> Option<Shot> {
    let place = bytes.windows(7).position(|window| window == b"/api/v1")?;
    let mut bytes = bytes;
    bytes[place + 6] = b'2';
    Some(Shot::new(if expected == Refused { Json } else { expected }, bytes))
}
