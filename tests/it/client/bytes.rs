//! What goes in comes out, to the byte.

use super::Caller;
use crate::support::{Home, UNLIMITED};

#[test]
fn every_byte_comes_back() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    let large = "é".repeat(5000);
    for text in [
        "plain",
        " ",
        "\n",
        "no newline at the end",
        "one newline at the end\n",
        "two\n\n",
        "DOS\r\nlines\r\n",
        "NUL\0inside\0",
        "a=b&c=d+e%20f;g",
        "\u{feff}marked",
        "é日本語🦀\u{1b}[2J",
        large.as_str(),
    ] {
        let (link, _) = caller.share(text, &[]);
        let said = caller.run(&["get", &link]);
        assert_eq!((said.code, said.stdout.as_slice()), (0, text.as_bytes()), "{text:?}");
        // From a file and into one, too.
        std::fs::write(caller.home.file("in"), text).unwrap();
        let (input, output) = (caller.home.file("in"), caller.home.file("out"));
        let (link, _) = caller.share("", &["--file", input.to_str().unwrap()]);
        let said = caller.run(&["get", &link, "--output", output.to_str().unwrap()]);
        assert_eq!((said.code, said.stdout.as_slice()), (0, &b""[..]), "{}", said.stderr);
        assert_eq!(std::fs::read(&output).unwrap(), text.as_bytes(), "{text:?}");
        std::fs::remove_file(&output).unwrap();
    }
    server.stop();
}

#[test]
fn what_cannot_be_shared_is_told_before_anything_is_sent() {
    let caller = Caller::of("http://127.0.0.1:1");
    caller.run_with(&["share"], b"").ended(2, &["there is nothing to share", "hint: stdin"]);
    caller.run_with(&["share", "--trim"], b"\r\n\n").ended(2, &["there is nothing to share"]);
    caller
        .run_with(&["share"], b"abc\xff")
        .ended(2, &["stdin is not UTF-8 from byte 3 on", "hint: `base64`"]);
    caller.run(&["share", "--file", "nowhere"]).ended(1, &["`nowhere` cannot be read: "]);
    caller.run_with(&["share", "--ttl", "0"], b"x").ended(2, &["a secret lives for a second at least"]);
    caller.run_with(&["share", "--ttl", "soon"], b"x").ended(2, &["such as `90s`, `2h` or `7d`"]);
}

#[test]
fn line_breaks_stay_unless_they_are_not_wanted() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    let said = caller.run_with(&["share"], b"echoed\n");
    assert!(
        said.stderr.starts_with("note: the secret ends with a line break, which is kept"),
        "{}",
        said.stderr
    );
    assert_eq!(caller.run(&["get", &said.line()]).stdout, b"echoed\n");
    let said = caller.run_with(&["share"], b"two\nlines\n");
    assert_eq!(said.stderr, "");
    let said = caller.run_with(&["share", "--trim"], b"echoed\r\n");
    assert_eq!(said.stderr, "");
    assert_eq!(caller.run(&["get", &said.line()]).stdout, b"echoed");
    let link = caller.run(&["share", "--secret", "seen by all"]).line();
    assert_eq!(caller.run(&["get", &link]).stdout, b"seen by all");
    server.stop();
}

#[test]
fn a_value_over_the_limit_is_the_servers_to_refuse() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    let said = caller.run_with(&["share"], &[b'x'; 10_001]);
    said.ended(5, &["Secret value exceeds the maximum size of 10000 bytes"]);
    caller.run_with(&["share"], &vec![b'x'; 1_000_000]).ended(5, &["The request is too large"]);
    server.stop();
}
