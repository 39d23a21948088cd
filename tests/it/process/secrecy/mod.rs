//! Nothing that is secret is written anywhere: not to the database, its log or its index, not to the program's own log at
//! its most talkative, not to stderr. Looked for raw, in hex, in base64 and percent-encoded.

mod answers;
mod memory;
mod walks;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use self::walks::{PASSPHRASE, VALUE, WRONG, every_walk, pages_walk, refused_walks, v2_walk};
use super::metrics::METRICS;
use super::shared_store::Region;
use crate::support::search::{contains, forms};
use crate::support::text::{hex, percent};
use crate::support::{Account, Home, Ran, SOON, Server, UNLIMITED, wait_for};

/// At its most talkative.
const TRACE: &[(&str, &str)] = &[("RUST_LOG", "trace")];

#[test]
fn no_marker_is_anywhere() {
    let home = Home::new();
    let account = home.account("owner@example.com");
    let server = home.serve_with(&[UNLIMITED, TRACE, &[METRICS]].concat());
    let markers = walk(&server, &account);
    nothing_of(&markers, &home.data(), "while it runs");
    nothing_in_a_scrape(&server, &account, &markers);
    let ran = server.stop();
    nothing_of(&markers, &home.data(), "after it stopped");
    nothing_of(&markers, &told(ran), "told");
}

#[test]
fn no_marker_is_anywhere_on_redis() {
    // Dump and append-only file as text that can be searched: compressed, they would hide what is in them.
    let plain =
        ["--appendonly", "yes", "--aof-use-rdb-preamble", "no", "--rdbcompression", "no", "--save", ""];
    let region = Region::new(&[&plain[..], &["--loglevel", "debug"]].concat());
    let account = region.home.account("owner@example.com");
    let server = region.home.serve_with(&[UNLIMITED, TRACE, &[METRICS]].concat());
    let markers = walk(&server, &account);
    let values = region.everything();
    assert!(values.len() > 20, "only {} keys and values", values.len());
    nothing_of(&markers, &values, "keys and values");
    nothing_in_a_scrape(&server, &account, &markers);
    let files = region.files();
    for file in ["dump.rdb", "incr.aof", "log"] {
        assert!(files.iter().any(|(name, bytes)| name.ends_with(file) && !bytes.is_empty()), "no {file}");
    }
    nothing_of(&markers, &files, "files");
    nothing_of(&markers, &told(server.stop()), "told");
}

/// Does everything that can be done, and hands back what must not show anywhere.
fn walk(server: &Server, account: &Account) -> Vec<String> {
    let mut markers = walks::markers(account);
    for client in [server.client(), server.client_of(account)] {
        markers.extend(every_walk(&client));
        markers.extend(v2_walk(&client));
    }
    markers.extend(pages_walk(&server.client()));
    refused_walks(server, account);
    for path in ["/api/v1/private/recent", "/api/v1/authcheck"] {
        server.client_of(account).get(path).ok();
    }
    assert!(server.log().contains("DEBUG"), "the log is not talkative: {}", server.log());
    markers
}

/// Metrics are kept for years by somebody else: no key, account, address or network may be in them.
#[track_caller]
fn nothing_in_a_scrape(server: &Server, account: &Account, markers: &[String]) {
    let scrape = server.scrape();
    for walked in ["reveal", "burn", "share", "generate", "receipt", "recent", "status"] {
        let never = format!("readonce_operation_duration_seconds_count{{operation=\"{walked}\"}} 0");
        assert!(!scrape.contains(&never), "nobody did `{walked}`");
    }
    let network = "127.0.0.";
    let more = [account.email.clone(), "example".to_owned(), network.to_owned()];
    nothing_of(&[markers, &more].concat(), &[("a scrape".to_owned(), scrape.into_bytes())], "scraped");
}

/// What a process said: its log and its words.
fn told(ran: Ran) -> [(String, Vec<u8>); 2] {
    [("the log".to_owned(), ran.stdout.into_bytes()), ("stderr".to_owned(), ran.stderr.into_bytes())]
}

#[track_caller]
pub(in crate::process) fn nothing_of(markers: &[String], places: &[(String, Vec<u8>)], when: &str) {
    assert!(places.iter().any(|(_, bytes)| !bytes.is_empty()), "{when}: nothing to look at");
    for (place, bytes) in places.iter().filter(|(place, _)| place != "readonce.keys") {
        for marker in markers {
            for form in forms(marker) {
                assert!(
                    !contains(bytes, &form),
                    "{when}, {place} has {marker} as {}",
                    String::from_utf8_lossy(&form)
                );
            }
        }
    }
}

#[test]
fn the_search_finds_what_it_looks_for() {
    for before in ["", "x", "xy"] {
        let text = format!("{before}{VALUE}tail");
        for hidden in [
            text.clone(),
            percent(&text),
            hex(text.as_bytes()),
            STANDARD_NO_PAD.encode(&text),
            URL_SAFE_NO_PAD.encode(&text),
            format!("{text:?}"),
        ] {
            assert!(forms(VALUE).iter().any(|form| contains(hidden.as_bytes(), form)), "{hidden}");
            assert!(!forms(WRONG).iter().any(|form| contains(hidden.as_bytes(), form)), "{hidden}");
        }
    }
}

#[test]
fn what_was_read_or_burned_is_gone_from_the_files() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let client = server.client();
    let [read, burned] = [VALUE; 2].map(|value| client.share(value));
    let locked = client.share_locked(VALUE, PASSPHRASE);
    assert!(envelopes(&home) >= 3, "there are envelopes while there is something to read");

    client.reveal(&read).ok();
    client.burn(&burned).ok();
    client.unlock(&locked, PASSPHRASE).ok();
    // While nobody does anything, the log is emptied.
    wait_for("files without envelopes", SOON, || (envelopes(&home) == 0).then_some(()));
    server.stop();
    assert_eq!(envelopes(&home), 0);
}

/// How often the first bytes of an envelope stand in the database, its log and whatever else is there.
fn envelopes(home: &Home) -> usize {
    home.data().iter().map(|(_, bytes)| bytes.windows(4).filter(|bytes| bytes == b"OTs\x01").count()).sum()
}

/// What is in the log is this and nothing else.
#[test]
fn a_log_line_tells_method_route_status_and_time() {
    let home = Home::new();
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_LOG__FORMAT", "json")]].concat());
    let client = server.client();
    let shared = client.share(VALUE);
    client.reveal(&shared).ok();
    let ran = server.stop();
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<_> = lines.iter().filter(|line| line["message"] == "request").collect();
    let routes: Vec<_> = requests.iter().map(|line| line["route"].as_str().unwrap()).collect();
    assert_eq!(routes, ["/api/v1/share", "/api/v1/secret/{key}"]);
    let allowed =
        BTreeSet::from(["timestamp", "level", "message", "method", "route", "status", "ms", "id", "span"]);
    for line in requests {
        let members: BTreeSet<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(members.is_subset(&allowed), "{line}");
    }
}
