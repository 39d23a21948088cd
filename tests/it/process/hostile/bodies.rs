//! Bodies that cannot be read: malformed, too deep, too many, too large. On routes that would consume a secret.

use super::Expected::Refused;
use super::{Shot, Targets};

const URLENCODED: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const MULTIPART: &str = "multipart/form-data; boundary=x";

/// Refused whole on every route that takes parameters.
const MALFORMED: &[(&str, &[u8])] = &[
    (URLENCODED, b"passphrase=%zz"),
    (URLENCODED, b"passphrase=%"),
    (URLENCODED, b"passphrase=%f"),
    (URLENCODED, b"passphrase=%ff"),
    (URLENCODED, b"passphrase=\xff"),
    (URLENCODED, b"passphrase=%c0%80"),
    (URLENCODED, b"passphrase=%c0%af"),
    (URLENCODED, b"passphrase=%e0%80%af"),
    (URLENCODED, b"passphrase=%f0%80%80%af"),
    (URLENCODED, b"passphrase=%ed%a0%80"),
    (URLENCODED, b"passphrase=%f4%90%80%80"),
    (URLENCODED, b"passphrase=%f8%88%80%80%80"),
    (URLENCODED, b"passphrase=%fe%ff"),
    (URLENCODED, b"\xff\xfep\0a\0s\0s\0"),
    (URLENCODED, b"%ff=x"),
    (URLENCODED, b"passphrase[a]=x"),
    (URLENCODED, b"passphrase[][]=x"),
    (URLENCODED, b"passphrase=x&passphrase[a]=y"),
    (URLENCODED, b"a=1&a[b]=2"),
    (JSON, b"{"),
    (JSON, b"}"),
    (JSON, b"{\"a\""),
    (JSON, b"{\"a\":"),
    (JSON, b"{\"a\":1"),
    (JSON, b"{\"a\":1,}"),
    (JSON, b"{a:1}"),
    (JSON, b"{'a':1}"),
    (JSON, b"{\"a\":01}"),
    (JSON, b"{\"a\":+1}"),
    (JSON, b"{\"a\":.5}"),
    (JSON, b"{\"a\":1e999}"),
    (JSON, b"{\"a\":NaN}"),
    (JSON, b"{\"a\":Infinity}"),
    (JSON, b"{\"a\":\"\\x\"}"),
    (JSON, b"{\"a\":\"\\ud800\"}"),
    (JSON, b"{\"a\":\"\\udc00\\ud800\"}"),
    (JSON, b"{\"a\":\"\\u12\"}"),
    (JSON, b"{\"a\":\"\n\"}"),
    (JSON, b"{\"a\":\"\0\"}"),
    (JSON, b"{\"a\":\"\xff\"}"),
    (JSON, b"{\"a\":\"\xc0\x80\"}"),
    (JSON, b"{\"a\":\"\xed\xa0\x80\"}"),
    (JSON, b"{\"a\":1}{\"b\":2}"),
    (JSON, b"{\"a\":1} //"),
    (JSON, b"/**/{}"),
    (JSON, b"{}\xef\xbb\xbf"),
    (JSON, b"\xff\xfe{\0}\0"),
    (JSON, b"[]"),
    (JSON, b"null"),
    (JSON, b"\"passphrase\""),
    (JSON, b"1"),
    (JSON, b"{\"passphrase\":{\"a\":1}}"),
    (JSON, b"{\"passphrase\":[]}"),
    (JSON, b"{\"passphrase\":[[\"a\"]]}"),
    ("multipart/form-data", b"--x\r\n\r\n"),
    ("multipart/form-data; boundary=", b"--\r\n\r\n----"),
    ("multipart/form-data; boundary=\"\"", b"--\r\n\r\n----"),
    (MULTIPART, b"secret=x"),
    (MULTIPART, b"--x"),
    (MULTIPART, b"--x\r\n"),
    (MULTIPART, b"--x\r\n\r\n"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nx"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--y--"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--xx"),
    (MULTIPART, b"--x\nContent-Disposition: form-data; name=a\n\nx\n--x--"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--"),
    (MULTIPART, b"--x\r\nContent-Type: text/plain\r\n\r\nx\r\n--x--"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--x--"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\nx\r\n--x--"),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name=\"passphrase[a]\"\r\n\r\nx\r\n--x--"),
];

pub(super) fn shots(targets: &Targets) -> Vec<Shot> {
    let mut shots = Vec::new();
    for path in
        [format!("/secret/{}", targets.secret), format!("/private/{}/burn", targets.receipt), "/share".into()]
    {
        let mut add = |media: &str, body: &[u8]| {
            shots.push(Shot::post(Refused, &path, &format!("Content-Type: {media}\r\n"), body));
        };
        for (media, body) in MALFORMED {
            add(media, body);
        }
        for body in large() {
            add(body.0, &body.1);
        }
    }
    shots
}

/// Too deep, too many, too long.
fn large() -> Vec<(&'static str, Vec<u8>)> {
    let nested =
        |open: &str, close: &str, depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    let names = |count: usize, separator: &str, write: fn(usize) -> String| {
        (0..count).map(write).collect::<Vec<_>>().join(separator)
    };
    let part = |place: usize| format!("--x\r\nContent-Disposition: form-data; name=n{place}\r\n\r\n\r\n");
    let field = "--x\r\nContent-Disposition: form-data; name=a\r\nX: ";
    [
        (JSON, nested("{\"a\":", "}", 17)),
        (JSON, nested("{\"a\":", "}", 5000)),
        (JSON, format!("{{\"a\":{}}}", nested("[", "]", 20_000))),
        (JSON, "[".repeat(60_000)),
        (JSON, "{\"a\":".repeat(10_000)),
        (JSON, format!("{{{}}}", names(5000, ",", |place| format!("\"n{place}\":1")))),
        (JSON, format!("{{\"a\":[{}]}}", names(9000, ",", |_| "1".to_owned()))),
        (JSON, format!("{{\"a\":\"{}\"}}", "x".repeat(70_000))),
        (URLENCODED, format!("a{}=1", "[b]".repeat(100))),
        (URLENCODED, format!("a{}=1", "[]".repeat(10_000))),
        (URLENCODED, names(9000, "&", |place| format!("n{place}="))),
        (URLENCODED, names(9000, "&", |_| "a[]=".to_owned())),
        (URLENCODED, format!("passphrase={}", "x".repeat(70_000))),
        (URLENCODED, "%41".repeat(30_000)),
        (MULTIPART, names(1500, "", |_| "--x\r\n\r\n".to_owned())),
        (MULTIPART, (0..900).map(part).collect::<String>() + "--x--"),
        (MULTIPART, format!("{field}{}\r\n\r\nx\r\n--x--", "y".repeat(70_000))),
        (MULTIPART, "x--".repeat(20_000)),
    ]
    .into_iter()
    .map(|(media, body)| (media, body.into_bytes()))
    .collect()
}
