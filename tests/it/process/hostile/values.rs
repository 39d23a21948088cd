//! Parameters that can be read and make no sense: numbers without bounds, other people's headers, text of every kind.

use super::Expected::Json;
use super::Shot;
use crate::support::text::percent;

pub(super) const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "+1",
    "1e9",
    "1e999",
    "0x10",
    "0b1",
    "010",
    "1_000",
    "1,000",
    "1.5",
    ".5",
    "NaN",
    "Infinity",
    "-Infinity",
    "99999999999999999999",
    "-99999999999999999999",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "4294967295",
    "4294967296",
    "２",
    "٣",
    "1\u{0}",
    "\u{0}1",
    " 1 ",
    "1;2",
    "true",
    "null",
    "[]",
    "%31",
];

pub(super) const TEXTS: &[&str] = &[
    "\u{0}",
    "a\u{0}b",
    "\r\nSet-Cookie: a=b",
    "a\r\n\r\n<html>",
    "\u{feff}",
    "\u{202e}abc",
    "\u{200b}",
    "\u{fffd}",
    "\u{10ffff}",
    "e\u{301}",
    "\u{1f468}\u{200d}\u{1f469}",
    "'; DROP TABLE secrets;--",
    "\" OR 1=1",
    "${jndi:ldap://x/a}",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%s%s%n",
    "$(id)",
    "`id`",
    "\\u0000",
    "\u{1b}[31m",
    "EVAL return 1 0",
    "*1\r\n$8\r\nFLUSHALL\r\n",
    "KEYS[1]",
    "nil",
    "undefined",
    "\u{7f}\u{80}\u{9f}",
];

const NAMES: &[&str] = &[
    "secret",
    "ttl",
    "passphrase",
    "recipient",
    "recipient[]",
    "share_domain",
    "locale",
    "length",
    "character_sets[symbols]",
    "character_sets",
    "__proto__[a]",
    "constructor",
    "secret[",
    "secret]",
    "[]",
    "[a]",
    "",
    "SECRET",
    "secret ",
    "secret%00",
];

pub(super) fn shots() -> Vec<Shot> {
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let json = "Content-Type: application/json\r\n";
    let mut shots = Vec::new();
    let mut post = |path: &str, fields: &str, body: String| {
        shots.push(Shot::post(Json, path, fields, body.as_bytes()));
    };
    for number in NUMBERS {
        post("/share", form, format!("secret=x&ttl={}", percent(number)));
        post("/generate", form, format!("length={}", percent(number)));
        post("/share", json, serde_json::json!({"secret": "x", "ttl": number}).to_string());
    }
    for number in ["1e400", "-1e400", "123456789012345678901234567890", "1e-400", "-0.0", "1E+2"] {
        post("/share", json, format!("{{\"secret\":\"x\",\"ttl\":{number}}}"));
        post("/generate", json, format!("{{\"length\":{number}}}"));
    }
    for text in TEXTS {
        for name in ["secret", "passphrase", "recipient", "share_domain"] {
            post("/share", form, format!("secret=x&{name}={}", percent(text)));
        }
        post("/share", json, serde_json::json!({"secret": text, "locale": text}).to_string());
        post(&format!("/share?locale={}", percent(text)), form, "secret=x".to_owned());
    }
    for name in NAMES {
        post("/share", form, format!("{name}=a&{name}=b&{name}=c"));
        post("/share?secret=q&secret=r", form, format!("secret=x&{name}=a&{name}[]=b"));
        post(
            "/share",
            json,
            format!("{{\"secret\":\"x\",\"secret\":\"y\",\"{name}\":[1,null,{{}}],\"{name}\":2}}"),
        );
        post("/generate", form, format!("{name}=1&{name}[]=2"));
    }
    for domain in [
        "evil.example",
        "x.com:80",
        "x.com/path",
        "http://x.com",
        "x..com",
        "-x.com",
        "[::1]",
        "xn--",
        "a@x.com",
        &"a.".repeat(200),
    ] {
        post("/share", form, format!("secret=x&share_domain={}", percent(domain)));
    }
    for field in [
        "Accept-Language: *;q=999",
        "Accept-Language: \u{fc}",
        "Accept-Language: ,,,;;;",
        "Cookie: \u{fc}=\u{fc}",
        "X-Forwarded-For: , ,,",
        "X-Forwarded-For: ' OR 1=1",
        "X-Forwarded-Proto: javascript",
        "Content-Type: \u{fc}",
        "Content-Type: a/b/c;;;=",
        "Origin: null",
        "Referer: \u{1f511}",
        "User-Agent: () { :; }; echo",
    ] {
        post("/share", &format!("{field}\r\n"), "secret=x".to_owned());
    }
    shots
}
