//! A proxy by environment: the library asks it to CONNECT, for http too.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::Caller;
use crate::support::upstream::Upstream;

/// Accepts one connection, connects it to `port` whatever is asked for, and hands back the first line.
fn proxy_once(port: u16) -> (u16, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        (&client).write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (mut from_server, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let back = thread::spawn(move || {
            let _ = std::io::copy(&mut from_server, &mut to_client);
            let _ = to_client.shutdown(std::net::Shutdown::Both);
        });
        let _ = std::io::copy(&mut reader, &mut (&server));
        let _ = server.shutdown(std::net::Shutdown::Both);
        back.join().unwrap();
        lines.swap_remove(0)
    });
    (own, thread)
}

#[test]
fn the_environment_says_which_way() {
    let upstream = Upstream::start();
    let (port, asked) = proxy_once(upstream.address().port());
    let caller = Caller::of("http://far.example:8080")
        .with("HTTP_PROXY", &format!("http://127.0.0.1:{port}"))
        .with("NO_PROXY", "near.example");
    let said = caller.run_with(&["share", "--quiet"], b"through it");
    assert!(said.line().starts_with("http://far.example:8080/secret/"), "{said:?}");
    assert_eq!(asked.join().unwrap(), "CONNECT far.example:8080 HTTP/1.1");
    assert_eq!(upstream.heard()[0].parameters["secret"], "through it");

    // This very machine is met directly: the health check in a container must not leave it.
    let caller = Caller::of_upstream(&upstream).with("ALL_PROXY", "http://127.0.0.1:1");
    assert_eq!(caller.run(&["status"]).line(), "nominal");
    let caller = Caller::of("http://far.example").with("HTTP_PROXY", "http://127.0.0.1:1");
    caller.run_with(&["share"], b"x").ended(6, &["cannot be reached"]);
    let caller = Caller::of("http://far.example").with("ALL_PROXY", "socks5h://127.0.0.1:1");
    caller.run_with(&["share"], b"x").ended(2, &["`ALL_PROXY` names a SOCKS proxy", "hint: one for http"]);
    let caller = Caller::of("https://far.example").with("HTTPS_PROXY", "u:hunter2@ /");
    let said = caller.run_with(&["share"], b"x").ended(2, &["`HTTPS_PROXY` is no address of a proxy"]);
    assert!(!said.stderr.contains("hunter2"), "{}", said.stderr);
}
