//! The pages: languages nobody speaks, forms that are none, keys that are none. What would reveal or burn is not among them.

use super::Expected::{Json, Page};
use super::{Shot, Targets};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

pub(super) fn shots(targets: &Targets) -> Vec<Shot> {
    let get = |path: &str, fields: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
    let post = |path: &str, fields: &str, body: &[u8]| {
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\n{fields}Content-Length: {length}\r\n\r\n");
        Shot::new(Page, [head.as_bytes(), body].concat())
    };
    let secret = format!("/secret/{}", targets.secret);
    let burn = format!("/receipt/{}/burn", targets.receipt);
    let mut shots = Vec::new();
    for path in ["/", "//", "/about", &secret, &burn] {
        for query in
            ["?locale=", "?locale=%00", "?locale[]=de", "?locale=%ff", "?%", "?locale=../../x", "?&&&"]
        {
            shots.push(Shot::new(Page, get(&format!("{path}{query}"), "")));
        }
        for liked in ["*", "de;q=NaN", ";;;,,,", "x-klingon;q=9e99", "zh-Hant-TW-x-private;q=-1", "\u{fc}"] {
            shots.push(Shot::new(Page, get(path, &format!("Accept-Language: {liked}\r\n"))));
        }
    }
    for path in ["/secret/x", "/secret/%00", "/private/%ff", "/receipt/..%2f", "/metadata/x/burn"] {
        shots.push(Shot::new(Page, get(path, "")));
        shots.push(post(path, FORM, b"passphrase=x"));
    }
    for path in ["/", &secret, &burn] {
        for fields in ["", "Content-Type: text/plain\r\n", "Content-Type: application/json\r\n"] {
            shots.push(post(path, fields, b"secret=x&passphrase=y"));
        }
        for body in [&b"secret[x]=y&passphrase[a]=b"[..], b"secret=%zz", b"secret=\xff", b"ttl[]=[]&do[x]=%"]
        {
            shots.push(post(path, FORM, body));
        }
        shots.push(post(path, &format!("{FORM}Sec-Fetch-Site: cross-site\r\n"), b"secret=x"));
        for method in ["PUT", "DELETE", "OPTIONS", "PURGE", "post"] {
            shots.push(Shot::new(Page, format!("{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n")));
        }
    }
    shots.push(Shot::new(Page, get("/nowhere", "Accept: text/html\r\n")));
    for path in ["/nowhere", "/assets/..%2f..%2fetc", "/api/nowhere", "/secret", "/private"] {
        let fields = if path.starts_with("/api") { "Accept: text/html\r\n" } else { "Accept: */*\r\n" };
        if !path.starts_with("/assets") {
            shots.push(Shot::new(Json, get(path, fields)));
        }
    }
    shots
}
