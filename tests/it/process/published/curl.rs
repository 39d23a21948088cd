//! curl in the forms that scripts and the clients built on it use, word for word.

use std::process::Command;

use serde_json::Value;

use super::world;
use crate::support::{Account, Ran, Server};

/// Runs `curl` with these words; `URL` is the API, `HOST` where it is, `USER` and `TOKEN` are the account's.
#[track_caller]
pub(super) fn curl(server: &Server, account: &Account, words: &str) -> Value {
    let host = server.address().to_string();
    // Inside a URL an address has to be written with escapes.
    let escaped = account.email.replace('@', "%40");
    let script = words
        .replace("URL", &format!("http://{host}/api/v1"))
        .replace("ESCAPED", &escaped)
        .replace("HOST", &host)
        .replace("USER", &account.email)
        .replace("TOKEN", &account.token);
    let mut command = Command::new("sh");
    command.args(["-c", &script]);
    let ran = Ran::of(command).succeeded();
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{words}: {error}: {ran:?}"))
}

#[test]
fn every_form_of_curl() {
    let (_home, account, server) = world();
    let anonymous = [
        "curl -s -d 'secret=hello&ttl=3600' URL/share",
        "curl -s -d 'secret=hello' -d ttl=3600 URL/share",
        "curl -s -F 'secret=hello' -F 'ttl=3600' URL/share",
        "curl -s --data-urlencode 'secret=hello' --data-urlencode 'ttl=3600' URL/share",
        "printf hello | curl -s --data-urlencode secret@- -d ttl=3600 URL/share",
        "curl -s -X POST 'URL/share?secret=hello&ttl=3600'",
        "curl -s -X POST -H 'Content-Length: 0' 'URL/share?secret=hello&ttl=3600'",
        "curl -s -d '' 'URL/share?secret=hello&ttl=3600'",
        "curl -s --json '{\"secret\":\"hello\",\"ttl\":3600}' URL/share",
        "curl -s -H 'Content-Type: application/json' -d '{\"secret\":\"hello\",\"ttl\":\"3600\"}' URL/share",
        "curl -s -H 'Content-Type:' -d 'secret=hello&ttl=3600' URL/share",
        "curl -s -H 'Content-Type: text/html; charset=utf-8' -d 'secret=hello&ttl=3600&' URL/share",
        "curl -s -H 'Transfer-Encoding: chunked' -d 'secret=hello&ttl=3600' URL/share",
        "curl -s -H 'Expect: 100-continue' -d 'secret=hello&ttl=3600' URL/share",
        "curl -s --http1.0 -d 'secret=hello&ttl=3600' URL/share",
        "curl -s --tr-encoding -d 'secret=hello&ttl=3600' URL/share",
        "curl -s --compressed -d 'secret=hello&ttl=3600' URL/share",
        "curl -s -L --post301 -d 'secret=hello&ttl=3600' URL/share/",
        // Waits to be asked for credentials, which v1 never did.
        "curl -s --anyauth -u 'USER:TOKEN' -d 'secret=hello&ttl=3600' URL/share",
        "curl -s -d 'secret[secret]=hello&secret[ttl]=3600' URL/create",
    ];
    let owned = [
        "curl -s -u 'USER:TOKEN' -d 'secret=hello&ttl=3600' URL/share",
        "curl -s --user 'USER:TOKEN' -F 'secret=hello' -F 'ttl=3600' URL/share",
        "curl -s -d 'secret=hello&ttl=3600' http://ESCAPED:TOKEN@HOST/api/v1/share",
        "curl -s --basic -u 'USER:TOKEN' -X POST 'URL/share?secret=hello&ttl=3600'",
        "curl -s -H \"Authorization: Basic $(printf %s 'USER:TOKEN' | base64 -w0)\" -d 'secret=hello&ttl=3600' URL/share",
        "curl -s -H \"authorization: basic $(printf %s 'USER:TOKEN' | base64 -w0)\" -d 'secret=hello&ttl=3600' URL/share",
        "printf 'user = \"USER:TOKEN\"' | curl -s -K - -d 'secret=hello&ttl=3600' URL/share",
    ];
    let forms = anonymous.iter().map(|words| (words, "anon"));
    for (words, custid) in forms.chain(owned.iter().map(|words| (words, account.email.as_str()))) {
        let shared = curl(&server, &account, words);
        assert_eq!((&shared["ttl"], &shared["custid"]), (&3600.into(), &custid.into()), "{words}: {shared}");
        let key = shared["secret_key"].as_str().unwrap();
        let value = curl(&server, &account, &format!("curl -s -X POST URL/secret/{key}"));
        assert_eq!(value["value"], "hello", "{words}");
    }
    server.stop();
}

/// A body over 1 MB makes curl ask first; the refusal comes before the body does.
#[test]
fn curl_asks_before_it_sends_much() {
    let (_home, account, server) = world();
    let words = "head -c 2000000 /dev/zero | tr '\\0' x | curl -s --data-urlencode secret@- URL/share";
    assert_eq!(curl(&server, &account, words)["message"], "The request is too large");
    server.stop();
}
