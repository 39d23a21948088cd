//! Uploads that nobody finishes: what they hold of memory has an end (security-design.md §6).

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use crate::support::{Home, Server, in_threads};

/// So many uploads at a time, of so many bytes each.
const UPLOADS: usize = 100;
const SIZE: usize = 5_900_000;

/// Uploads all but the end of a large body, and holds the connection; what was sent.
fn upload(server: &Server, body: &[u8]) -> (TcpStream, usize) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(2))).unwrap();
    let head = "POST /api/v1/share HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                Content-Length: 6000000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    // Refused, dropped or taken: whatever becomes of it, memory is what is looked at.
    let sent =
        body.chunks(64 * 1024).take_while(|chunk| stream.write_all(chunk).is_ok()).map(<[u8]>::len).sum();
    (stream, sent)
}

/// A line of the kernel's about the server's memory, KiB.
fn kib(server: &Server, name: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[track_caller]
fn hold_no_more_than(mib: usize, settings: &[(&str, &str)]) {
    let home = Home::new();
    let server = home.serve_with(settings);
    let client = server.client();
    let before = kib(&server, "VmRSS:");
    let body = vec![b'x'; SIZE];
    let sent: Vec<(TcpStream, usize)> = in_threads(0..UPLOADS, |_| upload(&server, &body));
    let most = kib(&server, "VmHWM:");
    let all: usize = sent.iter().map(|(_, sent)| sent).sum();
    eprintln!("{} MB sent; {before} KiB before, {most} KiB at most", all / 1_000_000);
    assert!(all > UPLOADS * 64 * 1024, "the server was given a reason to hold something: {all}");
    assert!(most - before <= mib * 1024, "{before} KiB before, {most} KiB at most");
    client.share("still served");
    server.stop();
}

#[test]
fn of_callers_whose_plan_is_smaller() {
    hold_no_more_than(32, &[("READONCE_PLANS__BIG__MAX_SIZE", "1000000")]);
}

#[test]
fn of_anybody_where_anybody_may_share_as_much() {
    // The budget, a body twice while its buffer grows, and 40 KiB of reading for each connection.
    hold_no_more_than(64, &[("READONCE_SECRETS__MAX_SIZE", "1000000")]);
}
